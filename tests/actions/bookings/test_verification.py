"""Verification codes: how often one may be tried, when a new one is sent, and that nobody gets around either."""

import asyncio
from datetime import datetime, timedelta

import msgspec
import pytest

from kalends.actions.bookings import series
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.lapse import forget_verifications
from kalends.actions.bookings.verification import send_new_code
from kalends.actions.context import Context, transaction
from kalends.engine.bookings.booking import Item
from kalends.engine.refusals import IllegalTransition, NotFound, TooManyAttempts, WrongCode
from kalends.engine.time.recurrence import Recurrence
from kalends.store.bookings.items import find_item
from kalends.store.db import Db
from tests.acts import Series, book_whole, request, start_series
from tests.desk import DAY, HOUR, SOON, journal, made, make_occurrences, sent, visit
from tests.world import NOW, World, open_clinic

RIGHT, WRONG = "314159", "271828"


@pytest.fixture
async def clinic(db: Db) -> World:
    return await open_clinic(db, verification="email", hold_minutes=120)


async def held(clinic: World) -> Item:
    """A massage whose code is RIGHT."""
    return await made(clinic, visit(clinic, initiate=True, verification_code=RIGHT))


async def verify(ctx: Context, item: Item, code: str) -> str:
    return (await change_item_state(ctx, item.id, "verify", code=code)).item.state


async def tries_left(ctx: Context, item: Item, code: str = WRONG) -> int | None:
    """How many tries a refused code leaves."""
    with pytest.raises(WrongCode) as refused:
        await verify(ctx, item, code)
    return refused.value.tries_left


async def code_of(clinic: World, item: Item) -> str:
    view = await find_item(clinic.db, clinic.account.id, item.id)
    assert view is not None
    return view.item.verification_code or ""


def after(clinic: World, seconds: float) -> Context:
    return clinic.ctx(NOW + timedelta(seconds=seconds))


async def test_after_five_wrong_codes_the_right_one_is_refused_too(clinic: World) -> None:
    item = await held(clinic)
    assert [await tries_left(clinic.ctx(), item) for _ in range(5)] == [4, 3, 2, 1, 0]
    assert await tries_left(clinic.ctx(), item, RIGHT) == 0


async def test_the_fifth_try_may_be_the_right_one(clinic: World) -> None:
    item = await held(clinic)
    for _ in range(4):
        await tries_left(clinic.ctx(), item)
    assert await verify(clinic.ctx(), item, RIGHT) == "confirmed"


async def test_a_code_is_used_once(clinic: World) -> None:
    item = await held(clinic)
    await verify(clinic.ctx(), item, RIGHT)
    assert await code_of(clinic, item) == ""
    with pytest.raises(IllegalTransition):
        await verify(clinic.ctx(), item, RIGHT)


async def test_a_new_code_is_sent_and_may_be_tried_as_often(clinic: World) -> None:
    item = await held(clinic)
    for _ in range(6):
        await tries_left(clinic.ctx(), item)
    renewed = (await send_new_code(after(clinic, 30), item.id)).item
    assert (len(renewed.verification_code or ""), renewed.expires_at) == (6, item.expires_at)
    assert await sent(clinic, item) == ["customer email verification"] * 2
    assert await tries_left(after(clinic, 31), item, RIGHT if renewed.verification_code != RIGHT else WRONG) == 4
    assert await verify(after(clinic, 31), item, await code_of(clinic, item)) == "confirmed"


async def test_each_new_code_is_waited_for_twice_as_long(clinic: World) -> None:
    item = await held(clinic)
    asked_at = 0.0
    for wait in (30, 60, 120, 240):
        with pytest.raises(TooManyAttempts) as refused:
            await send_new_code(after(clinic, asked_at + wait - 1.5), item.id)
        assert refused.value.retry_after == 2
        asked_at += wait
        await send_new_code(after(clinic, asked_at), item.id)


async def test_a_new_code_that_comes_too_soon_changes_nothing(clinic: World) -> None:
    item = await held(clinic)
    await tries_left(clinic.ctx(), item)
    with pytest.raises(TooManyAttempts):
        await send_new_code(after(clinic, 29), item.id)
    assert await code_of(clinic, item) == RIGHT
    assert await tries_left(after(clinic, 29), item) == 3


