"""What waits to be told to a customer is told at another time, or not at all, until it is being sent."""

import pytest

from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.changes import query_journal
from kalends.actions.messages.waiting import (
    find_waiting_message,
    get_waiting_notice,
    reschedule_message,
    withdraw_message,
)
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.request import MessageOverrides
from kalends.engine.journal import JournalQuery
from kalends.engine.refusals import Invalid, NotFound
from kalends.store.messages.outbox import take_groups
from tests.acts import change
from tests.desk import DAY, HOUR, SOON, made, visit
from tests.jobs.delivery import deliver, outcomes
from tests.jobs.held_back.staff import SECOND, deliver_all, staff
from tests.mail import MailServer
from tests.world import World


@pytest.fixture
async def item(clinic: World, olga: int, item: Item) -> Item:
    """Kari's booking, which was confirmed to her, and which Olga has just moved."""
    return (await change(staff(clinic, olga), item.id, {"starts_at": SOON + HOUR})).item


def _text(mail: MailServer) -> str:
    """What the last mail says."""
    part = mail.received[-1].get_body(("plain",))
    assert part is not None
    return str(part.get_content())


async def test_what_was_moved_by_a_drag_is_not_told_if_somebody_says_so(
    clinic: World, mail: MailServer, olga: int, item: Item
) -> None:
    await withdraw_message(staff(clinic, olga, 20), item.id)
    assert await deliver_all(clinic, mail) == []
    assert await outcomes(clinic) == [("confirmation", "sent", None), ("modification", "dropped", "withdrawn")]
    entries = (await query_journal(clinic.ctx(), JournalQuery(kind="message"), 9)).entries
    assert [(entry.verb, entry.actor) for entry in entries] == [("withdraw", f"user:{olga}")]


async def test_it_is_seen_as_it_will_be_and_told_at_another_time(
    clinic: World, mail: MailServer, olga: int, item: Item
) -> None:
    waiting = await get_waiting_notice(clinic.ctx(), item.id)
    assert (waiting.message.due_at, waiting.notice.reach.address) == (clinic.now + 30 * SECOND, "kari@example.org")
    assert waiting.notice.rendered is not None
    assert "12:00" in waiting.notice.rendered.text
    await reschedule_message(staff(clinic, olga, 20), item.id, clinic.now + HOUR)
    assert await deliver(clinic, mail, clinic.now + HOUR - SECOND) == []
    assert len(await deliver(clinic, mail, clinic.now + HOUR)) == 1


async def test_a_time_that_is_past_is_at_once_and_one_far_off_is_refused(
    clinic: World, mail: MailServer, item: Item
) -> None:
    with pytest.raises(Invalid):
        await reschedule_message(clinic.ctx(), item.id, clinic.now + 61 * DAY)
    await reschedule_message(clinic.ctx(), item.id, clinic.now - DAY)
    assert len(await deliver(clinic, mail)) == 1


async def test_what_is_told_after_it_was_withdrawn_is_all_that_is_new(
    clinic: World, mail: MailServer, olga: int, item: Item
) -> None:
    await withdraw_message(clinic.ctx(), item.id)
    await change(staff(clinic, olga, 20), item.id, {"starts_at": SOON + 2 * HOUR})
    assert len(await deliver_all(clinic, mail)) == 1
    assert "13:00–14:00" in _text(mail)
    assert "11:00–12:00" in _text(mail)


async def test_what_was_changed_without_a_word_is_told_with_the_next_change(
    clinic: World, mail: MailServer, olga: int
) -> None:
    booked = await made(clinic, visit(clinic))
    await deliver(clinic, mail)
    silent = MessageOverrides({("modification", "email"): False})
    await change_item(staff(clinic, olga), booked.id, ItemPatch(starts_at=SOON + HOUR), messages=silent)
    await change(staff(clinic, olga, 20), booked.id, {"starts_at": SOON + 2 * HOUR})
    waiting = await get_waiting_notice(clinic.ctx(), booked.id)
    assert waiting.notice.rendered is not None
    assert "11:00" in waiting.notice.rendered.text
    assert len(await deliver_all(clinic, mail)) == 1
    assert "11:00–12:00" in _text(mail)


async def test_moved_without_a_word_and_moved_back_is_not_told(
    clinic: World, mail: MailServer, olga: int, item: Item
) -> None:
    await withdraw_message(clinic.ctx(), item.id)
    await change(staff(clinic, olga, 20), item.id, {"starts_at": SOON})
    assert await deliver_all(clinic, mail) == []


async def test_a_cancellation_is_withdrawn_and_the_booking_stays_cancelled(
    clinic: World, mail: MailServer, olga: int, item: Item
) -> None:
    await deliver_all(clinic, mail)
    await change_item_state(staff(clinic, olga, 200), item.id, "cancel")
    await withdraw_message(clinic.ctx(), item.id)
    assert await deliver(clinic, mail, clinic.now + HOUR) == []


async def test_of_what_was_moved_and_cancelled_the_time_that_the_customer_knows_is_told(
    clinic: World, mail: MailServer, olga: int, item: Item
) -> None:
    await change_item_state(staff(clinic, olga, 20), item.id, "cancel")
    assert len(await deliver_all(clinic, mail)) == 1
    assert "avbestilt" in _text(mail)
    assert "11:00–12:00" in _text(mail)


async def test_what_is_being_sent_is_neither_withdrawn_nor_put_off(clinic: World, item: Item) -> None:
    due = clinic.now + 30 * SECOND
    assert len(await take_groups(clinic.db, "email", due, due + HOUR, 10)) == 1
    assert await find_waiting_message(clinic.ctx(), item.id) is None
    with pytest.raises(NotFound):
        await withdraw_message(clinic.ctx(), item.id)
    with pytest.raises(NotFound):
        await reschedule_message(clinic.ctx(), item.id, clinic.now + DAY)
