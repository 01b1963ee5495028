"""Mail brings customers a link to what they have booked, whoever booked it, by which they change it on the page."""

import re
from functools import partial

import httpx
import msgspec
import pytest

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.actions.bookings.book import book
from kalends.actions.messages.preview import Preview, preview_message
from kalends.delivery.smtp import open_smtp, smtp_server
from kalends.engine.accounts.booking_page import BookingPagePatch
from kalends.engine.bookings.request import BookingRequest
from kalends.jobs.sending import Channel, mail_channel, send_some
from kalends.store.db import Db
from tests.acts import book_item, change
from tests.desk import HOUR, PATIENCE, SOON, made, visit
from tests.jobs.delivery import by_mail
from tests.mail import MailServer, mail_server
from tests.world import NOW, World, open_clinic

LINK = re.compile(r"https?://\S+/h/[0-9a-f.]+")


@pytest.fixture
async def clinic(db: Db) -> World:
    """A clinic that tells its customers everything by mail."""
    await db.execute("delete from outbox")
    return await open_clinic(db, verification="email")


async def mailed(studio: World, server: MailServer, public_url: str) -> str:
    """The text of the one mail that is due."""
    await send_some(by_mail(studio, server.url, public_url=public_url), studio.db, NOW)
    (mail,) = server.received
    text = mail.get_body(("plain",))
    assert text is not None
    return str(text.get_content())


async def test_the_link_of_a_mail_leads_to_the_booking_which_is_cancelled_there(studio: World, address: str) -> None:
    item = await made(studio, visit(studio))
    async with mail_server() as server, httpx.AsyncClient(timeout=120) as browser:
        text = await mailed(studio, server, address)
        (link,) = LINK.findall(text)
        assert link.startswith(f"{address}/book/{studio.account.slug}/h/")
        page = await browser.get(link)
        assert "11:00" in page.text
        await browser.post(f"{link}/cancel")
    state = await studio.db.fetchval("select state from item where id = $1", item.id)
    body = await studio.db.fetchval("select body from outbox where item_id = $1 and state = 'sent'", item.id)
    assert state == "cancelled"
    assert LINK.findall(body) == [f"{address}/book/{studio.account.slug}/h/..."]


@pytest.mark.parametrize(("active", "public_url"), [(False, "https://book.example.com"), (True, "")])
async def test_without_a_page_or_its_address_mail_is_as_ever(studio: World, active: bool, public_url: str) -> None:
    await change_booking_page(studio.ctx(), BookingPagePatch(active=active))
    await made(studio, visit(studio))
    async with mail_server() as server:
        assert "/book/" not in await mailed(studio, server, public_url)
    assert await studio.db.fetchval("select count(*) from access_token where account_id = $1", studio.account.id) == 0


async def test_who_is_brought_along_gets_no_link_and_who_booked_for_both_gets_one_to_all(
    studio: World, address: str
) -> None:
    of_ola = msgspec.structs.replace(visit(studio).lines[0], customer_id=studio.ola)
    of_kari = visit(studio, starts_at=SOON + HOUR).lines[0]
    await book_item(studio.ctx(), BookingRequest(customer_id=studio.kari, lines=(of_ola, of_kari)))
    async with mail_server() as server, httpx.AsyncClient(timeout=120) as browser:
        await send_some(by_mail(studio, server.url, public_url=address), studio.db, NOW)
        mails = {str(mail["To"]): mail.get_body(("plain",)) for mail in server.received}
        links = {to: LINK.findall(str(text and text.get_content())) for to, text in mails.items()}
        assert links["Ola Nordmann <ola@example.org>"] == []
        page = (await browser.get(links["Kari Nordmann <kari@example.org>"][0])).text
        assert ("11:00" in page, "12:00" in page) == (True, True)


async def test_a_message_that_is_only_shown_has_a_link_without_a_secret(studio: World) -> None:
    item = await made(studio, visit(studio, starts_at=SOON))
    ctx = msgspec.structs.replace(studio.ctx(), public_url="https://book.example.com")
    shown = await preview_message(ctx, Preview(kind="reminder", channel="email", item_id=item.id))
    assert f"https://book.example.com/book/{studio.account.slug}/h/..." in shown.text


