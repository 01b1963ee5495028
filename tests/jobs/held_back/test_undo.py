"""What a staff user does is told only after a while, and what they take back meanwhile not at all."""

from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_state import change_item_state, set_outcome
from kalends.actions.bookings.undo import undo_change
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.outcome import OutcomePatch
from kalends.engine.bookings.request import MessageOverrides
from tests.acts import book_item, change
from tests.desk import HOUR, SOON, made, visit
from tests.jobs.delivery import deliver, outcomes
from tests.jobs.held_back.staff import SECOND, deliver_all, staff
from tests.mail import MailServer
from tests.world import World


async def test_what_a_user_does_is_told_when_it_can_not_be_taken_back_any_more(
    clinic: World, mail: MailServer, olga: int
) -> None:
    await book_item(staff(clinic, olga), visit(clinic))
    assert await deliver(clinic, mail, clinic.now + 29 * SECOND) == []
    assert len(await deliver(clinic, mail, clinic.now + 30 * SECOND)) == 1


async def test_what_a_program_or_a_customer_does_is_told_at_once(clinic: World, mail: MailServer) -> None:
    await made(clinic, visit(clinic))
    assert len(await deliver(clinic, mail)) == 1


async def test_a_code_and_what_the_staff_are_told_is_not_held_back(clinic: World, olga: int) -> None:
    notices = {("notification", "email"): True}
    ctx = staff(clinic, olga)
    await book_item(ctx, visit(clinic, initiate=True))
    await book_item(ctx, visit(clinic, resource_id=clinic.bo, messages=MessageOverrides(notices)))
    rows = await clinic.db.fetch(
        "select template, extract(epoch from due_at - created_at)::integer from outbox where account_id = $1",
        clinic.account.id,
    )
    assert {(row[0], row[1]) for row in rows} == {("verification", 0), ("confirmation", 30), ("notification", 0)}


async def test_a_request_may_say_for_how_long(clinic: World, mail: MailServer, olga: int) -> None:
    await book_item(staff(clinic, olga), visit(clinic, messages=MessageOverrides(delay_seconds=0)))
    assert len(await deliver(clinic, mail)) == 1


async def test_made_and_cancelled_is_not_told(clinic: World, mail: MailServer, olga: int) -> None:
    item = (await book_item(staff(clinic, olga), visit(clinic))).item
    await change_item_state(staff(clinic, olga, 20), item.id, "cancel")
    assert await deliver_all(clinic, mail) == []
    assert await outcomes(clinic) == [("confirmation", "dropped", "state"), ("cancellation", "dropped", "undone")]


async def test_a_draft_that_was_confirmed_and_cancelled_is_not_told(clinic: World, mail: MailServer, olga: int) -> None:
    item = await made(clinic, visit(clinic, state="draft"))
    await change_item_state(staff(clinic, olga), item.id, "confirm")
    await change_item_state(staff(clinic, olga, 20), item.id, "cancel")
    assert await deliver_all(clinic, mail) == []


async def test_moved_and_moved_back_is_not_told(clinic: World, mail: MailServer, olga: int, item: Item) -> None:
    for seconds, starts_at in ((0, SOON + HOUR), (10, SOON + 2 * HOUR), (20, SOON)):
        await change(staff(clinic, olga, seconds), item.id, {"starts_at": starts_at})
    assert await deliver_all(clinic, mail) == []
    assert {reason for template, _, reason in await outcomes(clinic) if template == "modification"} == {"undone"}


async def test_what_was_told_and_is_then_taken_back_is_told_again(clinic: World, mail: MailServer, olga: int) -> None:
    item = await made(clinic, visit(clinic))
    await deliver(clinic, mail)
    for seconds, hours in ((0, 1), (10, 2), (40, 1)):
        await change(staff(clinic, olga, seconds), item.id, {"starts_at": SOON + hours * HOUR})
        assert len(await deliver(clinic, mail, clinic.now + seconds * SECOND + 20 * SECOND)) == (seconds == 10)
    assert len(await deliver_all(clinic, mail)) == 1


async def test_cancelled_and_had_back_is_not_told(clinic: World, mail: MailServer, olga: int) -> None:
    item = await made(clinic, visit(clinic))
    await deliver(clinic, mail)
    await set_outcome(staff(clinic, olga), item.id, OutcomePatch("cancelled"))
    await set_outcome(staff(clinic, olga, 20), item.id, OutcomePatch("confirmed"))
    assert await deliver_all(clinic, mail) == []


async def test_a_cancellation_after_a_while_is_told(clinic: World, mail: MailServer, olga: int) -> None:
    item = (await book_item(staff(clinic, olga), visit(clinic))).item
    await deliver(clinic, mail, clinic.now + 30 * SECOND)
    await change_item_state(staff(clinic, olga, 40), item.id, "cancel")
    assert len(await deliver_all(clinic, mail)) == 1


async def test_of_a_booking_that_was_made_and_taken_back_nobody_hears(
    clinic: World, mail: MailServer, olga: int
) -> None:
    booked = await book(staff(clinic, olga), visit(clinic, state="confirmed"))
    await undo_change(staff(clinic, olga, 10), booked.items[0].item.id)
    assert await deliver_all(clinic, mail) == []


async def test_of_a_booking_that_was_told_at_once_and_taken_back_its_customer_hears(
    clinic: World, mail: MailServer, olga: int
) -> None:
    at_once = visit(clinic, state="confirmed", messages=MessageOverrides(delay_seconds=0))
    booked = await book(staff(clinic, olga), at_once)
    assert len(await deliver(clinic, mail)) == 1
    await undo_change(staff(clinic, olga, 10), booked.items[0].item.id)
    assert len(await deliver_all(clinic, mail)) == 1
    assert await outcomes(clinic) == [("confirmation", "sent", None), ("cancellation", "sent", None)]


async def test_of_a_booking_that_was_not_to_be_told_and_was_taken_back_nobody_hears(
    clinic: World, mail: MailServer, olga: int
) -> None:
    silent = visit(clinic, state="confirmed", messages=MessageOverrides({("confirmation", "email"): False}))
    booked = await book(staff(clinic, olga), silent)
    await undo_change(staff(clinic, olga, 10), booked.items[0].item.id)
    assert await deliver_all(clinic, mail) == []
