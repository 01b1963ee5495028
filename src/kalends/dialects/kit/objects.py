"""Makes the handlers that most kinds of objects have: list, show, create, update, and act on one object.

Each handler parses the request, calls one action, and renders what the action returned. A door passes what is its own:
the parser, what the response looks up besides the object, and the renderer.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.codecs import Unreadable, clean
from kalends.dialects.kit.paging import Paging
from kalends.dialects.kit.reader import parse_id, parse_params, parse_query
from kalends.engine.query import Page
from kalends.engine.refusals import NotFound
from kalends.web.auth import Handler
from kalends.web.door import Answer, WebRequest
from kalends.web.idempotency import idempotent

Row = TypeVar("Row")
W = TypeVar("W")
Parsed = TypeVar("Parsed")
Params: TypeAlias = Mapping[str, Any]
ObjectId: TypeAlias = Any
"""What the door's ParseId returns: an int, unless its actions find objects by text."""
ParseId: TypeAlias = Callable[[Context, str, str], Awaitable[ObjectId]]
"""`(ctx, text, kind)`: the id of a text in a path. Raises NotFound(kind)."""


async def integer_id(ctx: Context, text: str, kind: str) -> int:
    """An id in decimal digits, below 2^53. Raises NotFound(kind)."""
    return parse_id(text, kind)


async def text_id(ctx: Context, text: str, kind: str) -> str:
    """Any text that can be stored as an id, such as an external id. Raises NotFound(kind)."""
    try:
        return clean(text)
    except Unreadable:
        raise NotFound(kind, text) from None


class ObjectHandlers(msgspec.Struct, Generic[Row, W], frozen=True):
    """Makes the handlers of one kind of objects.

    `path_parameter` is the name of the id in paths, `kind` the engine's noun for the object in NotFound. `look_up`
    loads what the response shows besides the objects, as the parameters ask for; after a change they are empty.
    `render` writes one object. `parse_id` reads ids in paths: `integer_id`, `text_id`, or `opaque_path_id(load)`.
    `idempotency_header` is the header with which requests that write can be repeated safely; "" for none.
    """

    path_parameter: str
    kind: str
    look_up: Callable[[Context, Sequence[Row], Params], Awaitable[W]]
    render: Callable[[Row, W], Answer]
    parse_id: ParseId = integer_id
    idempotency_header: str = ""

    async def path_id(self, request: WebRequest, ctx: Context) -> ObjectId:
        """The id in the path. Raises NotFound(kind)."""
        return await self.parse_id(ctx, request.path_params[self.path_parameter], self.kind)

    def id_of(self, request: WebRequest) -> int:
        """The integer id in the path, for doors without other ids. Raises NotFound(kind)."""
        return parse_id(request.path_params[self.path_parameter], self.kind)

    async def answer(self, ctx: Context, row: Row, params: Params | None = None) -> Answer:
        """The answer that shows one object."""
        return self.render(row, await self.look_up(ctx, (row,), params or {}))

    def show(self, load: Callable[[Context, ObjectId], Awaitable[Row]]) -> Handler:
        """A handler that shows one object."""

        async def show(request: WebRequest, ctx: Context) -> Answer:
            params = parse_query(request)
            return await self.answer(ctx, await load(ctx, await self.path_id(request, ctx)), params)

        return show

    def create(
        self, parse: Callable[[Params, Context], Parsed], add: Callable[[Context, Parsed], Awaitable[Row]]
    ) -> Handler:
        """A handler that adds an object."""

        async def create(request: WebRequest, ctx: Context) -> Answer:
            parsed = parse(await parse_params(request), ctx)
            return await self.answer(ctx, await add(ctx, parsed))

        return self._repeatable(create)

    def update(
        self, parse: Callable[[Params, Context], Parsed], change: Callable[[Context, ObjectId, Parsed], Awaitable[Row]]
    ) -> Handler:
        """A handler that changes one object."""

        async def update(request: WebRequest, ctx: Context) -> Answer:
            parsed = parse(await parse_params(request), ctx)
            return await self.answer(ctx, await change(ctx, await self.path_id(request, ctx), parsed))

        return self._repeatable(update)

    def update_present(
        self,
        load: Callable[[Context, ObjectId], Awaitable[Row]],
        parse: Callable[[Params, Context, Row], Parsed],
        change: Callable[[Context, ObjectId, Parsed], Awaitable[Row]],
    ) -> Handler:
        """A handler that changes one object, where parsing the request needs the present object."""

        async def update(request: WebRequest, ctx: Context) -> Answer:
            object_id = await self.path_id(request, ctx)
            parsed = parse(await parse_params(request), ctx, await load(ctx, object_id))
            return await self.answer(ctx, await change(ctx, object_id, parsed))

        return self._repeatable(update)

    def act(self, act: Callable[[Context, ObjectId], Awaitable[Row]]) -> Handler:
        """A handler that calls an action without parameters on one object: remove, block, confirm."""

        async def handle(request: WebRequest, ctx: Context) -> Answer:
            return await self.answer(ctx, await act(ctx, await self.path_id(request, ctx)))

        return self._repeatable(handle)

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

    def _repeatable(self, handler: Handler) -> Handler:
        return idempotent(handler, self.idempotency_header) if self.idempotency_header else handler
