"""What staff see of a message that waits is what becomes of it: who will not be told of anything is not said to be."""

import msgspec
import pytest

from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.suggest import change_or_suggest
from kalends.actions.bookings.undo import undo_change
from kalends.actions.customers.merge import merge_customers
from kalends.actions.messages.about_item import list_messages_about
from kalends.actions.messages.bounces import clear_bounced, mark_bounced
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
from kalends.engine.bookings.request import MessageOverrides
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import NotFound, Unreachable
from kalends.store.messages.outbox import take_groups
from tests.acts import change
from tests.console.test_moving import weekly
from tests.desk import HOUR, SOON
from tests.jobs.delivery import deliver
from tests.jobs.held_back.staff import SECOND, deliver_all, staff
from tests.mail import MailServer
from tests.world import World

_SILENT = MessageOverrides({("modification", "email"): False})


async def test_what_was_put_off_keeps_no_later_message_waiting(
    clinic: World, mail: MailServer, olga: int, item: Item
) -> None:
    await change(staff(clinic, olga), item.id, {"starts_at": SOON + HOUR})
    await reschedule_message(staff(clinic, olga, 10), item.id, clinic.now + HOUR)
    await change(staff(clinic, olga, 20), item.id, {"starts_at": SOON + 2 * HOUR})
    assert len(await deliver_all(clinic, mail)) == 1
    assert await deliver(clinic, mail, clinic.now + HOUR) == []


async def test_what_was_taken_back_is_not_said_to_be_told(
    clinic: World, mail: MailServer, olga: int, item: Item
) -> None:
    await change(staff(clinic, olga), item.id, {"starts_at": SOON + HOUR})
    await undo_change(staff(clinic, olga, 10), item.id)
    assert await find_waiting_message(staff(clinic, olga, 11), item.id) is None
    assert await find_untold_change(staff(clinic, olga, 11), item.id) is None
    with pytest.raises(NotFound):
        await reschedule_message(staff(clinic, olga, 11), item.id, clinic.now + HOUR)
    assert await deliver_all(clinic, mail) == []


async def test_who_was_not_told_of_a_cancellation_need_not_be_told_that_it_is_no_more(
    clinic: World, olga: int, item: Item
) -> None:
    await change_item_state(staff(clinic, olga), item.id, "cancel")
    await withdraw_message(staff(clinic, olga, 5), item.id)
    untold = await find_untold_change(staff(clinic, olga, 6), item.id)
    assert untold is not None
    assert (untold.verb, untold.reach.address) == ("cancel", "kari@example.org")
    await change_item_state(staff(clinic, olga, 10), item.id, "reopen")
    assert await find_untold_change(staff(clinic, olga, 11), item.id) is None


async def test_an_address_that_bounced_is_not_said_to_be_told(clinic: World, olga: int, item: Item) -> None:
    desk = staff(clinic, olga)
    await change(desk, item.id, {"starts_at": SOON + HOUR})
    assert await find_waiting_message(desk, item.id) is not None
    await mark_bounced(clinic.ctx(), "kari@example.org")
    assert await find_waiting_message(desk, item.id) is None
    with pytest.raises(Unreachable):
        await get_waiting_notice(desk, item.id)
    assert [(each.state, each.reason) for each in await list_messages_about(desk, item.id)][:1] == [
        ("waiting", "bounced")
    ]


async def test_whose_mail_bounced_is_told_by_text_message_or_it_is_said_why_not(
    clinic: World, olga: int, item: Item
) -> None:
    desk = staff(clinic, olga)
    await change(desk, item.id, {"starts_at": SOON + HOUR})
    await mark_bounced(clinic.ctx(), "kari@example.org")
    untold = await find_untold_change(desk, item.id)
    assert untold is not None
    assert (untold.reach.channel, untold.reach.why_not) == ("sms", None)
    await mark_bounced(clinic.ctx(), "22 33 44 55")
    untold = await find_untold_change(desk, item.id)
    assert untold is not None
    assert (untold.reach.address, untold.reach.why_not) == ("kari@example.org", "bounced")
    with pytest.raises(Unreachable):
        await tell_of_change(desk, item.id, clinic.now)
    await clear_bounced(clinic.ctx(), "22 33 44 55")
    assert (await tell_of_change(desk, item.id, clinic.now)).message.channel == "sms"
    assert await find_untold_change(desk, item.id) is None


