"""Messages are decided when they are sent, from what is true then; a server gets each of them, under one name."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from kalends.actions.accounts.profile import change_profile
from kalends.actions.accounts.users import create_user
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.series import start_series
from kalends.actions.customers.change import change_customer
from kalends.actions.messages.bounces import list_bounced
from kalends.actions.messages.compose import Letter
from kalends.actions.messages.refusals import refuse_messages
from kalends.actions.messages.send import take_due
from kalends.engine.accounts.profile import ProfilePatch
from kalends.engine.bookings.request import BookingRequest, MessageOverrides
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.messages.outgoing import Answer
from kalends.engine.time.recurrence import Recurrence
from kalends.jobs.sending import LEASE, Channel, SendLetter, mail_channel, send_some, text_channel
from kalends.store.db import Db
from tests.acts import book_item, change
from tests.desk import DAY, HOUR, MINUTE, SOON, made, make_occurrences, visit
from tests.jobs.delivery import SENDER, by_mail, deliver, outcomes
from tests.mail import mail_server
from tests.ports import free_port
from tests.world import NOW, World, open_clinic


@pytest.fixture
async def clinic(db: Db) -> World:
    """A clinic that tells its customers everything by mail."""
    await db.execute("delete from outbox")
    return await open_clinic(db, verification="email")


async def test_a_confirmation_is_sent_and_kept(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    async with mail_server() as server:
        assert len(await deliver(clinic, server)) == 1
        assert await deliver(clinic, server) == []
    (mail,) = server.received
    assert server.recipients == ["kari@example.org"]
    assert SENDER in mail["From"]
    row = await clinic.db.fetchrow("select * from outbox where item_id = $1", item.id)
    assert row is not None
    assert (row["state"], row["address"], row["subject"]) == ("sent", "kari@example.org", mail["Subject"])
    assert (row["answer"], row["attempts"], row["data"]["told"]) == ("kept", 1, {str(item.id): 0})
    assert mail["Message-ID"].startswith(f"<{clinic.account.id}.{row['id']}.")


async def test_a_confirmation_brings_a_calendar_file(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    async with mail_server() as server:
        await deliver(clinic, server)
    (mail,) = server.received
    files = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_filename() for part in files] == [None, "invite.ics"]
    assert f"UID:item-{item.id}@".encode() in files[0].get_payload(decode=True)


async def test_a_booking_that_was_cancelled_is_not_confirmed_any_more(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await change_item_state(clinic.ctx(), item.id, "cancel")
    async with mail_server() as server:
        assert len(await deliver(clinic, server)) == 1
    assert await outcomes(clinic) == [("confirmation", "dropped", "state"), ("cancellation", "sent", None)]


async def test_a_change_that_was_taken_back_meanwhile_is_not_told(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    async with mail_server() as server:
        await deliver(clinic, server)
        later = MessageOverrides(delay_seconds=30)
        await change(clinic.ctx(), item.id, {"starts_at": SOON + HOUR}, messages=later)
        assert await deliver(clinic, server) == []
        await change(clinic.ctx(), item.id, {"starts_at": SOON}, messages=later)
        assert await deliver(clinic, server, NOW + MINUTE) == []
    assert {reason for template, _, reason in await outcomes(clinic) if template == "modification"} == {"undone"}


async def test_several_changes_are_told_as_one(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    async with mail_server() as server:
        await deliver(clinic, server)
        for hours in (1, 2, 3):
            await change(clinic.ctx(), item.id, {"starts_at": SOON + hours * HOUR})
        assert len(await deliver(clinic, server)) == 1
    assert [state for _, state, _ in await outcomes(clinic)] == ["sent"] * 4


async def test_what_a_confirmation_told_already_is_not_told_again_as_a_change(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await change(clinic.ctx(), item.id, {"starts_at": SOON + HOUR})
    async with mail_server() as server:
        subjects = await deliver(clinic, server)
    assert len(subjects) == 1
    assert await outcomes(clinic) == [("confirmation", "sent", None), ("modification", "dropped", "told")]


async def test_a_booking_of_several_times_is_confirmed_at_once(clinic: World) -> None:
    lines = (visit(clinic).lines[0], visit(clinic, starts_at=SOON + DAY).lines[0])
    await book_item(clinic.ctx(), BookingRequest(lines=lines, customer_id=clinic.kari))
    async with mail_server() as server:
        assert len(await deliver(clinic, server)) == 1
    assert all(day in str(server.received[0].get_body(("plain",))) for day in ("1. mars", "2. mars"))


async def test_nothing_is_told_of_what_is_over(clinic: World) -> None:
    await made(clinic, visit(clinic))
    async with mail_server() as server:
        assert await deliver(clinic, server, SOON + 2 * HOUR) == []
    assert await outcomes(clinic) == [("confirmation", "dropped", "over")]


async def test_it_goes_to_the_address_that_the_customer_has_now(clinic: World) -> None:
    await made(clinic, visit(clinic))
    await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(email="new@example.org"))
    async with mail_server() as server:
        await deliver(clinic, server)
    assert server.recipients == ["new@example.org"]


async def test_an_item_that_is_another_customers_now_is_not_told_to_the_first(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await change(clinic.ctx(), item.id, {"customer_id": clinic.ola}, messages=MessageOverrides({}))
    async with mail_server() as server:
        await deliver(clinic, server)
    assert ("confirmation", "dropped", "customer") in await outcomes(clinic)


async def test_a_failed_attempt_is_tried_again_under_the_same_name(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    async with mail_server("451 try later") as server:
        assert await deliver(clinic, server) == []
        row = await clinic.db.fetchrow("select state, due_at, answer from outbox where item_id = $1", item.id)
        assert row is not None
        assert (row["state"], row["answer"]) == ("waiting", "try later")
        assert await deliver(clinic, server, row["due_at"] - MINUTE / 60) == []
        assert len(await deliver(clinic, server, row["due_at"])) == 1


async def test_what_the_server_refuses_for_good_is_given_up(clinic: World) -> None:
    await made(clinic, visit(clinic))
    async with mail_server("550 no such user") as server:
        await deliver(clinic, server)
    assert await outcomes(clinic) == [("confirmation", "failed", None)]


async def test_an_address_that_nobody_has_is_marked_and_not_tried_again(clinic: World) -> None:
    await made(clinic, visit(clinic))
    async with mail_server(refused_recipients={"kari@example.org": "550 5.1.1 no such user"}) as server:
        await deliver(clinic, server)
        (marked,) = await list_bounced(clinic.ctx())
        assert (marked.address, marked.reason) == ("kari@example.org", "550 5.1.1 no such user")
        await made(clinic, visit(clinic, starts_at=SOON + 7 * DAY))
        await deliver(clinic, server)
    assert await outcomes(clinic) == [("confirmation", "failed", None), ("confirmation", "dropped", "bounced")]


async def test_a_lost_worker_leaves_nothing_unsent_and_doubles_have_one_name(clinic: World) -> None:
    await made(clinic, visit(clinic))
    async with mail_server() as server:
        await deliver(clinic, server)
        await clinic.db.execute("update outbox set state = 'waiting', finished_at = null")  # as if it was not marked
        await deliver(clinic, server, NOW + LEASE)
    first, second = server.received
    assert first["Message-ID"] == second["Message-ID"]


async def lose_workers(clinic: World, number: int) -> datetime:
    """So many workers take what is due and die; returns when the last lease is over."""
    for turn in range(number):
        assert len(await take_due(clinic.db, NOW + turn * LEASE, NOW + (turn + 1) * LEASE, "email")) == 1
    return NOW + number * LEASE


async def test_what_workers_die_of_is_given_up(clinic: World) -> None:
    await made(clinic, visit(clinic, starts_at=SOON + 7 * DAY))
    now = await lose_workers(clinic, 24)
    async with mail_server() as server:
        assert await deliver(clinic, server, now) == []
    assert await outcomes(clinic) == [("confirmation", "failed", None)]


async def test_what_workers_may_have_died_of_is_taken_alone(clinic: World) -> None:
    await made(clinic, visit(clinic, starts_at=SOON + 7 * DAY))
    now = await lose_workers(clinic, 8)
    for day in (8, 9):
        await made(clinic, visit(clinic, starts_at=SOON + day * DAY), now)
    assert [len(await take_due(clinic.db, now, now + LEASE, "email")) for _ in range(3)] == [1, 2, 0]


async def test_a_mail_that_can_not_be_made_is_tried_again_later_and_the_next_one_goes_on(clinic: World) -> None:
    def unmade(letter: Letter) -> Awaitable[Answer]:
        raise ValueError(letter.name)

    @asynccontextmanager
    async def broken() -> AsyncIterator[SendLetter]:
        yield unmade

    for day in range(2):
        await made(clinic, visit(clinic, starts_at=SOON + 7 * day * DAY))
    await send_some(Channel("email", broken, SENDER, LEASE, lambda: NOW), clinic.db, NOW)
    rows = await clinic.db.fetch("select state, answer, due_at > $1 from outbox", NOW)
    assert [tuple(row) for row in rows] == 2 * [("waiting", "ValueError", True)]


async def test_when_the_server_is_not_there_the_others_are_not_tried(clinic: World) -> None:
    for day in range(3):
        await made(clinic, visit(clinic, starts_at=SOON + 7 * day * DAY))
    with free_port() as port:
        channel = by_mail(clinic, f"smtp://127.0.0.1:{port}")
        assert not await send_some(channel, clinic.db, NOW)
    attempts = await clinic.db.fetch("select attempts from outbox where account_id = $1 order by id", clinic.account.id)
    assert [row["attempts"] for row in attempts] == [1, 0, 0]


async def test_without_a_server_messages_are_kept_with_what_they_say(clinic: World) -> None:
    item = await made(clinic, visit(clinic, initiate=True, messages=MessageOverrides({("verification", "sms"): True})))
    for channel in (mail_channel(None, SENDER), text_channel(None)):
        kept = Channel(channel.name, None, SENDER, LEASE, lambda: NOW)
        while await send_some(kept, clinic.db, NOW):
            pass
    rows = await clinic.db.fetch("select channel, state, body from outbox where item_id = $1 order by channel", item.id)
    assert [(row["channel"], row["state"]) for row in rows] == [("email", "kept"), ("sms", "kept")]
    assert all(item.verification_code in row["body"] for row in rows if item.verification_code)


async def test_mail_for_the_staff_goes_to_each_who_manages_the_account(db: Db) -> None:
    await db.execute("delete from outbox")
    clinic = await open_clinic(db, notify_by_email=True)
    for email, role in (("olga@example.org", "owner"), ("mona@example.org", "manager"), ("stig@example.org", "staff")):
        await create_user(clinic.ctx(), email, role)  # type: ignore[arg-type]
    await made(clinic, visit(clinic))
    async with mail_server() as server:
        await deliver(clinic, server)
    assert sorted(server.recipients) == ["mona@example.org", "olga@example.org"]


async def test_without_users_mail_for_the_staff_goes_to_the_account(db: Db) -> None:
    await db.execute("delete from outbox")
    clinic = await open_clinic(db, notify_by_email=True)
    await change_profile(clinic.ctx(), ProfilePatch(email="desk@example.org"))
    await made(clinic, visit(clinic))
    async with mail_server() as server:
        await deliver(clinic, server)
    assert server.recipients == ["desk@example.org"]


async def test_what_tells_of_a_series_waits_until_it_is_made(clinic: World) -> None:
    rule = Recurrence(rrule="FREQ=WEEKLY;COUNT=3")
    uid = await start_series(clinic.ctx(), visit(clinic), rule)
    booking_id: int = await clinic.db.fetchval("select id from booking where uid = $1::text::uuid", uid)
    async with mail_server() as server:
        await make_occurrences(clinic.ctx(), booking_id, 1)
        assert await deliver(clinic, server) == []
        await make_occurrences(clinic.ctx(), booking_id)
        assert len(await deliver(clinic, server, NOW + MINUTE)) == 1
    assert all(day in str(server.received[0].get_body(("plain",))) for day in ("1. mars", "8. mars", "15. mars"))


async def test_what_a_customer_refuses_is_not_sent(db: Db) -> None:
    await db.execute("delete from outbox")
    clinic = await open_clinic(db, verification="sms")
    await refuse_messages(clinic.ctx(), clinic.kari, "confirmation", "sms")
    await made(clinic, visit(clinic))
    while await send_some(text_channel(None), clinic.db, NOW):
        pass
    assert await outcomes(clinic) == [("confirmation", "dropped", "refused")]
