"""Log in and out."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from kalends.actions.accounts.identity_login import find_button
from kalends.actions.accounts.logins import LoginAttempt, log_in, log_out, log_out_everywhere
from kalends.actions.context import Context
from kalends.console.cookies import DOOR, LAST_ACCOUNT, SESSION
from kalends.console.fields import missing, read_fields
from kalends.console.pages import draw_bare
from kalends.console.views.forms import Complaint
from kalends.console.views.identity_provider import ProviderLink, provider_link
from kalends.console.views.login import FIELDS, login_form
from kalends.console.views.password import too_many_attempts
from kalends.engine.refusals import TooManyAttempts, Unauthenticated
from kalends.notices.texts import Message
from kalends.web import limits
from kalends.web.call import Call, call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect
from kalends.web.sessions import is_kept_by_browsers

NOTES = ("logged_out", "password_changed")
"""What may have happened before: `login.NOTE`."""
_REQUIRED = ("account", "email", "password")
_PATH = re.compile(r"/(?![/\\])[\w/.?&=%-]*", re.ASCII)
_SLUG = re.compile("[a-z0-9-]+")


async def show(request: WebRequest) -> Answer:
    """The form. The query may name the account, the page to go to, and what has just happened."""
    query = dict(parse_qsl(call_of(request).query.decode("latin-1")))
    account = query.get("account") or await LAST_ACCOUNT.read(request) or ""
    sent = {"account": account, "email": "", "next": query.get("next", "")}
    return await draw_login(call_of(request), sent, note=query.get("note", ""))


async def submit(request: WebRequest) -> Answer:
    """Log in and go to the page that was asked for, or show what is wrong."""
    call, sent = call_of(request), await read_fields(request, *FIELDS)
    complaint = insecure(call) or missing(sent, _REQUIRED)
    return await (draw_login(call, sent, complaint) if complaint else _log_in(call, sent))


async def leave(request: WebRequest, ctx: Context) -> Answer:
    """Log out of this browser."""
    await log_out(ctx)
    return logged_out(request, ctx, "logged_out")


async def leave_everywhere(request: WebRequest, ctx: Context) -> Answer:
    """Log out of all browsers and programs."""
    await log_out_everywhere(ctx)
    return logged_out(request, ctx, "logged_out")


def logged_out(request: WebRequest, ctx: Context, note: str) -> Answer:
    """To the form, which says what has happened: one of NOTES."""
    return redirect(call_of(request), "/login", SESSION.clear(), account=ctx.account.slug, note=note)


def logged_in(call: Call, ctx: Context, secret: str, path: str) -> Answer:
    """To the page that was asked for, if it is one of the console, with the cookie of the session."""
    slug = ctx.account.slug
    # A slug may have letters that a header can't have.
    remembered = (LAST_ACCOUNT.set(slug),) if _SLUG.fullmatch(slug) else ()
    return redirect(call, _own_path(path) or "/", SESSION.set(secret), *remembered)


async def draw_login(call: Call, sent: Mapping[str, str], complaint: Complaint | None = None, note: str = "") -> Answer:
    """The form with what was sent and what is wrong; `note` is one of NOTES."""
    sent = {**sent, "next": _own_path(sent["next"])}
    note = f"login.{note}" if note in NOTES else ""
    status, form = 422 if complaint else 200, login_form(call, sent, complaint)
    provider = await _provider_link(call, sent)
    return draw_bare(call, "login.html", status=status, form=form, note=note, next=sent["next"], provider=provider)


async def _provider_link(call: Call, sent: Mapping[str, str]) -> ProviderLink | None:
    """The button of the account's identity provider, if it is known which account is meant."""
    name = await find_button(call.db, sent["account"]) if sent["account"] else None
    return provider_link(name, sent) if name else None


async def _log_in(call: Call, sent: Mapping[str, str]) -> Answer:
    try:
        ctx, secret = await log_in(call.db, call.now, _attempt(call, sent))
    except Unauthenticated:
        return await draw_login(call, sent, Complaint(whole=Message("login.wrong")))
    except TooManyAttempts as refusal:
        return await draw_login(call, sent, Complaint(whole=too_many_attempts(refusal)))
    return logged_in(call, ctx, secret, sent["next"])


def _attempt(call: Call, sent: Mapping[str, str]) -> LoginAttempt:
    return LoginAttempt(
        account=sent["account"].strip().lower(),
        staff=True,
        login=sent["email"],
        password=sent["password"],
        door=DOOR,
        address=limits.address(call.address),
        lifetime=call.settings.login_lifetime,
    )


def insecure(call: Call) -> Complaint | None:
    """The complaint that browsers would not keep the cookie, rather than to ask for the password over and over."""
    return None if is_kept_by_browsers(call) else Complaint(whole=Message("login.needs_https"))


def _own_path(path: str) -> str:
    """The path if it can be one below the console, else ""."""
    return path if _PATH.fullmatch(path) else ""
