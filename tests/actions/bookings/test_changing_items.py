"""Changing a booking: moved in one transaction, or left as it was; noted with what it was before."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.find import get_item
from kalends.actions.catalog.services import add_service
from kalends.actions.customers.find import get_customer
from kalends.engine.bookings.booking import Item
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import Fault, Full, Invalid, NotFound, NotServed, TooMany
from kalends.engine.time.span import Span
from kalends.store.db import Db
from tests.acts import book_item, change
from tests.desk import HOUR, SOON, claims, counted, hour_of, journal, made, seat, shifted, told, visit
from tests.world import World, open_clinic

AN_HOUR = Span(SOON, SOON + HOUR)
MINUTES = timedelta(minutes=1)


async def changed(
    clinic: World, item: Item, *, overlap_allowed: bool = False, remind: bool = False, **fields: Any
) -> Item:
    entry = await change(clinic.ctx(), item.id, fields, overlap_allowed=overlap_allowed, remind=remind)
    return entry.item


async def is_refused(clinic: World, item: Item, fields: Mapping[str, Any], by: type[Exception]) -> Any:
    """The refusal, after which all is as it was."""
    before = await get_item(clinic.ctx(), item.id), await claims(clinic, item), await counted(clinic)
    with pytest.raises(by) as refused:
        await change(clinic.ctx(), item.id, fields)
    assert (await get_item(clinic.ctx(), item.id), await claims(clinic, item), await counted(clinic)) == before
    return refused.value


async def test_a_moved_item_frees_its_old_time_and_takes_the_new(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    moved = await changed(clinic, item, starts_at=SOON + 2 * HOUR)
    assert (moved.starts_at, moved.ends_at, moved.revision) == (SOON + 2 * HOUR, SOON + 3 * HOUR, 1)
    assert await claims(clinic, item) == [(clinic.ada, shifted(AN_HOUR, 2 * HOUR), 1)]
    await made(clinic, visit(clinic))
    with pytest.raises(Full):
        await book_item(clinic.ctx(), visit(clinic, starts_at=SOON + 2 * HOUR))


async def test_it_may_move_over_the_time_that_it_has_itself(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    moved = await changed(clinic, item, starts_at=SOON + 30 * MINUTES)
    assert await claims(clinic, item) == [(clinic.ada, shifted(AN_HOUR, HOUR / 2), 1)]
    longer = await changed(clinic, moved, ends_at=SOON + 3 * HOUR)
    assert (longer.starts_at, longer.ends_at) == (SOON + HOUR / 2, SOON + 3 * HOUR)


async def test_a_refused_move_leaves_all_as_it_was(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await made(clinic, visit(clinic, starts_at=SOON + 2 * HOUR))
    new = {"first_name": "Liv"}
    await is_refused(clinic, item, {"starts_at": SOON + 2.5 * HOUR, "title": "New", "customer": new}, Full)
    await is_refused(clinic, item, {"ends_at": SOON + 2 * HOUR + MINUTES}, Full)
    assert (await changed(clinic, item, ends_at=SOON + 2 * HOUR)).ends_at == SOON + 2 * HOUR


async def test_it_goes_from_ada_to_bo_and_not_back_when_ada_is_taken(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    entry = await change(clinic.ctx(), item.id, {"resource_id": clinic.bo})
    assert entry.resource is not None
    assert (entry.item.resource_id, entry.resource.title) == (clinic.bo, "Bo")
    assert await claims(clinic, item) == [(clinic.bo, AN_HOUR, 1)]
    await made(clinic, visit(clinic))
    await is_refused(clinic, item, {"resource_id": clinic.ada}, Full)


async def test_from_half_of_the_hall_to_the_whole(clinic: World) -> None:
    half = await made(clinic, hour_of(clinic.left))
    await changed(clinic, half, resource_id=clinic.hall)
    with pytest.raises(Full):
        await book_item(clinic.ctx(), hour_of(clinic.right))
    await changed(clinic, half, resource_id=clinic.left)
    await made(clinic, hour_of(clinic.right))
    await is_refused(clinic, half, {"resource_id": clinic.hall}, Full)


async def test_another_service_brings_its_own_buffer(clinic: World) -> None:
    item = await made(clinic, visit(clinic, ends_at=SOON + 45 * MINUTES))
    await made(clinic, visit(clinic, starts_at=SOON + 50 * MINUTES))
    await is_refused(clinic, item, {"service_id": clinic.physio}, Full)
    assert (await changed(clinic, item, service_id=None)).service_id is None


async def test_more_come_than_were_said(clinic: World) -> None:
    sauna = {"service_id": clinic.sauna_visit, "resource_id": clinic.sauna}
    item = await made(clinic, visit(clinic, **sauna, units=2))
    await made(clinic, visit(clinic, **sauna, units=3))
    assert (await changed(clinic, item, units=3)).units == 3
    assert await claims(clinic, item) == [(clinic.sauna, AN_HOUR, 3)]
    await is_refused(clinic, item, {"units": 4}, Full)
    await is_refused(clinic, item, {"units": 5}, TooMany)
    await is_refused(clinic, item, {"units": 0}, Invalid)


async def test_a_seat_stays_where_its_session_is(clinic: World) -> None:
    yoga = await clinic.class_of(3)
    item = await made(clinic, seat(clinic, yoga))
    fields: dict[str, Any] = {
        "starts_at": SOON,
        "ends_at": SOON + HOUR,
        "resource_id": clinic.ada,
        "service_id": clinic.massage,
    }
    refused = await is_refused(clinic, item, {**fields, "notes": "Mat"}, Invalid)
    assert refused.faults == tuple(Fault(name, "fixed") for name in fields)
    same = {name: getattr(item, name) for name in fields}
    assert (await changed(clinic, item, **same, notes="Mat")).notes == "Mat"
    await made(clinic, seat(clinic, yoga))
    assert (await changed(clinic, item, units=1)).units == 1
    await is_refused(clinic, item, {"units": 3}, TooMany)


async def test_a_seat_is_changed_for_one_in_another_session(clinic: World) -> None:
    early, late = await clinic.class_of(1), await clinic.class_of(1, SOON + 48 * HOUR)
    item = await made(clinic, seat(clinic, early))
    moved = await changed(clinic, item, session_id=late)
    assert (moved.session_id, moved.starts_at) == (late, SOON + 48 * HOUR)
    other = await made(clinic, seat(clinic, early))
    await is_refused(clinic, other, {"session_id": late}, Full)


async def test_an_appointment_becomes_a_seat(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    yoga = await clinic.class_of(1)
    moved = await changed(clinic, item, session_id=yoga)
    assert (moved.kind, moved.service_id, moved.resource_id) == ("seat", clinic.yoga, None)
    assert await claims(clinic, item) == []
    with pytest.raises(Full):
        await book_item(clinic.ctx(), seat(clinic, yoga))


async def test_notes_are_written_even_where_it_is_crowded(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await made(clinic, visit(clinic, overlap_allowed=True))
    after = await changed(clinic, item, title="Back", notes="Gently", starts_at=SOON, resource_id=clinic.ada)
    assert (after.title, after.notes) == ("Back", "Gently")
    assert await claims(clinic, item) == [(clinic.ada, AN_HOUR, 1)]


async def test_where_it_is_crowded_it_may_get_shorter_and_no_longer(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await made(clinic, visit(clinic, overlap_allowed=True))
    half = SOON + HOUR / 2
    await changed(clinic, item, ends_at=half)
    assert await claims(clinic, item) == [(clinic.ada, Span(SOON, half), 1)]
    await is_refused(clinic, item, {"ends_at": SOON + HOUR}, Full)


async def test_by_force_it_moves_over_others_and_is_then_asked_again(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await made(clinic, visit(clinic, starts_at=SOON + HOUR))
    over = await changed(clinic, item, starts_at=SOON + HOUR, overlap_allowed=True)
    assert over.overlap_allowed
    assert (await changed(clinic, over, notes="Crowded", overlap_allowed=True)).overlap_allowed
    await made(clinic, visit(clinic, starts_at=SOON + 3 * HOUR))
    await is_refused(clinic, over, {"starts_at": SOON + 3 * HOUR}, Full)
    back = await changed(clinic, over, starts_at=SOON)
    assert not back.overlap_allowed
    with pytest.raises(Full):
        await book_item(clinic.ctx(), visit(clinic))


async def test_every_change_is_in_the_journal_with_what_was_there(clinic: World) -> None:
    item = await made(clinic, visit(clinic, title="Back"))
    await change(clinic.ctx(SOON, who="Ada"), item.id, {"title": "Neck", "paid_amount": Decimal("9.50")})
    last = await changed(clinic, item, starts_at=SOON + HOUR)
    _, first, second = await journal(clinic, item)
    assert first[0] == second[0] == "change"
    assert (first[1]["title"], first[2]["title"], first[2]["paid_amount"]) == ("Back", "Neck", 9.5)
    assert set(first[2]) == {"title", "paid_amount"}
    assert (second[1]["starts_at"], second[2]["starts_at"]) == (
        "2027-03-01T10:00:00+00:00",
        "2027-03-01T11:00:00+00:00",
    )
    assert (last.revision, last.created_by, last.updated_by) == (2, "Tester", "Tester")


async def test_somebody_else_comes_instead(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    entry = await change(clinic.ctx(), item.id, {"customer_id": clinic.ola})
    assert entry.customer is not None
    assert (entry.item.customer_id, entry.customer.first_name) == (clinic.ola, "Ola")
    liv = (await change(clinic.ctx(), item.id, {"customer": {"first_name": "Liv", "phone": "41 00 00 00"}})).customer
    assert liv is not None
    assert await get_customer(clinic.ctx(), liv.id) == liv
    known = await changed(clinic, item, customer={"email": "KARI@example.org"})
    assert known.customer_id == clinic.kari
    assert (await changed(clinic, item, customer_id=None)).customer_id is None


async def test_what_is_said_of_whoever_comes_is_filled_in(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    entry = await change(clinic.ctx(), item.id, {"customer": {"first_name": "Karin", "street": "Torget 1"}})
    assert entry.customer is not None
    assert (entry.item, entry.customer.id, entry.customer.name) == (item, clinic.kari, "Kari Nordmann")
    assert await get_customer(clinic.ctx(), clinic.kari) == entry.customer
    assert entry.customer.street == "Torget 1"
    more = {"city": "Oslo", "street": "Elsewhere"}
    entry = await change(clinic.ctx(), item.id, {"title": "Back", "customer_id": clinic.kari, "customer": more})
    assert entry.customer is not None
    assert (entry.item.title, entry.customer.city, entry.customer.street) == ("Back", "Oslo", "Torget 1")
    assert [verb for verb, _, _ in await told(clinic, "customer", clinic.kari)] == ["add", "change", "change"]


async def test_what_is_not_there_is_not_found(clinic: World, db: Db) -> None:
    stranger = await open_clinic(db)
    item = await made(clinic, visit(clinic))
    for field in ("service_id", "resource_id", "session_id", "customer_id", "booked_by_customer_id"):
        await is_refused(clinic, item, {field: 987_654_321}, NotFound)
    await is_refused(clinic, item, {"resource_id": stranger.ada}, NotFound)
    with pytest.raises(NotFound):
        await change(stranger.ctx(), item.id, {"title": "Mine"})


async def test_what_makes_no_sense_is_refused(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await is_refused(clinic, item, {"ends_at": SOON}, Invalid)
    await is_refused(clinic, item, {"status": "asleep"}, Invalid)
    await is_refused(clinic, item, {"service_id": clinic.physio, "resource_id": clinic.bo}, NotServed)


async def test_a_cancelled_one_is_moved_on_paper_only(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await change_item_state(clinic.ctx(), item.id, "cancel")
    await made(clinic, visit(clinic))
    await made(clinic, visit(clinic, starts_at=SOON + HOUR))
    moved = await changed(clinic, item, starts_at=SOON + HOUR)
    assert (moved.state, await claims(clinic, item)) == ("cancelled", [])


async def test_what_doors_keep_is_kept_side_by_side(clinic: World) -> None:
    item = await made(clinic, visit(clinic, details={"a": {"x": 1, "y": 2}}, custom={"shoe": "43"}))
    after = await changed(clinic, item, details={"a": {"y": 3}, "b": {"z": 4}}, custom={"hat": "M"})
    assert after.details == {"a": {"x": 1, "y": 3}, "b": {"z": 4}}
    assert after.custom == {"hat": "M"}
    assert (await get_item(clinic.ctx(), item.id)).item == after


async def test_a_reminder_by_the_policy_moves_with_its_item(clinic: World) -> None:
    tomorrow = SOON + 24 * HOUR
    item = await made(clinic, visit(clinic, starts_at=tomorrow, remind=True))
    noon = clinic.now + 2 * HOUR  # in Oslo
    assert item.reminder_at == noon
    assert (await changed(clinic, item, starts_at=tomorrow + 24 * HOUR)).reminder_at == noon + 24 * HOUR
    own = await changed(clinic, item, reminder_at=noon + HOUR)
    assert (await changed(clinic, own, starts_at=tomorrow)).reminder_at == noon + HOUR
    assert (await changed(clinic, own, remind=True)).reminder_at == noon
    none = await changed(clinic, own, reminder_at=None)
    assert none.reminder_at is None


async def test_there_is_no_reminder_in_the_past(clinic: World) -> None:
    assert (await made(clinic, visit(clinic, remind=True))).reminder_at is None


async def test_a_service_with_terms_of_its_own_at_one_resource(clinic: World) -> None:
    long = await add_service(clinic.ctx(), ServicePatch(title="Long", duration=30), [clinic.ada, clinic.bo])
    await clinic.db.execute(
        "update service_resource set duration = 90, buffer_before = 30 where service_id = $1 and resource_id = $2",
        long.id,
        clinic.bo,
    )
    with_ada = await made(clinic, visit(clinic, service_id=long.id))
    with_bo = await made(clinic, visit(clinic, service_id=long.id, resource_id=clinic.bo))
    assert [item.ends_at - item.starts_at for item in (with_ada, with_bo)] == [30 * MINUTES, 90 * MINUTES]
    assert await claims(clinic, with_bo) == [(clinic.bo, Span(SOON - HOUR / 2, SOON + 1.5 * HOUR), 1)]
    await change_item_state(clinic.ctx(), with_bo.id, "cancel")
    assert (await changed(clinic, with_ada, resource_id=clinic.bo)).ends_at == SOON + HOUR / 2
    assert await claims(clinic, with_ada) == [(clinic.bo, Span(SOON - HOUR / 2, SOON + HOUR / 2), 1)]