async def test_what_is_kept_as_there_is_no_server_can_be_followed(studio: World) -> None:
    await made(studio, visit(studio))
    kept = Channel("email", None, "bookings@example.org", clock=lambda: NOW, public_url="https://book.example.com")
    await send_some(kept, studio.db, NOW)
    body = await studio.db.fetchval("select body from outbox where account_id = $1", studio.account.id)
    assert re.search(r"/h/[0-9a-f]{64}\b", body)


async def test_who_gets_what_was_anothers_gets_a_link_and_the_other_ones_ends(studio: World, address: str) -> None:
    item = await made(studio, visit(studio))
    async with mail_server() as server, httpx.AsyncClient(timeout=120) as browser:
        (of_kari,) = LINK.findall(await mailed(studio, server, address))
        await change(studio.ctx(), item.id, {"customer_id": studio.ola})
        server.received.clear()
        (of_ola,) = LINK.findall(await mailed(studio, server, address))
        assert (await browser.get(of_kari)).status_code == 404
        assert "11:00" in (await browser.get(of_ola)).text
        await browser.post(f"{of_kari}/cancel")
    assert await studio.db.fetchval("select state from item where id = $1", item.id) == "confirmed"


async def test_who_gives_one_of_two_times_away_keeps_the_other_and_is_sent_a_link_to_it(
    studio: World, address: str
) -> None:
    of_kari = tuple(visit(studio, starts_at=SOON + hours * HOUR).lines[0] for hours in (0, 2))
    booked = await book(studio.ctx(), BookingRequest(customer_id=studio.kari, lines=of_kari))
    first, second = (view.item.id for view in booked.items)
    async with mail_server() as server, httpx.AsyncClient(timeout=120) as browser:
        (before,) = LINK.findall(await mailed(studio, server, address))
        await change(studio.ctx(), first, {"customer_id": studio.ola})
        await send_some(by_mail(studio, server.url, public_url=address), studio.db, NOW)
        await change(studio.ctx(), second, {"starts_at": SOON + 3 * HOUR})
        server.received.clear()
        (after,) = LINK.findall(await mailed(studio, server, address))
        for link in (before, after):
            page = (await browser.get(link)).text
            assert ("14:00" in page, "11:00" in page) == (True, False)
        await browser.post(f"{before}/cancel")
    rows = await studio.db.fetch("select state from item where id = any ($1) order by id", [first, second])
    assert [row[0] for row in rows] == ["confirmed", "cancelled"]


@pytest.mark.parametrize("answers", [("451 later", "250 kept"), ("554 no",), ("unreachable",)])
async def test_a_link_that_nobody_got_is_not_kept(studio: World, answers: tuple[str, ...]) -> None:
    await made(studio, visit(studio))
    count = "select count(*) from access_token where account_id = $1"
    async with mail_server(*answers) as server:
        url = "smtp://127.0.0.1:9" if answers == ("unreachable",) else server.url
        await send_some(by_mail(studio, url, public_url="https://book.example.com"), studio.db, NOW)
        assert await studio.db.fetchval(count, studio.account.id) == 0
        if len(answers) > 1:
            later = NOW + HOUR
            await send_some(by_mail(studio, server.url, later, "https://book.example.com"), studio.db, later)
            assert (len(server.received), await studio.db.fetchval(count, studio.account.id)) == (1, 1)


async def test_a_link_that_may_have_arrived_is_kept(studio: World) -> None:
    await made(studio, visit(studio))
    async with mail_server(delay=PATIENCE) as server:
        mail = mail_channel(partial(open_smtp, smtp_server(server.url), 3), "bookings@example.org")
        channel = Channel("email", mail.open, mail.sender, clock=lambda: NOW, public_url="https://book.example.com")
        await send_some(channel, studio.db, NOW)
    assert await studio.db.fetchval("select count(*) from access_token where account_id = $1", studio.account.id) == 1