async def test_the_panel_says_of_what_waits_that_it_came_to_nothing(clinic: World, olga: int, item: Item) -> None:
    await change(staff(clinic, olga), item.id, {"starts_at": SOON + HOUR})
    await undo_change(staff(clinic, olga, 10), item.id)
    about = await list_messages_about(staff(clinic, olga, 11), item.id)
    assert [(each.state, each.reason) for each in about] == [("waiting", "undone")] * 2 + [("sent", None)]


async def test_who_was_told_against_the_policy_is_told_that_it_was_taken_back(
    clinic: World, mail: MailServer, olga: int, item: Item
) -> None:
    policy = msgspec.structs.replace(clinic.account.policy, verification="none")
    silent = msgspec.structs.replace(clinic, account=msgspec.structs.replace(clinic.account, policy=policy))
    await change_item(staff(silent, olga), item.id, ItemPatch(starts_at=SOON + HOUR), messages=_SILENT)
    told = await tell_of_change(staff(silent, olga, 5), item.id, clinic.now)
    assert told.message.template == "modification"
    assert len(await deliver(clinic, mail, clinic.now + 6 * SECOND)) == 1
    await undo_change(staff(silent, olga, 10), item.id)
    assert len(await deliver_all(clinic, mail)) == 1


async def test_what_is_being_sent_while_it_is_taken_back_is_told_again(clinic: World, olga: int, item: Item) -> None:
    policy = msgspec.structs.replace(clinic.account.policy, verification="none")
    silent = msgspec.structs.replace(clinic, account=msgspec.structs.replace(clinic.account, policy=policy))
    await change_item(staff(silent, olga), item.id, ItemPatch(starts_at=SOON + HOUR), messages=_SILENT)
    await tell_of_change(staff(silent, olga, 5), item.id, clinic.now)
    assert len(await take_groups(clinic.db, "email", clinic.now + 6 * SECOND, clinic.now + HOUR, 10)) == 1
    await undo_change(staff(silent, olga, 10), item.id)
    assert await clinic.db.fetchval("select count(*) from outbox where template = 'modification'") == 2


async def test_of_a_customer_who_was_merged_the_same_waits_and_the_same_is_known(
    clinic: World, mail: MailServer, olga: int, item: Item
) -> None:
    await change(staff(clinic, olga), item.id, {"starts_at": SOON + HOUR})
    await merge_customers(clinic.ctx(), clinic.ola, clinic.kari, CustomerPatch(email="kari@example.org"))
    assert await find_waiting_message(clinic.ctx(), item.id) is not None
    await withdraw_message(clinic.ctx(), item.id)
    await change(staff(clinic, olga, 10), item.id, {"starts_at": SOON + 2 * HOUR})
    rendered = (await get_waiting_notice(clinic.ctx(), item.id)).notice.rendered
    assert rendered is not None
    assert "11:00–12:00" in rendered.text


async def test_what_waits_is_the_same_at_each_time_that_was_changed_together(
    clinic: World, mail: MailServer, olga: int
) -> None:
    first, _, third, fourth = [view.item for view in await weekly(clinic)]
    await deliver(clinic, mail)
    by_an_hour = ItemPatch(starts_at=third.starts_at + HOUR)
    await change_or_suggest(staff(clinic, olga), third.id, by_an_hour, scope="following")
    waiting = [await find_waiting_message(staff(clinic, olga, 5), each.id) for each in (first, third, fourth)]
    assert [each and each.item_id for each in waiting] == [None, third.id, third.id]
    assert await find_untold_change(staff(clinic, olga, 5), fourth.id) is None
    await undo_change(staff(clinic, olga, 6), fourth.id)
    for each in (third, fourth):
        assert await find_waiting_message(staff(clinic, olga, 7), each.id) is None
    assert await deliver_all(clinic, mail) == []
