"""Passkeys: log in with one, and add and remove one's own."""

from urllib.parse import urlsplit

from kalends.actions.accounts.passkeys import (
    Asked,
    PasskeyAttempt,
    add_passkey,
    ask_for_login,
    ask_for_passkey,
    list_passkeys,
    log_in_with_passkey,
    remove_passkey,
)
from kalends.actions.accounts.tickets import LASTS
from kalends.actions.context import Context
from kalends.console.cookies import DOOR
from kalends.console.fields import attempt, read_fields
from kalends.console.handlers.login import draw_login, logged_in
from kalends.console.pages import language
from kalends.console.screens import draw_screen, refilled
from kalends.console.values import Values
from kalends.console.views.forms import Complaint
from kalends.console.views.passkeys import FIELDS, PATH, passkey_form, passkey_views
from kalends.console.views.password import too_many_attempts
from kalends.console.views.times import times_of
from kalends.engine.accounts.passkey import RelyingParty
from kalends.engine.refusals import TooManyAttempts, Unauthenticated
from kalends.notices.texts import Message
from kalends.web import limits
from kalends.web.call import Call, call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect
from kalends.web.sessions import Cookie

TICKET = Cookie(f"{DOOR}-passkey", LASTS)


async def options_to_log_in(request: WebRequest) -> Answer:
    """What a script gives the browser so that somebody logs in, as JSON."""
    call = call_of(request)
    return _asked(await ask_for_login(call.db, call.now, _relying_party(call)))


async def log_in(request: WebRequest) -> Answer:
    """Log in with what the browser has signed, or show the form again."""
    call, sent = call_of(request), await read_fields(request, "credential", "next")
    login = PasskeyAttempt(
        rp=_relying_party(call),
        credential=sent["credential"],
        ticket=await TICKET.read(request) or "",
        door=DOOR,
        address=limits.address(call.address),
        lifetime=call.settings.login_lifetime,
    )
    blank = {"account": "", "email": "", "next": sent["next"]}
    try:
        ctx, secret = await log_in_with_passkey(call.db, call.now, login)
    except Unauthenticated:
        return await draw_login(call, blank, Complaint(whole=Message("login.passkey_wrong")))
    except TooManyAttempts as refusal:
        return await draw_login(call, blank, Complaint(whole=too_many_attempts(refusal)))
    return logged_in(call, ctx, secret, sent["next"])


async def show(request: WebRequest, ctx: Context) -> Answer:
    """The caller's own passkeys."""
    return await _draw(request, ctx)


async def options_to_add(request: WebRequest, ctx: Context) -> Answer:
    """What a script gives the browser so that it makes a passkey, as JSON."""
    return _asked(await ask_for_passkey(ctx, _relying_party(call_of(request))))


async def add(request: WebRequest, ctx: Context) -> Answer:
    """Keep the passkey that the browser has made."""
    sent, ticket = await read_fields(request, *FIELDS), await TICKET.read(request) or ""
    values, rp = Values(sent), _relying_party(call_of(request))
    name, credential = values.text("name"), sent["credential"]
    _, complaint = await attempt(ctx, values, lambda tx: add_passkey(tx, rp, name, credential, ticket))
    return await _draw(request, ctx, sent, complaint) if complaint else redirect(call_of(request), PATH)


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """Forget one of the caller's passkeys."""
    await remove_passkey(ctx, request.path_params["passkey_id"])
    return redirect(call_of(request), PATH)


async def _draw(
    request: WebRequest, ctx: Context, sent: dict[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    return await draw_screen(
        request,
        ctx,
        "passkeys.html",
        status=422 if complaint else 200,
        passkeys=passkey_views(await list_passkeys(ctx), times_of(ctx, language(call_of(request)))),
        form=refilled(request, passkey_form(), sent, complaint),
    )


def _asked(asked: Asked) -> Answer:
    return Answer(200, asked.options.encode(), headers=(TICKET.set(asked.ticket),))


def _relying_party(call: Call) -> RelyingParty:
    """The host as the browser sees it."""
    address = urlsplit(call.prefix)
    return RelyingParty(address.hostname or "", f"{address.scheme}://{address.netloc}")
