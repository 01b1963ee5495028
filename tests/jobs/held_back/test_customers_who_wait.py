"""Of customers who are erased, blocked, or not alone in a booking, the same waits as of others, or nothing does."""

import msgspec
import pytest

from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.suggest import change_or_suggest
from kalends.actions.bookings.undo import undo_change
from kalends.actions.customers.change import block_customer
from kalends.actions.customers.erase import erase_customer
from kalends.actions.messages.waiting import (
    find_untold_change,
    find_waiting_message,
    get_waiting_notice,
    reschedule_message,
    tell_of_change,
    withdraw_message,
)
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.request import SILENT, BookingRequest, MessageOverrides, RequestedLine
from kalends.engine.refusals import Outdated
from kalends.store.messages.outbox import take_groups
from tests.actions.customers.test_erase import where_known
from tests.console.test_moving import weekly
from tests.desk import HOUR, SOON
from tests.jobs.delivery import deliver
from tests.jobs.held_back.staff import SECOND, deliver_all, staff
from tests.mail import MailServer
from tests.world import World


@pytest.fixture
async def item(clinic: World, olga: int, item: Item) -> Item:
    """Kari's booking, which was confirmed to her, and which Olga has just cancelled."""
    await change_item_state(staff(clinic, olga), item.id, "cancel")
    return item


async def test_who_is_erased_while_a_message_waits_gets_none_and_is_known_no_more(
    clinic: World, mail: MailServer, olga: int, item: Item
) -> None:
    await reschedule_message(staff(clinic, olga, 5), item.id, clinic.now + HOUR)
    await erase_customer(clinic.ctx(clinic.now + 6 * SECOND), clinic.kari)
    assert [await where_known(clinic, word) for word in ("kari", "4722334455")] == [set(), set()]
    assert await find_waiting_message(staff(clinic, olga, 7), item.id) is None
    assert await find_untold_change(staff(clinic, olga, 7), item.id) is None
    with pytest.raises(Outdated):
        await undo_change(staff(clinic, olga, 8), item.id)
    assert await deliver(clinic, mail, clinic.now + HOUR) == []


async def test_who_is_erased_while_a_message_is_sent_is_known_no_more(
    clinic: World, mail: MailServer, item: Item
) -> None:
    due = clinic.now + 30 * SECOND
    assert len(await take_groups(clinic.db, "email", due, due + HOUR, 10)) == 1
    await erase_customer(clinic.ctx(due), clinic.kari)
    assert await where_known(clinic, "kari") == set()
    assert await deliver(clinic, mail, due + 2 * HOUR) == []


async def test_who_is_blocked_is_told_all_the_same(clinic: World, mail: MailServer, olga: int, item: Item) -> None:
    await block_customer(clinic.ctx(), clinic.kari)
    await reschedule_message(staff(clinic, olga, 5), item.id, clinic.now + HOUR)
    assert len(await deliver(clinic, mail, clinic.now + HOUR)) == 1


@pytest.fixture
async def shared(clinic: World, mail: MailServer, olga: int) -> list[Item]:
    """A series of four of Kari's, of which the third is Ola's; Olga has just moved the second and all that follow."""
    items = [view.item for view in await weekly(clinic)]
    await change_item(clinic.ctx(), items[2].id, ItemPatch(customer_id=clinic.ola), messages=SILENT)
    await deliver(clinic, mail)
    by_an_hour = ItemPatch(starts_at=items[1].starts_at + HOUR)
    await change_or_suggest(staff(clinic, olga), items[1].id, by_an_hour, scope="following")
    return items


async def test_of_two_who_are_told_of_one_change_each_has_a_message_of_their_own(
    clinic: World, mail: MailServer, olga: int, shared: list[Item]
) -> None:
    _, karis, olas, _ = [each.id for each in shared]
    notices = [await get_waiting_notice(staff(clinic, olga, 5), each) for each in (karis, olas)]
    assert [each.notice.reach.address for each in notices] == ["kari@example.org", "ola@example.org"]
    texts = [each.notice.rendered.text for each in notices if each.notice.rendered]
    assert [[day in text for day in ("8. mars", "15. mars", "22. mars")] for text in texts] == [
        [True, False, True],
        [False, True, False],
    ]
    await withdraw_message(staff(clinic, olga, 6), karis)
    await reschedule_message(staff(clinic, olga, 6), olas, clinic.now + HOUR)
    assert await deliver_all(clinic, mail) == []
    assert len(await deliver(clinic, mail, clinic.now + HOUR)) == 1
    assert mail.received[-1]["to"] == "Ola Nordmann <ola@example.org>"


async def test_two_who_book_together_are_each_told_at_their_own_address(clinic: World, mail: MailServer) -> None:
    line = RequestedLine(service_id=clinic.massage, resource_id=clinic.ada, starts_at=SOON)
    of_ola = msgspec.structs.replace(line, starts_at=SOON + 2 * HOUR, customer_id=clinic.ola)
    told = MessageOverrides({("confirmation", "email"): True})
    await book(clinic.ctx(), BookingRequest(lines=(line, of_ola), customer_id=clinic.kari, messages=told))
    assert len(await deliver(clinic, mail)) == 2
    assert [(each["to"], "13:00" in str(each), "11:00" in str(each)) for each in mail.received[-2:]] == [
        ("Kari Nordmann <kari@example.org>", False, True),
        ("Ola Nordmann <ola@example.org>", True, False),
    ]


async def test_each_of_two_is_told_after_all_of_their_own(
    clinic: World, mail: MailServer, olga: int, shared: list[Item]
) -> None:
    for each in shared[1:3]:
        await withdraw_message(staff(clinic, olga, 5), each.id)
    told = await tell_of_change(staff(clinic, olga, 6), shared[2].id, clinic.now)
    assert told.notice.reach.address == "ola@example.org"
    assert await find_untold_change(staff(clinic, olga, 7), shared[1].id) is not None
    assert len(await deliver_all(clinic, mail)) == 1
