"""Customer groups, which prices can be for, and categories, by which resources are sorted: names alone."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from kalends.actions.catalog.custom_fields import add_category, list_categories
from kalends.actions.catalog.prices import add_group, list_groups
from kalends.actions.context import Context
from kalends.console.fields import attempt, query_fields, read_fields
from kalends.console.screens import draw_screen, refilled
from kalends.console.values import Values
from kalends.console.views.forms import Complaint, Field, Form, once
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

PATH = "/sorts"
_GROUP, _CATEGORY = "group", "category"


async def show(request: WebRequest, ctx: Context) -> Answer:
    """Both lists, each with a form to add to it."""
    return await _draw(request, ctx)


async def new_group(request: WebRequest, ctx: Context) -> Answer:
    """Add a customer group."""
    return await _added(request, ctx, add_group, _GROUP)


async def new_category(request: WebRequest, ctx: Context) -> Answer:
    """Add a category."""
    return await _added(request, ctx, add_category, _CATEGORY)


async def _added(request: WebRequest, ctx: Context, add: Callable[[Context, str], Awaitable[Any]], form: str) -> Answer:
    sent = await read_fields(request, "title")
    _, complaint = await attempt(ctx, Values(sent), lambda tx: add(tx, sent["title"]))
    if complaint:
        return await _draw(request, ctx, form, sent, complaint)
    return redirect(call_of(request), PATH, note="saved")


async def _draw(
    request: WebRequest,
    ctx: Context,
    refused: str = "",
    sent: Mapping[str, str] | None = None,
    complaint: Complaint | None = None,
) -> Answer:
    may_change = "manage" in ctx.principal.scopes and ctx.site_ids is None
    forms = {}
    for name in (_GROUP, _CATEGORY):
        fields = (Field("title", f"sorts.new_{name}", attributes={"maxlength": "255"}),)
        form = Form(f"{PATH}/{name}", fields, "form.add", hidden=once(), id=f"{name}-")
        forms[name] = refilled(request, form, sent if name == refused else None, complaint)
    return await draw_screen(
        request,
        ctx,
        "sorts.html",
        status=422 if complaint else 200,
        groups=[group.title for group in await list_groups(ctx)],
        categories=[category.title for category in await list_categories(ctx)],
        group_form=forms[_GROUP],
        category_form=forms[_CATEGORY],
        may_change=may_change,
        saved=not complaint and query_fields(request, "note")["note"] == "saved",
    )
