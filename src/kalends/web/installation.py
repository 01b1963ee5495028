"""The secret of the installation, which each process reads once."""

from kalends.actions.accounts.installation import load_opaque_id_secret
from kalends.actions.context import Context
from kalends.web.call import Call


async def secret_of(call: Call, ctx: Context | None = None) -> bytes:
    """The installation's secret. Only the first request of the process reads it, over its own connection if it has one
    in `ctx`."""
    remembered = call.remembered
    if remembered.opaque_id_secret is None:
        remembered.opaque_id_secret = await load_opaque_id_secret(ctx.db if ctx else call.db)
    return remembered.opaque_id_secret
