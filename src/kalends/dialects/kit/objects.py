"""Makes the handlers that most kinds of objects have: list, show, create, update, and act on one object.

Each handler parses the request, calls one action, and renders what the action returned. A door passes what is its own:
the parser, what the response looks up besides the object, and the renderer.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.paging import Paging
from kalends.dialects.kit.reader import parse_id, parse_params, parse_query
from kalends.engine.query import Page
from kalends.web.auth import Handler
from kalends.web.door import Answer, WebRequest

Row = TypeVar("Row")
W = TypeVar("W")
Parsed = TypeVar("Parsed")
Params: TypeAlias = Mapping[str, Any]


class ObjectHandlers(msgspec.Struct, Generic[Row, W], frozen=True):
    """Makes the handlers of one kind of objects.

    `path_parameter` is the name of the id in paths, `kind` the engine's noun for the object in NotFound. `look_up`
    loads what the response shows besides the objects, as the parameters ask for; after a change they are empty.
    `render` writes one object.
    """

    path_parameter: str
    kind: str
    look_up: Callable[[Context, Sequence[Row], Params], Awaitable[W]]
    render: Callable[[Row, W], Answer]

    def id_of(self, request: WebRequest) -> int:
        """The id in the path, in decimal digits and below 2^53. Raises NotFound(kind)."""
        return parse_id(request.path_params[self.path_parameter], self.kind)

    async def answer(self, ctx: Context, row: Row, params: Params | None = None) -> Answer:
        """The answer that shows one object."""
        return self.render(row, await self.look_up(ctx, (row,), params or {}))

    def show(self, load: Callable[[Context, int], Awaitable[Row]]) -> Handler:
        """A handler that shows one object."""

        async def show(request: WebRequest, ctx: Context) -> Answer:
            params = parse_query(request)
            return await self.answer(ctx, await load(ctx, self.id_of(request)), params)

        return show

    def create(
        self, parse: Callable[[Params, Context], Parsed], add: Callable[[Context, Parsed], Awaitable[Row]]
    ) -> Handler:
        """A handler that adds an object."""

        async def create(request: WebRequest, ctx: Context) -> Answer:
            parsed = parse(await parse_params(request), ctx)
            return await self.answer(ctx, await add(ctx, parsed))

        return create

    def update(
        self, parse: Callable[[Params, Context], Parsed], change: Callable[[Context, int, Parsed], Awaitable[Row]]
    ) -> Handler:
        """A handler that changes one object."""

        async def update(request: WebRequest, ctx: Context) -> Answer:
            parsed = parse(await parse_params(request), ctx)
            return await self.answer(ctx, await change(ctx, self.id_of(request), parsed))

        return update

    def update_present(
        self,
        load: Callable[[Context, int], Awaitable[Row]],
        parse: Callable[[Params, Context, Row], Parsed],
        change: Callable[[Context, int, Parsed], Awaitable[Row]],
    ) -> Handler:
        """A handler that changes one object, where parsing the request needs the present object."""

        async def update(request: WebRequest, ctx: Context) -> Answer:
            object_id = self.id_of(request)
            parsed = parse(await parse_params(request), ctx, await load(ctx, object_id))
            return await self.answer(ctx, await change(ctx, object_id, parsed))

        return update

    def act(self, act: Callable[[Context, int], Awaitable[Row]]) -> Handler:
        """A handler that calls an action without parameters on one object: remove, block, confirm."""

        async def handle(request: WebRequest, ctx: Context) -> Answer:
            return await self.answer(ctx, await act(ctx, self.id_of(request)))

        return handle

    def list_pages(
        self,
        parse: Callable[[Params, Context], tuple[Parsed, Paging]],
        load: Callable[[Context, Parsed], Awaitable[Page[Row]]],
        render: Callable[[WebRequest, Page[Row], Paging, W], Answer],
    ) -> Handler:
        """A handler that lists one page of objects. `parse` returns the query for `load`, and the page for `render`."""

        async def list_objects(request: WebRequest, ctx: Context) -> Answer:
            params = parse_query(request)
            query, paging = parse(params, ctx)
            page = await load(ctx, query)
            return render(request, page, paging, await self.look_up(ctx, page.rows, params))

        return list_objects

    def list_all(
        self,
        load: Callable[[Context, Params], Awaitable[Sequence[Row]]],
        render: Callable[[Sequence[Row], W], Answer],
    ) -> Handler:
        """A handler that lists all objects that `load` finds for the parameters, without pages."""

        async def list_objects(request: WebRequest, ctx: Context) -> Answer:
            params = parse_query(request)
            rows = await load(ctx, params)
            return render(rows, await self.look_up(ctx, rows, params))

        return list_objects
