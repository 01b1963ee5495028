"""How clients present their token: as a Bearer token or, deprecated, as the password of HTTP Basic.

Users may also send, as Basic, their login and a password that changes every hour. Applications are known by the opaque
id of their account, so the account is known before anybody has logged in.
Source: CareCloud reference, authentication and basicAuth.
"""

import re

from kalends.actions.accounts.hourly_logins import accept_hourly_password
from kalends.actions.accounts.installation import load_account, load_opaque_id_secret
from kalends.actions.accounts.logins import LoginAttempt
from kalends.actions.accounts.users import create_program_user
from kalends.actions.bookings.statuses import add_standard_statuses
from kalends.actions.context import Context
from kalends.dialects.carecloud.fields.view import DOOR
from kalends.dialects.kit.opaque_ids import OpaqueIds, opaque_ids
from kalends.engine.accounts.account import Account
from kalends.web import limits
from kalends.web.auth import basic_credentials, bearer
from kalends.web.call import Call, call_of
from kalends.web.door import LoginTerms, WebRequest
from kalends.web.installation import secret_of

_NO_ACCOUNT = 0
"""The account of the opaque ids of applications, which are those of no account."""
_HOURLY_PASSWORD = re.compile("[0-9a-f]{64}")


async def key_of(request: WebRequest) -> str | None:
    """The token that the request presents, None if there is none."""
    return bearer(request) or basic_credentials(request)[1].strip() or None


async def accept_basic_login(request: WebRequest) -> None:
    """Accept a user's login and password of the hour, so that the password is a token for this hour.

    Called before the request has a connection to the database. Raises TooManyAttempts.
    """
    login, password = basic_credentials(request)
    if login and _HOURLY_PASSWORD.fullmatch(password):
        call = call_of(request)
        await accept_hourly_password(call.db, call.now, login_attempt(call, "", login, password, staff=True))


def login_attempt(call: Call, account: str, login: str, password: str, *, staff: bool) -> LoginAttempt:
    """A login through the door, at the account with this slug."""
    return LoginAttempt(
        account=account,
        staff=staff,
        login=login,
        password=password,
        door=DOOR,
        address=limits.address(call.address),
        lifetime=call.settings.login_lifetime,
    )


async def account_of_application(call: Call, application: str) -> Account | None:
    """The account that an application belongs to; None for an unknown application."""
    account_id = _application_ids(await secret_of(call)).decode("application", application)
    return None if account_id is None else await load_account(call.db, account_id)


async def is_application(call: Call, ctx: Context, application: str) -> bool:
    """Whether an application belongs to the caller's account."""
    return application == application_of(await secret_of(call, ctx), ctx.account)


def application_of(secret: bytes, account: Account) -> str:
    """The id of the account's application."""
    return _application_ids(secret).encode("application", account.id)


async def create_login(ctx: Context, terms: LoginTerms) -> str:
    """Make a login for a program: `LOGIN:PASSWORD:APPLICATION`. An account without booking statuses gets the standard
    ones. Raises Invalid(scopes: unsupported; name: too_long)."""
    await add_standard_statuses(ctx)
    user, password = await create_program_user(ctx, terms.name, terms.scopes, terms.site_ids, hourly=terms.hourly)
    return f"{user.email}:{password}:{application_of(await load_opaque_id_secret(ctx.db), ctx.account)}"


def _application_ids(secret: bytes) -> OpaqueIds:
    return opaque_ids(secret, _NO_ACCOUNT)
