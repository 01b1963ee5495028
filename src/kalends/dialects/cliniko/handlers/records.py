"""Makes the handlers that most kinds of records have: list, show, create, update, archive.

Each parses the request, calls one action, and renders what the action returned.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

import msgspec

from kalends.actions.bookings.unknown_ids import with_unknown_ids
from kalends.actions.context import Context
from kalends.actions.customers.history import record_reads
from kalends.dialects.cliniko.fields.filters import Listing
from kalends.dialects.cliniko.fields.view import Bind, RenderContext, render_context
from kalends.dialects.cliniko.parse.bookings import parse_ids
from kalends.dialects.cliniko.parse.filters import parse_list, parse_one
from kalends.dialects.cliniko.render import render_nothing, render_page, render_record
from kalends.dialects.kit.fields import Line
from kalends.dialects.kit.reader import parse_id, parse_params, parse_query
from kalends.engine.query import Filter, Operator, Page, Query
from kalends.engine.refusals import Invalid, NotFound
from kalends.web.auth import Handler
from kalends.web.door import Answer, WebRequest
from kalends.web.links import link_to

Parsed = TypeVar("Parsed")
Params: TypeAlias = Mapping[str, Any]
Row: TypeAlias = Any


class Parent(msgspec.Struct, frozen=True):
    """A record above a list, such as the patient case of `/patient_cases/{patient_case_id}/attendees`.

    `path_parameter` is its id in the path, `kind` the engine's noun, `field` the engine field that rows of the list
    refer to it by, with `has` as operator if a row has many. `check` raises NotFound(kind) if it is not there.
    """

    path_parameter: str
    kind: str
    field: str
    check: Callable[[Context, int], Awaitable[Any]]
    operator: Operator = "equal"


def about_nobody(row: Row, context: RenderContext) -> Iterable[int | None]:
    """The customers of records that show nothing about them."""
    return ()


async def nothing_more(ctx: Context, rows: Sequence[Row]) -> Mapping[str, Any]:
    """The look-up of records that are shown alone."""
    return {}


class Records(msgspec.Struct, frozen=True):
    """Makes the handlers of one kind of records.

    `kind` is the engine's noun for the record in NotFound. `find` is the action that answers a query. `bind` renders a
    row. `look_up` loads what the response shows beside its rows, as fields of RenderContext. Changes return rows of
    the same type as `find`. `customers_of` are the customers whom a row shows something about: who is shown it, is
    written down. `refers` are the fields with which a record names others.
    """

    kind: str
    listing: Listing
    find: Callable[[Context, Query], Awaitable[Page[Row]]]
    bind: Bind
    look_up: Callable[[Context, Sequence[Row]], Awaitable[Mapping[str, Any]]] = nothing_more
    customers_of: Callable[[Row, RenderContext], Iterable[int | None]] = about_nobody
    refers: Sequence[Line] = ()

    def id_of(self, request: WebRequest) -> int:
        """The id in the path. Raises NotFound(kind)."""
        return parse_id(request.path_params["id"], self.kind)

    def list_pages(self, *fixed: Filter, parent: Parent | None = None) -> Handler:
        """A handler that lists one page of records: those that match the fixed filters, and are below the parent."""

        async def list_records(request: WebRequest, ctx: Context) -> Answer:
            above = () if parent is None else (await _below(request, ctx, parent),)
            query, paging = parse_list(self.listing, parse_query(request), ctx, (*fixed, *above))
            page = await self.find(ctx, query)
            rendered = await self._rendered(request, ctx, page.rows)
            return render_page(
                request, self.listing.plural, rendered, msgspec.structs.replace(paging, total=page.total)
            )

        return list_records

    def show(self) -> Handler:
        """A handler that shows one record."""

        async def show(request: WebRequest, ctx: Context) -> Answer:
            return await self.answer(request, ctx, await self.present(request, ctx, parse_query(request)))

        return show

    def create(
        self, parse: Callable[[Params, Context], Parsed], add: Callable[[Context, Parsed], Awaitable[Row]]
    ) -> Handler:
        """A handler that adds a record."""

        async def create(request: WebRequest, ctx: Context) -> Answer:
            params = await parse_params(request)
            async with self._naming_unknown_ids(ctx, params):
                parsed = parse(params, ctx)
            return await self.answer(request, ctx, await add(ctx, parsed), 201)

        return create

    def update(
        self, parse: Callable[[Params, Context], Parsed], change: Callable[[Context, int, Parsed], Awaitable[Row]]
    ) -> Handler:
        """A handler that changes a record, unless it is hidden."""
        return self.update_present(lambda params, ctx, present: parse(params, ctx), change)

    def update_present(
        self,
        parse: Callable[[Params, Context, Row], Parsed],
        change: Callable[[Context, int, Parsed], Awaitable[Row]],
    ) -> Handler:
        """As `update`, where parsing the request needs the present record."""

        async def update(request: WebRequest, ctx: Context) -> Answer:
            params, present = await parse_params(request), await self.present(request, ctx)
            async with self._naming_unknown_ids(ctx, params):
                parsed = parse(params, ctx, present)
            return await self.answer(request, ctx, await change(ctx, self.id_of(request), parsed))

        return update

    def act(self, act: Callable[[Context, int], Awaitable[Row]]) -> Handler:
        """A handler that calls an action on one record, and shows it: unarchive."""

        async def handle(request: WebRequest, ctx: Context) -> Answer:
            return await self.answer(request, ctx, await act(ctx, self.id_of(request)))

        return handle

    def end(self, act: Callable[[Context, int], Awaitable[Any]]) -> Handler:
        """A handler that calls an action on one record, and shows nothing: archive."""

        async def handle(request: WebRequest, ctx: Context) -> Answer:
            await act(ctx, self.id_of(request))
            return render_nothing()

        return handle

    async def present(self, request: WebRequest, ctx: Context, params: Params = MappingProxyType({})) -> Row:
        """The record in the path, one that is hidden only if the parameters ask for it. Raises NotFound(kind)."""
        record_id = self.id_of(request)
        page = await self.find(ctx, parse_one(self.listing, params, ctx, record_id))
        if not page.rows:
            raise NotFound(self.kind, record_id)
        return page.rows[0]

    async def answer(self, request: WebRequest, ctx: Context, row: Row, status: int = 200) -> Answer:
        """The answer that shows one record."""
        (record,) = await self._rendered(request, ctx, [row])
        location = link_to(request, self.listing.plural, record.id) if status == 201 else ""
        return render_record(record, status, location)

    @asynccontextmanager
    async def _naming_unknown_ids(self, ctx: Context, params: Params) -> AsyncIterator[None]:
        """Where a request can't be read, those of its ids that are of nothing are told, too."""
        try:
            yield
        except Invalid as unreadable:
            if not self.refers:
                raise
            raise await with_unknown_ids(ctx, unreadable, parse_ids(params, ctx, self.refers)) from unreadable

    async def _rendered(self, request: WebRequest, ctx: Context, rows: Sequence[Row]) -> Sequence[Any]:
        context = render_context(request, ctx, await self.look_up(ctx, rows))
        await record_reads(ctx, (customer_id for row in rows for customer_id in self.customers_of(row, context)))
        return list(map(self.bind(context), rows))


async def _below(request: WebRequest, ctx: Context, parent: Parent) -> Filter:
    parent_id = parse_id(request.path_params[parent.path_parameter], parent.kind)
    await parent.check(ctx, parent_id)
    return Filter(parent.field, parent.operator, parent_id)
