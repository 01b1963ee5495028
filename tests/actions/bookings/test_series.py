"""Series: tried out and accepted at once, made afterwards, ended together."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from kalends.actions.bookings import series
from kalends.actions.bookings.change_state import change_booking_state, change_item_state
from kalends.actions.bookings.find import get_item, list_items
from kalends.actions.catalog.assignments import change_assignment, list_assignments
from kalends.actions.catalog.resources import get_resource
from kalends.actions.catalog.services import add_service
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.catalog.assignment import ServiceAssignmentPatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import BadRecurrence, Full, IllegalTransition, NotFound, TooManyOccurrences, Unreachable
from kalends.engine.time.recurrence import Recurrence
from kalends.store.db import Db
from tests.acts import Series, book_item, change, request, start_series
from tests.desk import DAY, HOUR, SOON, claims, counted, hour_of, made, make_occurrences, new_york, sent, visit
from tests.world import World, at_sites, open_clinic

OSLO = ZoneInfo("Europe/Oslo")


def daily(clinic: World, count: int = 4, **fields: Any) -> Series:
    return Series(visit(clinic, **fields), Recurrence(rrule=f"FREQ=DAILY;COUNT={count}"))


async def begun(clinic: World) -> list[int]:
    """The bookings that have occurrences, in the order in which they were made."""
    rows = await clinic.db.fetch(
        "select distinct booking_id from occurrence where account_id = $1 order by booking_id", clinic.account.id
    )
    return [row["booking_id"] for row in rows]


async def all_made(clinic: World, wished: Series) -> str:
    """A series with all its occurrences settled."""
    uid = await start_series(clinic.ctx(), wished)
    await make_occurrences(clinic.ctx(), (await begun(clinic))[-1])
    return uid


async def outcomes(clinic: World, uid: str) -> list[str]:
    return [outcome.outcome for outcome in await series.outcomes(clinic.ctx(), uid)]


async def items(clinic: World, uid: str) -> list[Item]:
    return [entry.item for entry in await series.occurrences(clinic.ctx(), uid)]


async def test_a_series_is_accepted_and_made_later(clinic: World) -> None:
    before = await counted(clinic)
    uid = await start_series(clinic.ctx(), daily(clinic))
    assert str(UUID(uid)) == uid
    assert await counted(clinic) == {**before, "booking": 1, "occurrence": 4}
    assert await outcomes(clinic, uid) == 4 * ["pending"]
    assert await items(clinic, uid) == []
    (booking_id,) = await begun(clinic)
    assert await make_occurrences(clinic.ctx(), booking_id) == 4
    made_ones = await items(clinic, uid)
    assert [item.starts_at for item in made_ones] == [SOON + day * DAY for day in range(4)]
    assert {item.booking_id for item in made_ones} == {booking_id}
    assert [len(await claims(clinic, item)) for item in made_ones] == 4 * [1]
    told = await series.outcomes(clinic.ctx(), uid)
    assert [(each.outcome, each.item_id, each.refusal) for each in told] == [
        ("made", item.id, None) for item in made_ones
    ]


async def test_all_its_items_are_as_the_first_was_wished(clinic: World) -> None:
    wished = daily(clinic, title="Back", units=1, custom={"shoe": "43"}, details={"a": {"x": 1}}, coupon_id=3)
    for item in await items(clinic, await all_made(clinic, wished)):
        assert (item.title, item.custom, item.details, item.coupon_id) == ("Back", {"shoe": "43"}, {"a": {"x": 1}}, 3)
        assert (item.customer_id, item.service_id, item.resource_id) == (clinic.kari, clinic.massage, clinic.ada)
        assert item.ends_at - item.starts_at == HOUR


async def test_each_time_lasts_as_long_as_with_whoever_is_free_then(clinic: World) -> None:
    serving = await list_assignments(clinic.ctx(), [clinic.massage])
    (of_bo,) = (each.id for each in serving if each.resource_id == clinic.bo)
    await change_assignment(clinic.ctx(), of_bo, ServiceAssignmentPatch(duration=90))
    await made(clinic, hour_of(clinic.ada, SOON + DAY))
    uid = await all_made(clinic, daily(clinic, 2, resource_id=None))
    lengths = [(item.resource_id, item.ends_at - item.starts_at) for item in await items(clinic, uid)]
    assert lengths == [(clinic.ada, HOUR), (clinic.bo, 1.5 * HOUR)]


async def test_each_time_of_a_class_is_a_seat_in_the_class_of_that_day(clinic: World) -> None:
    classes = [await clinic.class_of(5, SOON + day * DAY) for day in (0, 1, 3)]
    uid = await all_made(clinic, daily(clinic, 4, service_id=clinic.yoga, resource_id=None))
    assert [item.session_id for item in await items(clinic, uid)] == classes
    assert await outcomes(clinic, uid) == ["made", "made", "refused", "made"]


SUNDAYS = [datetime(2027, month, day, tzinfo=OSLO) for month, day in ((3, 28), (10, 31))]


@pytest.mark.parametrize("sunday", SUNDAYS)
async def test_whole_days_stay_whole_days_when_clocks_are_changed(clinic: World, sunday: datetime) -> None:
    """Each day ends where the next begins, so none is refused and nobody books into one."""
    saturday = sunday - DAY
    days = request(resource_id=clinic.hall, starts_at=saturday.astimezone(UTC), ends_at=sunday.astimezone(UTC))
    uid = await all_made(clinic, Series(days, Recurrence("FREQ=DAILY;COUNT=4")))
    assert await outcomes(clinic, uid) == 4 * ["made"]
    hall = await items(clinic, uid)
    assert [item.ends_at for item in hall] == [(sunday + turn * DAY).astimezone(UTC) for turn in range(4)]
    moved = await change(clinic.ctx(), hall[0].id, {"starts_at": (sunday + 9 * DAY).astimezone(UTC)})
    assert moved.item.ends_at == (sunday + 10 * DAY).astimezone(UTC)
    back = await change(clinic.ctx(), hall[1].id, {"starts_at": (sunday + 8 * DAY).astimezone(UTC)})
    assert back.item.ends_at == (sunday + 9 * DAY).astimezone(UTC)


async def test_it_keeps_to_the_clock_on_the_wall(clinic: World) -> None:
    rule = Recurrence(rrule="FREQ=WEEKLY;COUNT=5")
    uid = await all_made(clinic, Series(visit(clinic), rule))
    starts = [item.starts_at for item in await items(clinic, uid)]
    assert [(start - SOON).total_seconds() / 3600 % 24 for start in starts] == [0, 0, 0, 0, 23]


async def test_its_items_are_one_collection(clinic: World) -> None:
    uid = await all_made(clinic, daily(clinic))
    page = await list_items(clinic.ctx(), ItemQuery(uid=uid))
    assert {(entry.booking_uid, entry.siblings) for entry in page.rows} == {(uid, 4)}


async def test_a_series_whose_first_is_refused_is_not_begun(clinic: World) -> None:
    await made(clinic, visit(clinic))
    before = await counted(clinic)
    refused: list[tuple[Series, type[Exception]]] = [
        (daily(clinic), Full),
        (daily(clinic, customer_id=None, customer={"first_name": "Liv"}), Full),
        (daily(clinic, resource_id=987_654_321), NotFound),
        (daily(clinic, 732, starts_at=SOON + DAY), TooManyOccurrences),
        (Series(visit(clinic, starts_at=SOON + DAY), Recurrence(rrule="FREQ=NEVER")), BadRecurrence),
        (Series(visit(clinic, starts_at=SOON + DAY), Recurrence(rdate="today")), BadRecurrence),
    ]
    for wished, refusal in refused:
        with pytest.raises(refusal):
            await start_series(clinic.ctx(), wished)
    assert await counted(clinic) == before
    assert await begun(clinic) == []


async def test_what_does_not_fit_is_left_out_with_the_reason(clinic: World) -> None:
    await made(clinic, visit(clinic, starts_at=SOON + DAY))
    await made(clinic, visit(clinic, starts_at=SOON + 3 * DAY))
    uid = await all_made(clinic, daily(clinic))
    told = await series.outcomes(clinic.ctx(), uid)
    assert [each.outcome for each in told] == ["made", "refused", "made", "refused"]
    assert [each.refusal for each in told] == [None, {"code": "full"}, None, {"code": "full"}]
    assert len(await items(clinic, uid)) == 2


async def test_the_public_s_series_leaves_out_what_is_closed(clinic: World) -> None:
    uid = await all_made(clinic, daily(clinic, 7, public=True))
    told = await series.outcomes(clinic.ctx(), uid)
    assert [each.refusal for each in told] == 5 * [None] + 2 * [{"code": "closed"}]


async def test_each_occurrence_is_for_whoever_is_free(clinic: World) -> None:
    await made(clinic, visit(clinic, starts_at=SOON + DAY))
    uid = await all_made(clinic, daily(clinic, 3, resource_id=None))
    assert [item.resource_id for item in await items(clinic, uid)] == [clinic.ada, clinic.bo, clinic.ada]


async def test_the_first_is_whatever_is_left_to_be_the_first(clinic: World) -> None:
    await made(clinic, visit(clinic))
    rule = Recurrence(rrule="FREQ=DAILY;COUNT=3", exdate="VALUE=DATE:20270301")
    uid = await all_made(clinic, Series(visit(clinic), rule))
    assert [item.starts_at for item in await items(clinic, uid)] == [SOON + DAY, SOON + 2 * DAY]
    await made(clinic, visit(clinic, starts_at=SOON + 4 * DAY))
    late = Recurrence(rrule="FREQ=DAILY;COUNT=2", exdate="VALUE=DATE:20270304")
    with pytest.raises(Full):
        await start_series(clinic.ctx(), Series(visit(clinic, starts_at=SOON + 3 * DAY), late))


async def test_made_again_is_made_once(clinic: World) -> None:
    uid = await all_made(clinic, daily(clinic))
    before = await counted(clinic)
    assert await make_occurrences(clinic.ctx(), (await begun(clinic))[0]) == 0
    assert await counted(clinic) == before
    assert await outcomes(clinic, uid) == 4 * ["made"]


async def test_two_beside_each_other_make_it_once(clinic: World) -> None:
    uid = await start_series(clinic.ctx(), daily(clinic, 20))
    (booking_id,) = await begun(clinic)
    settled = await asyncio.gather(*(make_occurrences(clinic.ctx(), booking_id) for _ in range(3)))
    assert sum(settled) == 20
    assert await outcomes(clinic, uid) == 20 * ["made"]
    assert len({item.starts_at for item in await items(clinic, uid)}) == 20


async def test_a_new_customer_is_made_once_for_all(clinic: World) -> None:
    new = {"first_name": "Liv", "email": "liv@example.org"}
    before = await counted(clinic)
    uid = await all_made(clinic, daily(clinic, customer_id=None, customer=new))
    assert (await counted(clinic))["customer"] == before["customer"] + 1
    assert len({item.customer_id for item in await items(clinic, uid)}) == 1
    entry = await get_item(clinic.ctx(), (await items(clinic, uid))[0].id)
    assert entry.customer is not None
    assert entry.customer.email == "liv@example.org"


async def test_only_the_first_is_told_of(db: Db) -> None:
    clinic = await open_clinic(db, verification="email", notify_by_sms=True)
    uid = await all_made(clinic, daily(clinic))
    assert await sent(clinic) == ["customer email confirmation", "staff sms notification"]
    first, *_ = await items(clinic, uid)
    assert len(await sent(clinic, first)) == 2
    dates = Recurrence(rdate="VALUE=DATE:20270312,20270313")
    await all_made(clinic, Series(visit(clinic, starts_at=SOON + 9 * DAY), dates))
    assert len(await sent(clinic)) == 4


async def test_when_the_first_is_refused_the_next_is_told_of(db: Db) -> None:
    clinic = await open_clinic(db, verification="email")
    uid = await start_series(clinic.ctx(), daily(clinic))
    await made(clinic, visit(clinic, customer_id=clinic.ola))
    before = len(await sent(clinic))
    await make_occurrences(clinic.ctx(), (await begun(clinic))[-1])
    assert await outcomes(clinic, uid) == ["refused", "made", "made", "made"]
    assert (await sent(clinic))[before:] == ["customer email confirmation"]
    assert await sent(clinic, (await items(clinic, uid))[0]) == ["customer email confirmation"]


async def test_a_series_keeps_to_the_clock_of_its_site(clinic: World) -> None:
    overseas, weekly = await new_york(clinic), Recurrence("FREQ=WEEKLY;COUNT=4")
    service = await add_service(clinic.ctx(), ServicePatch(title="Haircut"), [overseas])
    there, anywhere = hour_of(overseas), request(service_id=service.id, starts_at=SOON + HOUR)
    for asked, first in ((there, SOON), (anywhere, SOON + HOUR)):
        uid = await all_made(clinic, Series(asked, weekly))
        starts = [item.starts_at for item in await items(clinic, uid)]
        assert [(start - first).total_seconds() / 3600 % 24 for start in starts] == [0, 0, 23, 23]


async def test_a_key_of_another_site_neither_sees_nor_ends_a_series(clinic: World) -> None:
    there = (await get_resource(clinic.ctx(), await new_york(clinic))).site_id
    visitor = at_sites(clinic.ctx(), frozenset({there}))
    neighbour = at_sites(clinic.ctx(), frozenset({clinic.site}))
    uid = await start_series(clinic.ctx(), daily(clinic))
    for _ in range(2):
        for ask in (series.occurrences, series.outcomes, lambda ctx, uid: change_booking_state(ctx, uid, "cancel")):
            with pytest.raises(NotFound):
                await ask(visitor, uid)
        await make_occurrences(clinic.ctx(), (await begun(clinic))[-1])
    assert len(await change_booking_state(neighbour, uid, "cancel")) == 4
    with pytest.raises(NotFound):
        await start_series(visitor, daily(clinic))


async def test_a_job_makes_what_its_key_could_book(clinic: World) -> None:
    chair = await new_york(clinic)
    service = await add_service(clinic.ctx(), ServicePatch(title="Haircut"), [clinic.ada, chair])
    neighbour = at_sites(clinic.ctx(), frozenset({clinic.site}))
    await made(clinic, visit(clinic, starts_at=SOON + DAY))
    rule = Recurrence("FREQ=DAILY;COUNT=3")
    uid = await start_series(neighbour, Series(request(service_id=service.id, starts_at=SOON), rule))
    await make_occurrences(clinic.ctx(), (await begun(clinic))[-1])
    assert await outcomes(clinic, uid) == ["made", "refused", "made"]
    assert {item.resource_id for item in await items(clinic, uid)} == {clinic.ada}
    assert [one.outcome for one in await series.outcomes(neighbour, uid)] == ["made", "refused", "made"]


async def test_of_a_series_at_two_sites_each_key_sees_and_ends_its_own(clinic: World) -> None:
    chair = await new_york(clinic)
    service = await add_service(clinic.ctx(), ServicePatch(title="Haircut"), [clinic.ada, chair])
    await made(clinic, visit(clinic, starts_at=SOON + DAY))
    rule = Recurrence("FREQ=DAILY;COUNT=3")
    uid = await all_made(clinic, Series(request(service_id=service.id, starts_at=SOON), rule))
    assert [item.resource_id for item in await items(clinic, uid)] == [clinic.ada, chair, clinic.ada]
    there = (await get_resource(clinic.ctx(), chair)).site_id
    visitor = at_sites(clinic.ctx(), frozenset({there}))
    assert [entry.item.resource_id for entry in await series.occurrences(visitor, uid)] == [chair]
    assert [one.starts_at for one in await series.outcomes(visitor, uid)] == [SOON + DAY]
    assert [entry.item.resource_id for entry in await change_booking_state(visitor, uid, "remove")] == [chair]
    assert [item.state for item in await items(clinic, uid)] == ["confirmed", "confirmed"]


async def test_a_series_can_wait_for_verification(db: Db) -> None:
    clinic = await open_clinic(db, verification="sms")
    uid = await all_made(clinic, daily(clinic, initiate=True))
    assert {(item.state, item.verification_method) for item in await items(clinic, uid)} == {
        ("awaiting_verification", "sms")
    }
    with pytest.raises(Unreachable):
        await start_series(clinic.ctx(), daily(clinic, initiate=True, customer_id=None))


@pytest.mark.parametrize(("verb", "state"), [("cancel", "cancelled"), ("remove", "deleted")])
async def test_all_are_ended_together_with_one_message(db: Db, verb: str, state: str) -> None:
    clinic = await open_clinic(db, verification="email")
    uid = await all_made(clinic, daily(clinic))
    several = await items(clinic, uid)
    await change_item_state(clinic.ctx(), several[1].id, "remove")
    told = len(await sent(clinic))
    ended = await change_booking_state(clinic.ctx(), uid, verb)
    assert [entry.item.id for entry in ended] == [several[0].id, several[2].id, several[3].id]
    assert {entry.item.state for entry in ended} == {state}
    assert (await sent(clinic))[told:] == ["customer email cancellation"]
    assert [await claims(clinic, item) for item in several] == 4 * [[]]
    with pytest.raises(IllegalTransition):
        await change_booking_state(clinic.ctx(), uid, verb)
    await made(clinic, visit(clinic))


async def test_who_was_told_of_the_end_is_not_told_again(db: Db) -> None:
    clinic = await open_clinic(db, verification="email")
    uid = await all_made(clinic, daily(clinic))
    await change_booking_state(clinic.ctx(), uid, "cancel")
    told = len(await sent(clinic))
    assert len(await change_booking_state(clinic.ctx(), uid, "remove")) == 4
    assert len(await sent(clinic)) == told


async def test_what_is_still_pending_is_withdrawn(clinic: World) -> None:
    uid = await start_series(clinic.ctx(), daily(clinic))
    assert await change_booking_state(clinic.ctx(), uid, "cancel") == []
    assert await outcomes(clinic, uid) == 4 * ["withdrawn"]
    assert await make_occurrences(clinic.ctx(), (await begun(clinic))[0]) == 0
    assert await items(clinic, uid) == []


async def test_pending_ones_are_withdrawn_even_when_the_first_is_gone(clinic: World) -> None:
    uid = await all_made(clinic, daily(clinic))
    for item in await items(clinic, uid):
        await change_item_state(clinic.ctx(), item.id, "cancel")
    await clinic.db.execute(
        """
        update occurrence set outcome = 'pending', item_id = null
        where account_id = $1 and starts_at > $2
        """,
        clinic.account.id,
        SOON,
    )
    assert await change_booking_state(clinic.ctx(), uid, "cancel") == []
    assert await outcomes(clinic, uid) == ["made"] + 3 * ["withdrawn"]


async def test_a_single_booking_is_a_collection_of_one(clinic: World) -> None:
    entry = await book_item(clinic.ctx(), visit(clinic))
    assert await items(clinic, entry.booking_uid) == [entry.item]
    assert await series.outcomes(clinic.ctx(), entry.booking_uid) == []


@pytest.mark.parametrize("uid", ["1337", "", "00000000-0000-4000-8000-000000000000"])
async def test_a_collection_that_is_not_there_is_not_found(clinic: World, uid: str) -> None:
    for ask in (series.occurrences, series.outcomes):
        with pytest.raises(NotFound):
            await ask(clinic.ctx(), uid)
    with pytest.raises(NotFound):
        await change_booking_state(clinic.ctx(), uid, "cancel")


async def test_another_accounts_series_is_not_found(clinic: World, db: Db) -> None:
    stranger = await open_clinic(db)
    uid = await all_made(clinic, daily(clinic))
    with pytest.raises(NotFound):
        await change_booking_state(stranger.ctx(), uid, "remove")
    assert await make_occurrences(stranger.ctx(), (await begun(clinic))[0]) == 0
    assert await outcomes(clinic, uid) == 4 * ["made"]


async def test_a_customer_whom_somebody_else_makes_meanwhile_is_found(clinic: World) -> None:
    new = {"first_name": "Liv", "email": "liv@example.org"}
    asked = [daily(clinic, starts_at=SOON + hour * HOUR, customer_id=None, customer=new) for hour in range(4)]
    accepted = await asyncio.gather(*(start_series(clinic.ctx(), each) for each in asked), return_exceptions=True)
    assert [each for each in accepted if not isinstance(each, str)] == []
    for booking_id in await begun(clinic):
        await make_occurrences(clinic.ctx(), booking_id)
    rows = await clinic.db.fetch("select distinct customer_id from item where account_id = $1", clinic.account.id)
    assert len(rows) == 1