async def test_one_code_verifies_each_item_of_a_booking_and_its_tries_are_counted_together(clinic: World) -> None:
    line = visit(clinic).lines[0]
    lines = (line, msgspec.structs.replace(line, starts_at=SOON + DAY))
    both = msgspec.structs.replace(visit(clinic, initiate=True), lines=lines)
    first, second = (view.item for view in (await book_whole(clinic.ctx(), both)).items)
    assert first.verification_code == second.verification_code
    assert [await tries_left(clinic.ctx(), item, "no") for item in (first, second, first)] == [4, 3, 2]
    await send_new_code(after(clinic, 30), second.id)
    code = await code_of(clinic, first)
    assert await verify(after(clinic, 40), first, code) == "confirmed"
    assert await verify(after(clinic, 40), second, code) == "confirmed"


async def test_a_new_code_holds_for_the_occurrences_that_are_made_later_too(clinic: World) -> None:
    asked = Series(visit(clinic, initiate=True), Recurrence(rrule="FREQ=DAILY;COUNT=3"))
    uid = await start_series(clinic.ctx(), asked)
    booking_id = await clinic.db.fetchval("select max(id) from booking where account_id = $1", clinic.account.id)
    await make_occurrences(clinic.ctx(), booking_id, 1)
    (first,) = [view.item for view in await series.occurrences(clinic.ctx(), uid)]
    new = (await send_new_code(after(clinic, 30), first.id)).item.verification_code
    await make_occurrences(clinic.ctx(), booking_id)
    codes = [view.item.verification_code for view in await series.occurrences(clinic.ctx(), uid)]
    assert codes == 3 * [new]


async def test_guesses_at_the_same_time_are_all_counted(clinic: World) -> None:
    item = await held(clinic)
    left = await asyncio.gather(*(tries_left(clinic.ctx(), item) for _ in range(12)))
    assert sorted(each or 0 for each in left) == [*(8 * [0]), 1, 2, 3, 4]


async def test_of_new_codes_asked_for_at_the_same_time_one_is_sent(clinic: World) -> None:
    item = await held(clinic)
    asked = [send_new_code(after(clinic, 30), item.id) for _ in range(4)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["ItemView", *(3 * ["TooManyAttempts"])]
    assert await sent(clinic, item) == 2 * ["customer email verification"]


async def test_what_nobody_sees_is_not_tried(clinic: World, db: Db) -> None:
    item = await held(clinic)
    elsewhere = (await open_clinic(db)).ctx()
    with pytest.raises(NotFound):
        await verify(elsewhere, item, RIGHT)
    with pytest.raises(NotFound):
        await send_new_code(elsewhere, item.id)
    assert await tries_left(clinic.ctx(), item) == 4


async def test_no_transaction_takes_a_try_back(clinic: World) -> None:
    item = await held(clinic)
    with pytest.raises(RuntimeError):
        async with transaction(clinic.ctx()) as tx:
            await verify(tx, item, WRONG)


@pytest.mark.parametrize("at", [NOW, NOW + 3 * HOUR])
async def test_what_is_verified_or_over_gets_no_new_code(clinic: World, at: datetime) -> None:
    item = await held(clinic)
    if at == NOW:
        await change_item_state(clinic.ctx(), item.id, "verify")
    with pytest.raises(IllegalTransition):
        await send_new_code(clinic.ctx(at + timedelta(minutes=1)), item.id)


async def test_the_journal_has_no_code(clinic: World) -> None:
    item = await held(clinic)
    await send_new_code(after(clinic, 30), item.id)
    assert (await journal(clinic, item))[-1] == ("send_code", {}, {})


async def test_tries_are_forgotten_when_nothing_is_left_to_verify(clinic: World) -> None:
    waiting, done = await held(clinic), await made(clinic, visit(clinic, resource_id=clinic.bo, initiate=True))
    for item in (waiting, done):
        await tries_left(clinic.ctx(), item, "no")
    await change_item_state(clinic.ctx(), done.id, "verify")
    await forget_verifications(clinic.db, NOW + 2 * DAY)
    rows = await clinic.db.fetch("select booking_id from verification where account_id = $1", clinic.account.id)
    assert [row[0] for row in rows] == [waiting.booking_id]


async def test_a_request_may_bring_its_own_code(clinic: World) -> None:
    own = await made(
        clinic,
        request(
            service_id=clinic.massage, customer_id=clinic.kari, starts_at=SOON, initiate=True, verification_code="77"
        ),
    )
    assert own.verification_code == "77"
