"""What a commit finds out under its locks: plans that do not hold any more, and all that is in the way."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.sessions import get_session
from kalends.actions.catalog.services import change_service
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.change import remove_customer
from kalends.actions.customers.find import get_customer
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.change_set import Author, ChangeSet, Claim, change_set
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Full, NotFound, Stale
from kalends.store.bookings.series import load_booking
from kalends.store.commit import CommitRefusal, commit
from tests.acts import change
from tests.desk import DAY, HOUR, SOON, broken, counted, hour_of, made, seat, visit
from tests.world import NOW, World


def planned_set(**parts: Any) -> ChangeSet:
    return change_set(Author("Tester", "", NOW), "test", **parts)


async def write(clinic: World, **parts: Any) -> None:
    await commit(clinic.db, clinic.account.id, planned_set(**parts))


async def is_stale(clinic: World, **parts: Any) -> None:
    """The change is refused as stale, and nothing of it is written."""
    before = await counted(clinic)
    with pytest.raises(Stale):
        await write(clinic, **parts)
    assert await counted(clinic) == before


async def answered(clinic: World, **parts: Any) -> CommitRefusal:
    """What the database answers."""
    row = await clinic.db.fetchval("select commit_v1($1, $2)", clinic.account.id, planned_set(**parts))
    return msgspec.convert(row, CommitRefusal)


def following(item: Item, **fields: Any) -> Item:
    return msgspec.structs.replace(item, revision=item.revision + 1, **fields)


def planned(session: GroupSession, **fields: Any) -> GroupSession:
    return msgspec.structs.replace(session, revision=session.revision + 1, **fields)


async def seats_in(clinic: World, session_id: int, units: Sequence[int]) -> list[Item]:
    await change_service(clinic.ctx(), clinic.yoga, ServicePatch(most_units=9))
    return [await made(clinic, seat(clinic, session_id, units=each)) for each in units]


async def test_a_seat_grows_as_far_as_there_is_room(clinic: World) -> None:
    yoga = await clinic.class_of(5)
    grows, _ = await seats_in(clinic, yoga, (1, 2))
    assert (await change(clinic.ctx(), grows.id, {"units": 3})).item.units == 3
    with pytest.raises(Full) as refused:
        await change(clinic.ctx(), grows.id, {"units": 4})
    assert (refused.value.what, refused.value.which) == ("session", yoga)


async def test_a_seat_may_always_get_smaller(clinic: World) -> None:
    yoga = await clinic.class_of(3)
    shrinks, over = (
        await seats_in(clinic, yoga, (3,)),
        await made(clinic, seat(clinic, yoga, units=2, overlap_allowed=True)),
    )
    for units in (2, 1):
        assert (await change(clinic.ctx(), shrinks[0].id, {"units": units})).item.units == units
    with pytest.raises(Full):
        await change(clinic.ctx(), shrinks[0].id, {"units": 2})
    assert over.overlap_allowed


async def test_two_seats_of_one_change_are_added_up(clinic: World) -> None:
    yoga = await clinic.class_of(4)
    one, two = await seats_in(clinic, yoga, (1, 1))
    with pytest.raises(Full):  # each alone would fit
        await write(clinic, items=(following(one, units=3), following(two, units=2)))
    grown = tuple(following(each, units=2) for each in (one, two))
    await write(clinic, items=grown)
    with pytest.raises(Full):
        await write(
            clinic, items=tuple(following(each, units=units) for each, units in zip(grown, (1, 4), strict=True))
        )
    await write(clinic, items=tuple(following(each, units=units) for each, units in zip(grown, (1, 3), strict=True)))


async def test_a_seat_that_changes_its_class_takes_all_its_units_there(clinic: World) -> None:
    here, there = await clinic.class_of(3), await clinic.class_of(3)
    moves, _ = (await seats_in(clinic, here, (2,)))[0], await seats_in(clinic, there, (2,))
    with pytest.raises(Full):
        await change(clinic.ctx(), moves.id, {"session_id": there})
    await change(clinic.ctx(), moves.id, {"units": 1})
    await change(clinic.ctx(), moves.id, {"session_id": there})
    assert await broken(clinic) == []


async def test_a_booking_replaces_the_revision_that_was_read(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    booking = await load_booking(clinic.db, clinic.account.id, item.booking_id)
    assert booking is not None
    await is_stale(clinic, bookings=(msgspec.structs.replace(booking, revision=2, title="Late"),))
    await write(clinic, bookings=(msgspec.structs.replace(booking, revision=1, title="First"),))
    await is_stale(clinic, bookings=(msgspec.structs.replace(booking, revision=1, title="Late"),))


async def test_a_booking_has_as_many_items_as_the_plan_knew(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    for count in (0, 2):
        await is_stale(clinic, items=(following(item, title="All"),), item_counts={item.booking_id: count})
    await write(clinic, items=(following(item, title="All"),), item_counts={item.booking_id: 1})


async def test_a_session_that_moves_takes_all_its_seats_along(clinic: World) -> None:
    yoga = await get_session(clinic.ctx(), await clinic.class_of(3))
    known, missed = await seats_in(clinic, yoga.id, (1, 1))
    times = {"starts_at": yoga.starts_at + DAY, "ends_at": yoga.ends_at + DAY}
    await is_stale(clinic, sessions=(planned(yoga, **times),), items=(following(known, **times),))
    await write(
        clinic, sessions=(planned(yoga, **times),), items=tuple(following(one, **times) for one in (known, missed))
    )


async def test_a_session_is_not_removed_or_made_smaller_over_a_seat_that_the_plan_missed(clinic: World) -> None:
    yoga = await get_session(clinic.ctx(), await clinic.class_of(3))
    taken = (await seats_in(clinic, yoga.id, (2,)))[0]
    await is_stale(clinic, sessions=(planned(yoga, deleted_at=NOW),))
    await is_stale(clinic, sessions=(planned(yoga, capacity=1),))
    await write(clinic, sessions=(planned(yoga, capacity=2),))
    await change_item_state(clinic.ctx(), taken.id, "cancel")
    await write(clinic, sessions=(msgspec.structs.replace(yoga, revision=2, deleted_at=NOW),))


async def test_who_was_deleted_is_given_nothing_new_but_keeps_what_is_there(clinic: World) -> None:
    item = await made(clinic, visit(clinic, customer_id=clinic.ola))
    other = await made(clinic, visit(clinic, starts_at=SOON + HOUR))
    await remove_customer(clinic.ctx(), clinic.ola)
    for name in ("customer_id", "booked_by_customer_id"):
        with pytest.raises(NotFound) as refused:
            await write(clinic, items=(following(other, **{name: clinic.ola}),))
        assert (refused.value.what, refused.value.which) == ("customer", clinic.ola)
    await write(clinic, items=(following(item, title="Last time"),))


async def test_who_is_merged_is_named_by_nothing_that_the_plan_missed(clinic: World) -> None:
    twin = await add_customer(clinic.ctx(), CustomerPatch(first_name="Kari"))
    item = await made(clinic, visit(clinic, customer_id=twin.id))
    gone = msgspec.structs.replace(
        await get_customer(clinic.ctx(), twin.id), revision=1, deleted_at=NOW, merged_into_id=clinic.kari
    )
    await is_stale(clinic, customers=(gone,))
    await is_stale(clinic, customers=(gone,), items=(following(item, customer_id=clinic.kari),))  # its booking names it


async def test_all_that_is_in_the_way_is_named(clinic: World) -> None:
    there = [await made(clinic, hour_of(clinic.hall, SOON + nr * DAY)) for nr in range(7)]
    asks = await made(clinic, hour_of(clinic.sauna))
    claims = [Claim(clinic.left, item.starts_at, item.ends_at, item_id=asks.id) for item in there]
    answer = await answered(clinic, items=(following(asks),), claims=tuple(claims))
    assert (answer.refusal, answer.count, len(answer.conflicts)) == ("full", 7, 5)
    assert [one.in_the_way[0].item_id for one in answer.conflicts] == [item.id for item in there[:5]]
    assert {(one.what, one.which, one.item_id) for one in answer.conflicts} == {("resource", clinic.left, asks.id)}
    assert {one.in_the_way[0].resource_id for one in answer.conflicts} == {clinic.hall}


async def test_a_claim_of_the_same_change_is_in_the_way_of_a_later_one(clinic: World) -> None:
    one, two = await made(clinic, hour_of(clinic.ada)), await made(clinic, hour_of(clinic.bo))
    claims = tuple(Claim(clinic.projectors, SOON, SOON + HOUR, item_id=item.id, units=2) for item in (one, two))
    answer = await answered(clinic, items=(following(one), following(two)), claims=claims)
    assert (answer.count, answer.conflicts[0].item_id, answer.conflicts[0].in_the_way[0].item_id) == (1, two.id, one.id)


async def test_neighbours_of_one_change_are_not_in_each_others_way(clinic: World) -> None:
    items = [await made(clinic, hour_of(clinic.ada, SOON + nr * HOUR)) for nr in range(3)]
    claims = [Claim(clinic.bo, item.starts_at, item.ends_at, item_id=item.id, units=1) for item in reversed(items)]
    await write(clinic, items=tuple(following(item) for item in items), claims=tuple(claims))
