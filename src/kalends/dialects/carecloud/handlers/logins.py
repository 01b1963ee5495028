"""Log users in and out; tokens of devices, and customers who log in on them."""

import hmac

import msgspec

from kalends.actions.accounts import devices
from kalends.actions.accounts.logins import end_session, log_in
from kalends.actions.accounts.users import get_own_user
from kalends.actions.context import Context
from kalends.dialects.carecloud.auth import account_of_application, is_application, key_of, login_attempt
from kalends.dialects.carecloud.fields.view import DOOR, context_of
from kalends.dialects.carecloud.parse.logins import (
    parse_customer_login,
    parse_new_token,
    parse_setup,
    parse_user_login,
    parse_user_logout,
)
from kalends.dialects.carecloud.render import NO_CONTENT, created, render_customer_id, render_login
from kalends.dialects.kit.reader import parse_params
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.web import limits
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.installation import secret_of


async def user_login(request: WebRequest) -> Answer:
    """POST /users/actions/login"""
    call = call_of(request)
    login = parse_user_login(await parse_params(request))
    account = await account_of_application(call, login.application)
    attempt = login_attempt(call, account.slug if account else "", login.login, login.password, staff=True)
    ctx, secret = await log_in(call.db, call.now, attempt)
    context = context_of(ctx, await secret_of(call, ctx))
    return render_login(await get_own_user(ctx), secret, call.now + attempt.lifetime, call.now, context)


async def user_logout(request: WebRequest, ctx: Context) -> Answer:
    """POST /users/actions/logout"""
    logout = parse_user_logout(await parse_params(request))
    if not await is_application(call_of(request), ctx, logout.application):
        raise Invalid(Fault("application", "unknown"))
    await end_session(ctx, logout.secret)
    return NO_CONTENT


async def create_token(request: WebRequest) -> Answer:
    """POST /tokens"""
    call = call_of(request)
    token = parse_new_token(await parse_params(request))
    account = await account_of_application(call, token.application)
    if account is None:
        raise Invalid(Fault("application", "unknown"))
    registration = devices.Registration(
        account_id=account.id,
        door=DOOR,
        name=token.device_id,
        details=token.details,
        address=limits.address(call.address),
    )
    return created("token_id", await devices.register_device(call.db, call.now, registration))


async def change_token(request: WebRequest, ctx: Context) -> Answer:
    """PUT /tokens/{token_id}"""
    await _check_own_token(request)
    await devices.change_device(ctx, parse_setup(await parse_params(request)))
    return NO_CONTENT


async def customer_login(request: WebRequest, ctx: Context) -> Answer:
    """POST /tokens/{token_id}/actions/login"""
    await _check_own_token(request)
    login = parse_customer_login(await parse_params(request))
    call = call_of(request)
    attempt = login_attempt(call, ctx.account.slug, login.value, login.password, staff=False)
    customer_id = await devices.log_in_on_device(ctx, msgspec.structs.replace(attempt, by=login.by))
    return render_customer_id(customer_id, context_of(ctx, await secret_of(call, ctx)))


async def customer_logout(request: WebRequest, ctx: Context) -> Answer:
    """POST /tokens/{token_id}/actions/logout"""
    await _check_own_token(request)
    await devices.log_out_on_device(ctx)
    return NO_CONTENT


async def _check_own_token(request: WebRequest) -> None:
    """Raise NotFound(token) if the token in the path is not the one that the request presents."""
    token = request.path_params["token_id"]
    if not hmac.compare_digest(token.encode(errors="replace"), (await key_of(request) or "").encode(errors="replace")):
        raise NotFound("token", token)
