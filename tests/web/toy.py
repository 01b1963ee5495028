"""A door as small as one can be, on the real shell, the real keys and the real database."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec

from kalends.actions.context import Context, transaction
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.find import list_customers
from kalends.dialects.kit.paths import no_suffix
from kalends.dialects.kit.reader import parse_id
from kalends.engine.customers.customer import CustomerPatch, CustomerQuery
from kalends.engine.refusals import Forbidden, NotFound, Refusal, Unauthenticated
from kalends.store.db import open_pool
from kalends.web.auth import basic_user, bearer, keyed
from kalends.web.body import read_body, read_query
from kalends.web.call import Call, call_of, url
from kalends.web.config import WebSettings
from kalends.web.door import Answer, Door, DoorRules, WebRequest
from kalends.web.problems import (
    CrossSite,
    Limited,
    MethodNotAllowed,
    Problem,
    RouteNotFound,
    TimedOut,
    TooLarge,
    TooSlow,
    Unavailable,
    Unexpected,
    UnsupportedMedia,
)
from kalends.web.routing import build_router
from kalends.web.shell import Shell, create_app
from kalends.web.streams import Event, EventStream, stream_context
from tests.world import clock

USUAL = DoorRules()
STATUS: dict[type[Exception], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    CrossSite: 403,
    NotFound: 404,
    RouteNotFound: 404,
    MethodNotAllowed: 405,
    TooSlow: 408,
    TooLarge: 413,
    UnsupportedMedia: 415,
    Limited: 429,
    Unexpected: 500,
    Unavailable: 503,
    TimedOut: 504,
}


def say(no: Exception, call: Call) -> Answer:
    assert isinstance(no, Refusal | Problem)
    wait = (("Retry-After", str(no.retry_after)),) if isinstance(no, Limited | Unavailable) else ()
    return said({"toy": no.code}, STATUS.get(type(no), 400), wait)


def said(value: object, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    return Answer(status, msgspec.json.encode(value), headers=headers)


async def show(request: WebRequest, ctx: Context) -> Answer:
    return said(
        {"who": ctx.actor, "account": ctx.account.slug, "id": parse_id(str(request.path_params["id"]), "thing")}
    )


async def echo(request: WebRequest, ctx: Context) -> Answer:
    return said({"query": read_query(request), "body": await read_body(request, dict)})


async def links(request: WebRequest, ctx: Context) -> Answer:
    return said(url(request, "/things", "page=2"))


async def broken(request: WebRequest, ctx: Context) -> Answer:
    raise RuntimeError("Kari Nordmann is not to be found in any log")


async def refused(request: WebRequest, ctx: Context) -> Answer:
    raise NotFound("thing", 7)


async def half_done(request: WebRequest, ctx: Context) -> Answer:
    async with transaction(ctx) as tx:
        await add_customer(tx, CustomerPatch(first_name="Half", email="half@example.org"))
        BEGUN.append(ctx.account.id)
        await asyncio.sleep(300)
    return said({})


BEGUN: list[int] = []
"""The accounts of which something is half done, or was."""

SLOW_COMMIT = """
    create function pg_temp.slow() returns trigger language plpgsql as
        $$ begin perform pg_sleep({seconds}); return null; end $$;
    create constraint trigger slow after insert on slow deferrable initially deferred
        for each row execute function pg_temp.slow();
"""


async def slow_commit(request: WebRequest, ctx: Context) -> Answer:
    """Its transaction takes longer to commit than there is time left."""
    async with transaction(ctx) as tx:
        await tx.db.execute("create temporary table slow (id int) on commit drop")
        await tx.db.execute(SLOW_COMMIT.format(seconds=2))
        await tx.db.execute("insert into slow values (1)")
        await add_customer(tx, CustomerPatch(first_name="Half", email="half@example.org"))
        little_time_is_left(request)
    return said({})


async def one_statement(request: WebRequest, ctx: Context) -> Answer:
    """Writes in one statement, which commits by itself, when there is little time left."""
    little_time_is_left(request)
    await add_customer(ctx, CustomerPatch(first_name="Half", email="half@example.org"))
    return said({})


def little_time_is_left(request: WebRequest) -> None:
    """However long it took to come so far."""
    limit = call_of(request).time_limit
    assert limit is not None
    limit.reschedule(asyncio.get_running_loop().time() + 1)


async def bearer_or_user(request: WebRequest) -> str | None:
    return bearer(request) or basic_user(request)


async def parameter(request: WebRequest) -> str | None:
    """As some clients do: in the query or among the fields of the form."""
    return dict(read_query(request)).get("key") or (await read_body(request, dict)).get("key")


async def watch(request: WebRequest, ctx: Context) -> Answer:
    """Events that tell how much time is left and of which customer there is one, until nobody listens."""

    async def events() -> AsyncGenerator[Event, None]:
        limit = call_of(request).time_limit
        assert limit is not None
        yield Event(f"time limit {limit.when()}", id="1")
        try:
            customers = await list_customers(stream_context(request, ctx), CustomerQuery(name="Half"))
            yield Event(f"{customers.total}\nof them", id="2", name="count")
            await asyncio.Event().wait()
        finally:
            ENDED.append(ctx.account.id)

    return EventStream(200, events=events())


ENDED: list[int] = []
"""The accounts whose streams have ended."""


def door(
    name: str = "toy", base_path: str = "/toy/api/v1", key_of: Any = bearer_or_user, rules: DoorRules = USUAL
) -> Door:
    routes = [
        keyed("GET", "/things/{id}", show),
        keyed("GET", "/things/links", links),
        keyed("GET", "/numbered/{id:int}", show),
        keyed(["POST", "PUT"], "/things", echo),
        keyed("GET", "/links", links),
        keyed("GET", "/broken", broken),
        keyed("GET", "/refused", refused),
        keyed("POST", "/half-done", half_done),
        keyed("POST", "/slow-commit", slow_commit),
        keyed("POST", "/one-statement", one_statement),
        keyed("GET", "/watch", watch),
    ]
    return Door(name, base_path, build_router(routes), key_of, say, no_suffix, "All of <toys>.", "a bearer", rules)


def shell(database_url: str, settings: WebSettings | None = None, doors: Sequence[Door] | None = None) -> Shell:
    return create_app(settings or WebSettings(), doors or [door()], lambda: open_pool(database_url, 1, 4), clock=clock)


@asynccontextmanager
async def served(app: Shell, key: str = "") -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running application that shows a key."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    transport = transport_to(app)
    async with (
        running(app),
        httpx.AsyncClient(transport=transport, base_url="http://here/toy/api/v1", headers=headers) as client,
    ):
        yield client


def transport_to(app: Shell, address: str = "127.0.0.1") -> httpx.ASGITransport:
    """What a client speaks to the application through; it knows the words of ASGI by looser types than Starlette."""
    application: Any = app
    return httpx.ASGITransport(application, client=(address, 123))


@asynccontextmanager
async def running(app: Shell) -> AsyncIterator[None]:
    """What a server says to an application when it starts and when it stops."""
    to_app: asyncio.Queue[Any] = asyncio.Queue()
    from_app: asyncio.Queue[Any] = asyncio.Queue()
    scope: Any = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    life = asyncio.create_task(app(scope, to_app.get, from_app.put))
    await to_app.put({"type": "lifespan.startup"})
    assert (await from_app.get())["type"] == "lifespan.startup.complete"
    yield
    await to_app.put({"type": "lifespan.shutdown"})
    assert (await from_app.get())["type"] == "lifespan.shutdown.complete"
    await life
