"""How clients present their token: as a Bearer token or, deprecated, as the password of HTTP Basic.

Applications are known by the opaque id of their account, so the account is known before anybody has logged in.
"""

from kalends.actions.accounts.installation import load_account, load_opaque_id_secret
from kalends.actions.accounts.users import create_program_user
from kalends.actions.context import Context
from kalends.dialects.kit.opaque_ids import OpaqueIds
from kalends.engine.accounts.account import Account
from kalends.web.auth import basic_credentials, bearer
from kalends.web.call import Call
from kalends.web.door import LoginTerms, WebRequest

_NO_ACCOUNT = 0
"""The account of the opaque ids of applications, which are those of no account."""


async def key_of(request: WebRequest) -> str | None:
    """The token that the request presents, None if there is none."""
    return bearer(request) or basic_credentials(request)[1].strip() or None


async def account_of_application(call: Call, application: str) -> Account | None:
    """The account that an application belongs to; None for an unknown application."""
    ids = OpaqueIds(await load_opaque_id_secret(call.db), _NO_ACCOUNT)
    account_id = ids.decode("application", application)
    return None if account_id is None else await load_account(call.db, account_id)


def application_of(secret: bytes, account: Account) -> str:
    """The id of the account's application."""
    return OpaqueIds(secret, _NO_ACCOUNT).encode("application", account.id)


async def create_login(ctx: Context, terms: LoginTerms) -> str:
    """Make a login for a program: `LOGIN:PASSWORD:APPLICATION`. Raises Invalid(scopes: unsupported; name: too_long)."""
    user, password = await create_program_user(ctx, terms.name, terms.scopes, terms.site_ids)
    return f"{user.email}:{password}:{application_of(await load_opaque_id_secret(ctx.db), ctx.account)}"
