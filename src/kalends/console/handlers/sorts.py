"""Customer groups, which prices can be for, and categories, by which resources are sorted: names alone."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from kalends.actions.access import check_may, may
from kalends.actions.catalog.custom_fields import add_category, list_categories, rename_category
from kalends.actions.catalog.prices import add_group, list_groups, rename_group
from kalends.actions.context import Context
from kalends.console.fields import attempt, expecting, query_fields, read_fields
from kalends.console.screens import draw_screen, refilled
from kalends.console.values import Values
from kalends.console.views.forms import Complaint, Field, Form, once
from kalends.engine.limits import LONGEST_LINE
from kalends.engine.refusals import NotFound
from kalends.engine.version import version_of
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

PATH = "/sorts"
Handler: TypeAlias = Callable[[WebRequest, Context], Awaitable[Answer]]


class Sort(msgspec.Struct, frozen=True):
    """A kind of names: its name in paths, its kind as of `kind_of`, and its actions."""

    name: str
    kind: str
    find: Callable[[Context], Awaitable[list[Any]]]
    add: Callable[[Context, str], Awaitable[Any]]
    rename: Callable[[Context, int, str], Awaitable[Any]]


SORTS = (
    Sort("group", "customer_group", list_groups, add_group, rename_group),
    Sort("category", "category", list_categories, add_category, rename_category),
)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """Both lists, each with a form to add to it."""
    return await _draw(request, ctx)


def adding(sort: Sort) -> Handler:
    """The handler that adds a name."""

    async def create(request: WebRequest, ctx: Context) -> Answer:
        sent = await read_fields(request, "title")
        _, complaint = await attempt(ctx, Values(sent), lambda tx: sort.add(tx, sent["title"]))
        return await _draw(request, ctx, sort, sent, complaint) if complaint else _saved(request)

    return create


def showing(sort: Sort) -> Handler:
    """The handler of the form to rename one."""

    async def edit(request: WebRequest, ctx: Context) -> Answer:
        check_may(ctx, sort.rename)
        return await _draw_one(request, ctx, sort)

    return edit


def renaming(sort: Sort) -> Handler:
    """The handler that renames one."""

    async def change(request: WebRequest, ctx: Context) -> Answer:
        record_id, sent = request.path_params["record_id"], await read_fields(request, "title", "version")
        expected = expecting(ctx, sort.kind, record_id, sent["version"])
        _, complaint = await attempt(expected, Values(sent), lambda tx: sort.rename(tx, record_id, sent["title"]))
        return await _draw_one(request, ctx, sort, sent, complaint) if complaint else _saved(request)

    return change


def _saved(request: WebRequest) -> Answer:
    return redirect(call_of(request), PATH, note="saved")


async def _draw_one(
    request: WebRequest,
    ctx: Context,
    sort: Sort,
    sent: Mapping[str, str] | None = None,
    complaint: Complaint | None = None,
) -> Answer:
    record_id = request.path_params["record_id"]
    record = next((each for each in await sort.find(ctx) if each.id == record_id), None)
    if record is None:
        raise NotFound(sort.name, record_id)
    field = Field("title", "sorts.name", value=record.title, attributes={"maxlength": str(LONGEST_LINE)})
    hidden = {"version": version_of(record)}
    form = Form(f"{PATH}/{sort.name}/{record_id}", (field,), "form.save", hidden=hidden, back=PATH)
    form, status = refilled(request, form, sent, complaint), 422 if complaint else 200
    return await draw_screen(request, ctx, "sort.html", status=status, title=record.title, form=form)


async def _draw(
    request: WebRequest,
    ctx: Context,
    refused: Sort | None = None,
    sent: Mapping[str, str] | None = None,
    complaint: Complaint | None = None,
) -> Answer:
    lists = []
    for sort in SORTS:
        fields = (Field("title", f"sorts.new_{sort.name}", attributes={"maxlength": str(LONGEST_LINE)}),)
        form = Form(f"{PATH}/{sort.name}", fields, "form.add", hidden=once(), id=f"{sort.name}-")
        drawn = refilled(request, form, sent if sort == refused else None, complaint)
        lists.append((sort.name, await sort.find(ctx), drawn))
    return await draw_screen(
        request,
        ctx,
        "sorts.html",
        status=422 if complaint else 200,
        lists=lists,
        may_change=may(ctx, rename_group),
        saved=not complaint and query_fields(request, "note")["note"] == "saved",
    )
