"""Log in by the identity provider of an account: the way there, and the way back."""

import structlog

from kalends.actions.accounts.identity_login import IdentityAttempt, begin_login, finish_login
from kalends.actions.accounts.tickets import LASTS
from kalends.console.cookies import DOOR, LAST_ACCOUNT
from kalends.console.fields import query_fields
from kalends.console.handlers.login import draw_login, insecure, logged_in
from kalends.console.views.forms import Complaint
from kalends.console.views.identity_provider import LOGIN_PATH
from kalends.console.views.password import too_many_attempts
from kalends.engine.accounts.identity_provider import IdentityFailed
from kalends.engine.refusals import NotFound, TooManyAttempts, Unauthenticated
from kalends.notices.texts import Message
from kalends.web import limits
from kalends.web.body import read_query
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect, redirect_away
from kalends.web.sessions import Cookie

log = structlog.get_logger()

TICKET = Cookie(f"{DOOR}-identity", LASTS)
"""The ticket and, after a hyphen, the page to go to afterwards, in hexadecimal digits."""


async def begin(request: WebRequest) -> Answer:
    """To the provider of the account that the query names."""
    call, sent = call_of(request), query_fields(request, "account", "next")
    blank = {**sent, "email": ""}
    if complaint := insecure(call):
        return await draw_login(call, blank, complaint)
    try:
        there, ticket = await begin_login(
            call.db,
            call.now,
            sent["account"],
            below=call.prefix + LOGIN_PATH,
            address=limits.address(call.address),
            private_urls=call.settings.private_urls,
        )
    except NotFound:
        return redirect(call, "/login", account=sent["account"])
    except TooManyAttempts as refusal:
        return await draw_login(call, blank, Complaint(whole=too_many_attempts(refusal)))
    except IdentityFailed as failure:
        return await draw_login(call, blank, _failed(failure))
    return redirect_away(there, TICKET.set(f"{ticket}-{sent['next'].encode().hex()}"))


async def finish(request: WebRequest) -> Answer:
    """Back from the provider: log in and go to the page that was asked for, or show what is wrong."""
    call, account_id = call_of(request), request.path_params["account_id"]
    ticket, _, next_page = (await TICKET.read(request) or "").partition("-")
    attempt = IdentityAttempt(
        account_id=account_id,
        sent=dict(read_query(request)),
        ticket=ticket,
        returns_to=f"{call.prefix}{LOGIN_PATH}/{account_id}",
        door=DOOR,
        address=limits.address(call.address),
        lifetime=call.settings.login_lifetime,
        private_urls=call.settings.private_urls,
    )
    blank = {"account": await LAST_ACCOUNT.read(request) or "", "email": "", "next": _decoded(next_page)}
    try:
        ctx, secret = await finish_login(call.db, call.now, attempt)
    except Unauthenticated:
        return await draw_login(call, blank, Complaint(whole=Message("login.provider_stale")))
    except TooManyAttempts as refusal:
        return await draw_login(call, blank, Complaint(whole=too_many_attempts(refusal)))
    except IdentityFailed as failure:
        return await draw_login(call, blank, _failed(failure))
    return logged_in(call, ctx, secret, blank["next"])


def _failed(failure: IdentityFailed) -> Complaint:
    log.warning("identity_login.failed", reason=failure.reason, detail=failure.detail)
    return Complaint(whole=Message(f"identity.{failure.reason}"))


def _decoded(digits: str) -> str:
    try:
        return bytes.fromhex(digits).decode()
    except ValueError:
        return ""
