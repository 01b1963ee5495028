"""What users see and change of their own login."""

from kalends.actions.accounts.logins import change_password
from kalends.actions.accounts.users import get_own_user
from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.console.fields import missing, read_fields
from kalends.console.handlers.login import logged_out
from kalends.console.pages import draw
from kalends.console.shown_sites import shown_sites
from kalends.console.views.account import account_view
from kalends.console.views.forms import Complaint
from kalends.console.views.frame import frame_of
from kalends.console.views.password import FIELDS, complaint_of, password_form
from kalends.engine.refusals import Invalid, TooManyAttempts
from kalends.notices.texts import Message
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest


async def show(request: WebRequest, ctx: Context) -> Answer:
    """Who is logged in, with the form for the password."""
    return await _draw(request, ctx)


async def set_password(request: WebRequest, ctx: Context) -> Answer:
    """Change the own password, which logs out everywhere, or show what is wrong."""
    sent = await read_fields(request, *FIELDS)
    complaint = missing(sent, FIELDS) or _not_repeated(sent)
    if complaint is None:
        try:
            await change_password(ctx, sent["old_password"], sent["password"])
        except (Invalid, TooManyAttempts) as refusal:
            complaint = complaint_of(refusal)
        else:
            return logged_out(request, ctx, "password_changed")
    return await _draw(request, ctx, complaint)


async def _draw(request: WebRequest, ctx: Context, complaint: Complaint | None = None) -> Answer:
    user, sites = await get_own_user(ctx), await list_sites(ctx)
    return draw(
        request,
        "account.html",
        frame_of(ctx, await shown_sites(ctx)),
        status=422 if complaint else 200,
        account=account_view(user, sites),
        form=password_form(call_of(request), complaint),
    )


def _not_repeated(sent: dict[str, str]) -> Complaint | None:
    same = sent["password"] == sent["again"]
    return None if same else Complaint({"again": Message("password.not_repeated")})
