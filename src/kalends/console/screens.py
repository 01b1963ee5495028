"""Screens about the whole account or about one site, and those that are a form alone."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.console.fields import query_fields
from kalends.console.pages import draw, text
from kalends.console.shown_sites import shown_sites
from kalends.console.views.forms import Complaint, Form, Words
from kalends.console.views.frame import frame_of
from kalends.engine.catalog.site import Site
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest


async def draw_screen(request: WebRequest, ctx: Context, template: str, *, status: int = 200, **views: Any) -> Answer:
    """A page with the menu of the caller, about no site."""
    return draw(request, template, frame_of(ctx, await shown_sites(ctx)), status=status, **views)


async def draw_at(
    request: WebRequest, ctx: Context, site: Site, template: str, *, status: int = 200, **views: Any
) -> Answer:
    """A page with the menu of the caller, about a site."""
    return draw(request, template, frame_of(ctx, await shown_sites(ctx, site.id), site), status=status, **views)


async def draw_form(
    request: WebRequest, ctx: Context, title: Words, form: Form, hint: str = "", *, site: Site | None = None
) -> Answer:
    """A page with a form alone, about a site or about none; `hint` is the key of a text."""
    status = 422 if form.refused else 200
    saved = status == 200 and query_fields(request, "note")["note"] == "saved"
    views: dict[str, Any] = {"status": status, "title": title, "hint": hint, "form": form, "saved": saved}
    if site is None:
        return await draw_screen(request, ctx, "form.html", **views)
    return await draw_at(request, ctx, site, "form.html", **views)


def refilled(request: WebRequest, form: Form, sent: Mapping[str, str] | None, complaint: Complaint | None) -> Form:
    """The form with what was sent and what is wrong with it; as it is, if nothing was sent."""
    if sent is None:
        return form
    return form.with_values(sent).with_complaint(complaint, lambda message: text(call_of(request), message))
