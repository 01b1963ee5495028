"""Answers that go on while somebody listens, and cost nothing but that."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import asyncpg
import pytest

from kalends.actions.context import Context
from kalends.store.db import Db, open_pool
from kalends.web import streams
from kalends.web.auth import keyed
from kalends.web.config import WebSettings
from kalends.web.door import Answer, Door, WebRequest
from kalends.web.routing import build_router
from kalends.web.shell import Shell, create_app
from kalends.web.streams import Event, EventStream
from tests.web.listener import Listener
from tests.web.toy import ENDED, bearer_or_user, door, running, say, shell
from tests.world import World, clock, open_clinic


@pytest.fixture
async def clinic(db: Db) -> World:
    return await open_clinic(db)


def app_of(database_url: str, drain_file: Path | None = None) -> Shell:
    """The toy with one connection for all."""
    return create_app(WebSettings(drain_file=drain_file), [door()], lambda: open_pool(database_url, 1, 1), clock=clock)


async def test_events_come_without_a_time_limit_or_a_connection(database_url: str, clinic: World) -> None:
    app, key = app_of(database_url), await clinic.key("toy")
    async with running(app):
        first, second = Listener(key), Listener(key)
        tasks = [listener.listens_to(app) for listener in (first, second)]
        for listener in (first, second):
            start = await listener.hears()
            assert (start["status"], dict(start["headers"])[b"content-type"]) == (200, b"text/event-stream")
            assert (await listener.hears())["body"] == b"id: 1\ndata: time limit None\n\n"
            assert (await listener.hears())["body"] == b"id: 2\nevent: count\ndata: 0\ndata: of them\n\n"
        for listener in (first, second):
            listener.hangs_up.set()
        await asyncio.gather(*tasks)
        assert ENDED.count(clinic.account.id) == 2


async def test_a_stream_ends_when_the_server_drains(
    database_url: str, clinic: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "POLL_SECONDS", 0.001)
    file = tmp_path / "drain"
    app, listener = app_of(database_url, file), Listener(await clinic.key("toy"))
    async with running(app):
        task = listener.listens_to(app)
        for _ in range(3):
            await listener.hears()
        file.touch()
        await task
    assert await listener.hears() == {"type": "http.response.body", "body": b"", "more_body": False}
    assert ENDED.count(clinic.account.id) == 1


async def lose(request: WebRequest, ctx: Context) -> Answer:
    """An event, and then no database."""

    async def events() -> AsyncGenerator[Event, None]:
        yield Event("here")
        raise asyncpg.CannotConnectNowError("the database system is shutting down")

    return EventStream(200, events=events())


async def test_a_stream_ends_when_the_database_is_lost(database_url: str, clinic: World) -> None:
    """The client reconnects; nothing is wrong with the server, which would otherwise log an error for each stream."""
    lost = Door("toy", "/toy/api/v1", build_router([keyed("GET", "/watch", lose)]), bearer_or_user, say)
    app, listener = shell(database_url, doors=[lost]), Listener(await clinic.key("toy"))
    async with running(app):
        await listener.listens_to(app)
    assert [(await listener.hears()).get("body") for _ in range(3)] == [None, b"data: here\n\n", b""]


async def test_a_silent_stream_is_kept_alive(database_url: str, clinic: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "POLL_SECONDS", 0.001)
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.001)
    app, listener = app_of(database_url), Listener(await clinic.key("toy"))
    async with running(app):
        task = listener.listens_to(app)
        while (await listener.hears()).get("body") != b":\n\n":
            pass
        monkeypatch.setattr(streams, "LONGEST_SECONDS", 0.0)
        listener.hangs_up.set()
        await task


async def test_a_stream_ends_by_itself_so_that_the_key_is_asked_for_again(
    database_url: str, clinic: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "LONGEST_SECONDS", 0.0)
    app, listener = app_of(database_url), Listener(await clinic.key("toy"))
    async with running(app):
        await listener.listens_to(app)
    assert (await listener.hears())["status"] == 200


async def test_a_head_of_a_stream_has_no_end_to_wait_for(database_url: str, clinic: World) -> None:
    app, listener = app_of(database_url), Listener(await clinic.key("toy"), "HEAD")
    async with running(app):
        await listener.listens_to(app)
    assert ((await listener.hears())["status"], (await listener.hears())["body"]) == (200, b"")


def test_an_event_cannot_forge_another() -> None:
    assert Event("a\n\nid: 9", id="1\ndata: x").encode() == b"id: 1 data: x\ndata: a\ndata: \ndata: id: 9\n\n"
    assert Event("").encode() == b"data: \n\n"
