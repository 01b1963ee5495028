"""Changes of what a page has shown: they count for the version that was shown, and for no later one."""

import msgspec

from kalends.actions.context import Context
from kalends.engine.version import Expected


def expecting(ctx: Context, kind: str, record_id: int, version: str) -> Context:
    """The context in which a record is changed at this version only; at any, if the form has none. The actions then
    also raise Outdated."""
    if not version:
        return ctx
    return msgspec.structs.replace(ctx, expected=Expected(kind, record_id, frozenset({version})))
