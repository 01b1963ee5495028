"""What an account sets up, such as services: one way to list, add and change each kind of record."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from kalends.actions.access import check_may, may
from kalends.actions.context import Context
from kalends.console.fields import attempt, expecting, query_fields, read_fields
from kalends.console.screens import draw_screen, refilled
from kalends.console.values import Values
from kalends.console.views.forms import Complaint, Field, Form, Group, Words, once
from kalends.console.views.records import Page, Section, flat
from kalends.console.views.tables import Table, choices_of
from kalends.engine.version import kind_of, version_of
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.idempotency import idempotent_form
from kalends.web.pages import redirect
from kalends.web.routing import Endpoint
from kalends.web.sessions import session_route

Parts: TypeAlias = tuple[Field | Group, ...]
LISTS = (("", "list.in_use"), ("all", "list.all"))
_NOTHING: Mapping[str, str] = {}


async def _no_sections(request: WebRequest, ctx: Context, record: Any) -> Sequence[Section]:
    return ()


class Records(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of record, below `path`. Texts are keys.

    `table`: the list, of those in use or of all. `get`: one by its id. `fields`: those of its form, of a record or of a
    new one; the query may say what a new one begins with. `parse`: what a form says, with what could not be read of it
    in the values; `save` adds it, or changes a record. `name`: what a record is called. `sections`: tables of what
    belongs to it, `pages`: links to other pages about it. `names`: those of the form's fields by what the actions call
    them. `adds`: the action that adds one; who may call it may change them too. `list_path`: where the list is, if not
    at `path`.
    """

    path: str
    title: str
    new_title: str
    fields: Callable[[WebRequest, Context, Any], Awaitable[Parts]]
    parse: Callable[[Context, Values, Any], Awaitable[Any]]
    save: Callable[[Context, Any, Any], Awaitable[Any]]
    get: Callable[[Context, int], Awaitable[Any]]
    adds: Callable[..., Any]
    name: Callable[[Any], Words]
    table: Callable[[WebRequest, Context, bool], Awaitable[Table]] | None = None
    sections: Callable[[WebRequest, Context, Any], Awaitable[Sequence[Section]]] = _no_sections
    pages: Callable[[Any], Sequence[Page]] = lambda record: ()
    names: Mapping[str, str] = _NOTHING
    hint: str = ""
    list_path: str = ""

    async def listing(self, request: WebRequest, ctx: Context) -> Answer:
        """The records in use, or all there were."""
        which = query_fields(request, "which")["which"]
        assert self.table is not None
        return await draw_screen(
            request,
            ctx,
            "records.html",
            title=self.title,
            hint=self.hint,
            new=self.new_title,
            add=f"{self.path}/new" if self.may_change(ctx) else "",
            table=(await self.table(request, ctx, which == "all")).linked(self.may_change(ctx)),
            choices=choices_of(self.path, "which", which, LISTS),
        )

    async def new(self, request: WebRequest, ctx: Context) -> Answer:
        """The form to add one."""
        return await self._draw_new(request, ctx, await self._new_form(request, ctx))

    async def create(self, request: WebRequest, ctx: Context) -> Answer:
        """Add one, and go on to its page."""
        form = await self._new_form(request, ctx)
        record, sent, complaint = await self._attempt(request, ctx, form, None)
        if complaint:
            return await self._draw_new(request, ctx, refilled(request, form, sent, complaint))
        return redirect(call_of(request), self.path_of(record), note="saved")

    async def show(self, request: WebRequest, ctx: Context) -> Answer:
        """One, with the form to change it and what belongs to it."""
        record = await self.get(ctx, request.path_params["record_id"])
        form = await self._form(request, ctx, record)
        return await self._draw(request, ctx, record, form)

    async def change(self, request: WebRequest, ctx: Context) -> Answer:
        """Change one."""
        record = await self.get(ctx, request.path_params["record_id"])
        form = await self._form(request, ctx, record)
        _, sent, complaint = await self._attempt(request, ctx, form, record)
        if complaint:
            return await self._draw(request, ctx, record, refilled(request, form, sent, complaint))
        return redirect(call_of(request), self.path_of(record), note="saved")

    def routes(self) -> Iterator[Endpoint]:
        """The routes of the kind."""
        one = f"{self.path}/{{record_id:int}}"
        if self.table is not None:
            yield session_route("GET", self.path, self.listing)
        yield session_route("POST", self.path, idempotent_form(self.create))
        yield session_route("GET", f"{self.path}/new", self.new)
        yield session_route("GET", one, self.show)
        yield session_route("POST", one, self.change)

    def path_of(self, record: Any) -> str:
        """The path of a record's page."""
        return f"{self.path}/{record.id}"

    def may_change(self, ctx: Context) -> bool:
        """Whether the caller may add and change such records."""
        return may(ctx, self.adds)

    async def _attempt(
        self, request: WebRequest, ctx: Context, form: Form, record: Any
    ) -> tuple[Any, dict[str, str], Complaint | None]:
        """What became of what was sent, what that was, and what is wrong with it."""
        many = [field.name for field in flat(form.fields) if field.kind == "checks"]
        names = [field.name for field in flat(form.fields) if field.kind != "checks"]
        sent = await read_fields(request, *names, *form.hidden, many=many)
        values = Values(sent)
        parsed = await self.parse(ctx, values, record)
        expected = ctx if record is None else expecting(ctx, kind_of(record), record.id, sent["version"])
        saved, complaint = await attempt(expected, values, lambda tx: self.save(tx, record, parsed), self.names)
        return saved, sent, complaint

    async def _new_form(self, request: WebRequest, ctx: Context) -> Form:
        check_may(ctx, self.adds)
        fields = await self.fields(request, ctx, None)
        return Form(self.path, fields, "form.add", hidden=once(), back=self.list_path or self.path)

    async def _form(self, request: WebRequest, ctx: Context, record: Any) -> Form:
        check_may(ctx, self.adds)
        fields, hidden = await self.fields(request, ctx, record), {"version": version_of(record)}
        return Form(self.path_of(record), fields, "form.save", hidden=hidden, back=self.list_path or self.path)

    async def _draw_new(self, request: WebRequest, ctx: Context, form: Form) -> Answer:
        status = 422 if form.refused else 200
        views = {"title": self.new_title, "form": form, "up": self.title, "saved": False}
        return await draw_screen(request, ctx, "record.html", status=status, **views, sections=(), pages=(), remove="")

    async def _draw(self, request: WebRequest, ctx: Context, record: Any, form: Form) -> Answer:
        saved = not form.refused and query_fields(request, "note")["note"] == "saved"
        return await draw_screen(
            request,
            ctx,
            "record.html",
            status=422 if form.refused else 200,
            title=self.name(record),
            up=self.title,
            form=form,
            saved=saved,
            sections=await self.sections(request, ctx, record),
            pages=self.pages(record),
            remove="",
        )
