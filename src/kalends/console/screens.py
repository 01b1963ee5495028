"""Screens about the whole account or about one site, and those that are a form alone."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.console.fields import query_fields
from kalends.console.pages import draw, text
from kalends.console.views.forms import Complaint, Form, Words
from kalends.console.views.frame import frame_of
from kalends.engine.catalog.site import Site
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest


async def draw_screen(request: WebRequest, ctx: Context, template: str, *, status: int = 200, **views: Any) -> Answer:
    """A page with the menu of the caller, about no site."""
    sites = [site for site in await list_sites(ctx) if site.active]
    return draw(request, template, frame_of(ctx, sites), status=status, **views)


async def draw_at(
    request: WebRequest, ctx: Context, site: Site, template: str, *, status: int = 200, **views: Any
) -> Answer:
    """A page with the menu of the caller, about a site."""
    sites = [each for each in await list_sites(ctx) if each.active or each.id == site.id]
    return draw(request, template, frame_of(ctx, sites, site), status=status, **views)


async def draw_form(request: WebRequest, ctx: Context, title: Words, form: Form, hint: str = "") -> Answer:
    """A page with a form alone; `hint` is the key of a text."""
    status = 422 if form.refused else 200
    saved = status == 200 and query_fields(request, "note")["note"] == "saved"
    return await draw_screen(request, ctx, "form.html", status=status, title=title, hint=hint, form=form, saved=saved)


def refilled(request: WebRequest, form: Form, sent: Mapping[str, str] | None, complaint: Complaint | None) -> Form:
    """The form with what was sent and what is wrong with it; as it is, if nothing was sent."""
    if sent is None:
        return form
    return form.with_values(sent).with_complaint(complaint, lambda message: text(call_of(request), message))
