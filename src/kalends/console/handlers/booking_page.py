"""The booking page of the account, on which customers book for themselves: switch it on, and say what it is like."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from kalends.actions.access import check_may
from kalends.actions.accounts.booking_page import change_booking_page, get_booking_page
from kalends.actions.context import Context
from kalends.console.fields import attempt, expecting, query_fields, read_fields
from kalends.console.handlers.settings import saved
from kalends.console.screens import draw_screen, refilled
from kalends.console.views.booking_page import FIELDS, PATH, page_address, page_form, sent_page
from kalends.console.views.forms import Complaint
from kalends.web.call import Call, call_of
from kalends.web.door import Answer, WebRequest

_DOOR, _PATH_OF_DOOR = "page", "/book"


async def show(request: WebRequest, ctx: Context) -> Answer:
    """Where the page is, if there is one, and the form."""
    check_may(ctx, change_booking_page)
    return await _draw(request, ctx)


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Change the page; customers see it at once."""
    sent = await read_fields(request, *FIELDS, "version")
    patch, values = sent_page(sent)
    expected = expecting(ctx, "booking_page", ctx.account.id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: change_booking_page(tx, patch))
    return await _draw(request, ctx, sent, complaint) if complaint else saved(request, PATH)


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    call, page = call_of(request), await get_booking_page(ctx)
    return await draw_screen(
        request,
        ctx,
        "booking_page.html",
        status=422 if complaint else 200,
        form=refilled(request, page_form(page), sent, complaint),
        address=page_address(ctx.account.slug, _base(ctx, call)) if page.active else None,
        framed=bool(page.frame_origins),
        saved=complaint is None and query_fields(request, "note")["note"] == "saved",
    )


def _base(ctx: Context, call: Call) -> str:
    """The address of all booking pages: below that of the installation, if it is known; else as the caller reaches
    this server, or on a host of their own."""
    if ctx.public_url:
        return f"{ctx.public_url}{_PATH_OF_DOOR}"
    url = urlsplit(call.prefix)
    for host, door in call.settings.door_hosts.items():
        if door == _DOOR:
            return f"{url.scheme}://{host}"
    return f"{url.scheme}://{url.netloc}{url.path.removesuffix(call.door.base_path)}{_PATH_OF_DOOR}"
