"""The booking page within a page of somebody else, whose browser keeps no cookies of others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from playwright.async_api import Frame

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.engine.accounts.booking_page import BookingPagePatch
from tests.console.browsing import Visitor
from tests.desk import until
from tests.page.conftest import Visit
from tests.ports import free_port
from tests.world import World

GROUND = "getComputedStyle(document.body).backgroundColor"
"""Milliseconds, on a machine that has much else to do."""


@asynccontextmanager
async def foreign_page(html: str) -> AsyncIterator[str]:
    """The origin of a page of somebody else, on another site than Kalends."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = html.encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    with free_port() as port:
        async with await asyncio.start_server(answer, "127.0.0.1", port):
            yield f"http://localhost:{port}"


def page_with(studio: World, address: str, attributes: str = "") -> str:
    slug = studio.account.slug
    return f"""<!doctype html><html lang=en><title>Our studio</title><body><h1>Our studio</h1>
        <script src="{address}/book/widget.js"></script>
        <kalends-booking account="{slug}" {attributes}><a href="{address}/book/{slug}">Book a time</a></kalends-booking>
        <p>Below</p>"""


async def framed(visitor: Visitor) -> Frame:
    """The booking page in the frame, when it is there."""
    await visitor.page.wait_for_selector("iframe")
    frame = visitor.page.frames[-1]
    await frame.wait_for_selector("h1")
    return frame


async def fits(visitor: Visitor) -> None:
    """Wait until the frame is as high as what it shows, and nothing of it is to be scrolled."""
    await visitor.page.wait_for_function("document.querySelector('iframe').offsetHeight !== 640")
    is_whole = "document.documentElement.scrollHeight <= innerHeight + 1"
    await visitor.page.frames[-1].wait_for_function(is_whole)


async def test_a_visitor_books_within_a_page_of_somebody_else(studio: World, visit: Visit, address: str) -> None:
    async with foreign_page(page_with(studio, address, f'service="{studio.massage}"')) as origin:
        await change_booking_page(studio.ctx(), BookingPagePatch(frame_origins=(origin,)))
        visitor = await visit()
        await visitor.page.goto(origin)
        frame = await framed(visitor)
        await fits(visitor)
        await frame.click("button[name=start] >> nth=0")
        await frame.wait_for_selector("[name=name]")
        await frame.fill("[name=name]", "Lucía Martín")
        await frame.fill("[name=email]", "lucia@example.org")
        await frame.click("form button.primary")
        await frame.wait_for_selector("text=You are booked in")
        await fits(visitor)
        assert await visitor.context.cookies() == []
        assert visitor.complaints == []


async def test_it_has_its_room_before_anybody_scrolls_to_it(studio: World, visit: Visit, address: str) -> None:
    html = page_with(studio, address, f'service="{studio.massage}"')
    async with foreign_page(html.replace("<h1>", '<p style="height: 5000px">Above</p><h1>')) as origin:
        await change_booking_page(studio.ctx(), BookingPagePatch(frame_origins=(origin,)))
        visitor = await visit()
        await visitor.page.goto(origin)
        await framed(visitor)
        await visitor.page.wait_for_function("document.querySelector('iframe').offsetHeight > 700")


async def test_it_is_as_dark_as_the_page_around_it(studio: World, visit: Visit, address: str) -> None:
    attributes = f'service="{studio.massage}" theme="dark"'
    async with foreign_page(page_with(studio, address, attributes)) as origin:
        await change_booking_page(studio.ctx(), BookingPagePatch(frame_origins=(origin,)))
        visitor = await visit(color_scheme="light")
        await visitor.page.goto(origin)
        frame = await framed(visitor)
        assert await frame.evaluate(GROUND) == "rgb(20, 23, 26)"
        await frame.click("button[name=start] >> nth=0")
        await frame.wait_for_selector("[name=name]")
        assert await frame.evaluate(GROUND) == "rgb(20, 23, 26)"
        assert "theme=dark" in (await frame.get_attribute("nav a", "href") or "")


async def test_pages_that_are_not_listed_show_nothing(studio: World, visit: Visit, address: str) -> None:
    async with foreign_page(page_with(studio, address)) as origin:
        visitor = await visit()
        await visitor.page.goto(origin)
        await visitor.page.wait_for_selector("iframe")
        await until(lambda: _refused(visitor), True)


async def _refused(visitor: Visitor) -> bool:
    return any("frame-ancestors" in complaint for complaint in visitor.complaints)


async def test_what_goes_wrong_is_said_within_the_page_too(studio: World, client: httpx.AsyncClient) -> None:
    shop = BookingPagePatch(frame_origins=("https://shop.example",), most_holds=1)
    await change_booking_page(studio.ctx(), shop)
    gone = await client.get("/999999", params={"theme": "dark", "lang": "de"})
    busy = [await client.post(f"/{studio.massage}") for _ in range(2)][-1]
    assert (gone.status_code, busy.status_code) == (404, 429)
    for page in (gone, busy):
        assert "frame-ancestors 'self' https://shop.example;" in page.headers["content-security-policy"]
    assert 'data-theme="dark"' in gone.text
    assert f'href="/book/{studio.account.slug}?lang=de&amp;theme=dark"' in gone.text


async def test_behind_a_button_it_opens_in_a_dialog(studio: World, visit: Visit, address: str) -> None:
    async with foreign_page(page_with(studio, address, 'button="Book now" lang="nb"')) as origin:
        await change_booking_page(studio.ctx(), BookingPagePatch(frame_origins=(origin,)))
        visitor = await visit()
        await visitor.page.goto(origin)
        assert not await visitor.page.is_visible("iframe")
        await visitor.page.click("text=Book now")
        frame = await framed(visitor)
        assert await frame.get_attribute("html", "lang") == "nb"
        await visitor.page.keyboard.press("Escape")
        await visitor.page.wait_for_selector("iframe", state="hidden")


async def test_no_header_forbids_what_the_policy_permits(client: httpx.AsyncClient, address: str) -> None:
    page = await client.get("")
    assert "frame-ancestors 'self';" in page.headers["content-security-policy"]
    assert "x-frame-options" not in page.headers
    assert (await client.get(f"{address}/console/login")).headers["x-frame-options"] == "DENY"


async def test_without_scripts_there_is_a_link(studio: World, visit: Visit, address: str) -> None:
    async with foreign_page(page_with(studio, address)) as origin:
        visitor = await visit(java_script_enabled=False)
        await visitor.page.goto(origin)
        await visitor.page.click("text=Book a time")
        assert visitor.page.url == f"{address}/book/{studio.account.slug}"


async def test_the_script_is_small_and_for_everybody(client: httpx.AsyncClient, address: str) -> None:
    answer = await client.get(f"{address}/book/widget.js")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert len(answer.content) <= 2048
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["", "/widget.js"])
async def test_nothing_is_kept_in_the_browser(client: httpx.AsyncClient, path: str) -> None:
    assert "set-cookie" not in (await client.get(path)).headers
