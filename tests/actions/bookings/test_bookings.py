"""Booking: what is asked for is found, checked, placed, and written once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kalends.actions.bookings.find import find_by_external_id, get_item
from kalends.actions.catalog.assignments import change_assignment, list_assignments
from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.services import add_service
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.find import get_customer
from kalends.engine.catalog.assignment import ServiceAssignmentPatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Fault, Full, Invalid, NotFound, NotServed, Retired, TooMany
from kalends.engine.time.span import Span
from kalends.store.db import Db
from tests.acts import book_item
from tests.desk import HOUR, SOON, claims, hour_of, is_refused, journal, made, seat, told, visit
from tests.world import World, open_clinic

AN_HOUR = Span(SOON, SOON + HOUR)


async def test_kari_gets_a_massage_by_ada(clinic: World) -> None:
    entry = await book_item(clinic.ctx(), visit(clinic, title="Back", notes="Gently"))
    item = entry.item
    assert (item.kind, item.state, item.revision, item.overlap_allowed) == ("appointment", "confirmed", 0, False)
    assert (item.starts_at, item.ends_at, item.units) == (SOON, SOON + HOUR, 1)
    assert (item.created_at, item.created_by, item.title, item.notes) == (clinic.now, "Tester", "Back", "Gently")
    assert entry.customer is not None
    assert (entry.customer.first_name, entry.siblings) == ("Kari", 1)
    assert await claims(clinic, item) == [(clinic.ada, AN_HOUR, 1)]


async def test_what_is_read_back_is_what_was_booked(clinic: World) -> None:
    entry = await book_item(
        clinic.ctx(),
        visit(
            clinic,
            status="checked_in",
            external_id="A-1",
            external_url="https://example.org/1",
            external_host_url="https://example.org/host/1",
            booked_by_customer_id=clinic.ola,
            reminder_at=SOON - HOUR,
            reminded_at=SOON - HOUR / 2,
            paid_at=clinic.now,
            paid_amount=Decimal("499.50"),
            coupon_id=7,
            custom={"shoe": "43"},
            details={"makeplans": {"location_url": "https://example.org/map"}},
        ),
    )
    found = await get_item(clinic.ctx(), entry.item.id)
    assert (found.item, found.booking_uid, found.siblings) == (entry.item, entry.booking_uid, 1)
    assert (found.customer, found.service, found.session) == (entry.customer, entry.service, None)
    assert (await find_by_external_id(clinic.ctx(), "A-1")).item == entry.item


async def test_the_journal_tells_how_it_began_but_not_the_code(clinic: World) -> None:
    item = await made(clinic, visit(clinic, verification_code="1234"))
    ((what, before, after),) = await journal(clinic, item)
    assert (what, before, after["state"], after["resource_id"]) == ("create", None, "confirmed", clinic.ada)
    assert item.verification_code == "1234"
    assert "verification_code" not in after


async def test_one_after_the_other_is_fine_and_over_the_other_is_not(clinic: World) -> None:
    await made(clinic, visit(clinic))
    await made(clinic, visit(clinic, starts_at=SOON + HOUR))
    await made(clinic, visit(clinic, starts_at=SOON - HOUR))
    refusal = await is_refused(clinic, visit(clinic, starts_at=SOON + HOUR / 2), by=Full)
    assert (refusal.what, refusal.which) == ("resource", clinic.ada)
    assert refusal.in_the_way == (AN_HOUR, Span(SOON + HOUR, SOON + 2 * HOUR))


async def test_whoever_is_free_is_picked(clinic: World) -> None:
    anybody = visit(clinic, resource_id=None)
    picked = [(await made(clinic, anybody)).resource_id for _ in range(2)]
    assert picked == [clinic.ada, clinic.bo]
    refusal = await is_refused(clinic, anybody, by=Full)
    assert refusal.in_the_way == (AN_HOUR,)


async def test_it_lasts_as_long_as_with_whoever_is_picked(clinic: World) -> None:
    serving = await list_assignments(clinic.ctx(), [clinic.massage])
    (of_bo,) = (each.id for each in serving if each.resource_id == clinic.bo)
    await change_assignment(clinic.ctx(), of_bo, ServiceAssignmentPatch(duration=90))
    anybody = visit(clinic, resource_id=None)
    first, second = await made(clinic, anybody), await made(clinic, anybody)
    assert (first.resource_id, first.ends_at) == (clinic.ada, SOON + HOUR)
    assert (second.resource_id, second.ends_at) == (clinic.bo, SOON + 1.5 * HOUR)
    await is_refused(clinic, visit(clinic, resource_id=clinic.bo, starts_at=SOON + HOUR), Full)


async def test_by_force_a_free_one_is_picked_before_a_busy_one(clinic: World) -> None:
    anybody = visit(clinic, resource_id=None, overlap_allowed=True)
    assert [(await made(clinic, anybody)).resource_id for _ in range(3)] == [clinic.ada, clinic.bo, clinic.ada]


async def test_three_at_one_time_get_three_rooms_in_their_order(clinic: World) -> None:
    places = [("B", 2), ("C", 3), ("A", 1)]
    rooms = {name: await add_resource(clinic.ctx(), ResourcePatch(title=name, position=at)) for name, at in places}
    talk = await add_service(clinic.ctx(), ServicePatch(title="Talk"), [room.id for room in rooms.values()])
    asked = visit(clinic, service_id=talk.id, resource_id=None)
    picked = [(await made(clinic, asked)).resource_id for _ in range(3)]
    assert picked == [rooms[name].id for name in "ABC"]
    await is_refused(clinic, asked, by=Full)


async def test_a_service_that_names_nobody_is_served_by_anybody(clinic: World) -> None:
    chat = await add_service(clinic.ctx(), ServicePatch(title="Chat"))
    item = await made(clinic, visit(clinic, service_id=chat.id, resource_id=None))
    assert item.resource_id == clinic.ada


async def test_it_lasts_as_long_as_its_service_unless_said_otherwise(clinic: World) -> None:
    physio = await made(clinic, visit(clinic, service_id=clinic.physio))
    assert physio.ends_at - physio.starts_at == timedelta(minutes=45)
    long = await made(clinic, visit(clinic, resource_id=clinic.bo, ends_at=SOON + 2 * HOUR))
    assert await claims(clinic, long) == [(clinic.bo, Span(SOON, SOON + 2 * HOUR), 1)]


async def test_time_to_tidy_up_is_taken_too(clinic: World) -> None:
    item = await made(clinic, visit(clinic, service_id=clinic.physio))
    assert await claims(clinic, item) == [(clinic.ada, AN_HOUR, 1)]
    await is_refused(clinic, visit(clinic, starts_at=SOON + timedelta(minutes=50)), by=Full)
    await is_refused(clinic, visit(clinic, service_id=clinic.physio, starts_at=SOON - timedelta(minutes=50)), by=Full)
    await made(clinic, visit(clinic, starts_at=SOON + HOUR))


async def test_the_sauna_has_room_for_six(clinic: World) -> None:
    sauna = {"service_id": clinic.sauna_visit, "resource_id": clinic.sauna}
    await made(clinic, visit(clinic, **sauna, units=4))
    await is_refused(clinic, visit(clinic, **sauna, units=3), by=Full)
    await made(clinic, visit(clinic, **sauna, units=2))
    await is_refused(clinic, visit(clinic, **sauna), by=Full)
    refusal = await is_refused(clinic, visit(clinic, **sauna, units=5, starts_at=SOON + 2 * HOUR), by=TooMany)
    assert refusal.most == 4


async def test_nobody_in_particular_takes_the_count(clinic: World) -> None:
    busy = await made(clinic, hour_of(clinic.sauna, units=5))
    assert (busy.customer_id, busy.service_id, busy.kind) == (None, None, "appointment")
    assert await claims(clinic, busy) == [(clinic.sauna, AN_HOUR, 5)]
    await made(clinic, hour_of(clinic.sauna))
    await is_refused(clinic, hour_of(clinic.sauna), by=Full)


async def test_the_hall_is_its_two_halves(clinic: World) -> None:
    await made(clinic, hour_of(clinic.left))
    await is_refused(clinic, hour_of(clinic.hall), by=Full)
    await made(clinic, hour_of(clinic.right))
    later = SOON + HOUR
    await made(clinic, hour_of(clinic.hall, later))
    refusal = await is_refused(clinic, hour_of(clinic.left, later), by=Full)
    assert (refusal.which, refusal.in_the_way) == (clinic.left, (Span(later, later + HOUR),))


async def test_by_force_it_lies_over_others_and_counts_against_the_next(clinic: World) -> None:
    first = await made(clinic, visit(clinic))
    over = await made(clinic, visit(clinic, starts_at=SOON + HOUR / 2, overlap_allowed=True))
    assert (first.overlap_allowed, over.overlap_allowed) == (False, True)
    assert await claims(clinic, over) == [(clinic.ada, Span(SOON + HOUR / 2, SOON + 1.5 * HOUR), 1)]
    refusal = await is_refused(clinic, visit(clinic, starts_at=SOON + HOUR), by=Full)
    assert refusal.in_the_way == (Span(SOON + HOUR / 2, SOON + 1.5 * HOUR),)


async def test_by_force_even_more_than_there_is(clinic: World) -> None:
    crowd = await made(clinic, hour_of(clinic.sauna, units=9, overlap_allowed=True))
    assert await claims(clinic, crowd) == [(clinic.sauna, AN_HOUR, 9)]
    await is_refused(clinic, hour_of(clinic.sauna), by=Full)


async def test_seats_are_counted_in_their_session(clinic: World) -> None:
    yoga = await clinic.class_of(2)
    first = await made(clinic, seat(clinic, yoga))
    assert (first.kind, first.service_id, first.resource_id) == ("seat", clinic.yoga, None)
    assert (first.starts_at, first.ends_at) == (clinic.now + 24 * HOUR, clinic.now + 25 * HOUR)
    assert await claims(clinic, first) == []
    await made(clinic, seat(clinic, yoga, customer_id=clinic.ola))
    refusal = await is_refused(clinic, seat(clinic, yoga), by=Full)
    assert (refusal.what, refusal.which) == ("session", yoga)
    await made(clinic, seat(clinic, yoga, overlap_allowed=True))


async def test_a_session_knows_its_times_service_and_room_better(clinic: World) -> None:
    yoga = await clinic.class_of(2)
    item = await made(clinic, visit(clinic, session_id=yoga, resource_id=None, ends_at=SOON))
    assert (item.service_id, item.starts_at) == (clinic.yoga, clinic.now + 24 * HOUR)


async def test_a_class_is_booked_by_its_service_and_its_start(clinic: World) -> None:
    tomorrow = clinic.now + 24 * HOUR
    yoga = {"service_id": clinic.yoga, "resource_id": None, "starts_at": tomorrow}
    await is_refused(clinic, visit(clinic, **yoga), Invalid)
    session = await clinic.class_with((clinic.hall,), starts_at=tomorrow, ends_at=tomorrow + HOUR)
    item = await made(clinic, visit(clinic, **yoga))
    assert (item.kind, item.session_id, item.resource_id, item.ends_at) == (
        "seat",
        session,
        clinic.hall,
        tomorrow + HOUR,
    )
    assert (await made(clinic, visit(clinic, **yoga | {"resource_id": clinic.hall}))).session_id == session
    elsewhere = await is_refused(clinic, visit(clinic, **yoga | {"resource_id": clinic.left}), Invalid)
    assert elsewhere.faults == (Fault("session_id", "blank"),)
    await clinic.class_of(5, tomorrow)
    assert (await is_refused(clinic, visit(clinic, **yoga), Invalid)).faults == (Fault("session_id", "blank"),)


async def test_a_new_customer_comes_along_with_the_booking(clinic: World) -> None:
    new = {"first_name": "Liv", "email": " Liv@Example.org ", "phone": "40 40 40 40"}
    entry = await book_item(clinic.ctx(), visit(clinic, customer_id=None, customer=new))
    assert entry.customer is not None
    assert (entry.customer.email, entry.customer.phone_e164) == ("Liv@Example.org", "+4740404040")
    assert await get_customer(clinic.ctx(), entry.customer.id) == entry.customer
    later = visit(clinic, customer_id=None, customer=new, starts_at=SOON + HOUR)
    assert (await made(clinic, later)).customer_id == entry.customer.id


async def test_a_customer_is_known_by_id_number_then_phone_then_email(clinic: World) -> None:
    liv = await add_customer(clinic.ctx(), CustomerPatch(first_name="Liv", national_id="01010112345"))
    kari = {"phone": "22334455", "email": "ola@example.org"}
    known = [
        ({**kari, "national_id": "01010112345"}, liv.id),
        ({**kari, "national_id": "02020254321"}, clinic.kari),
        (kari, clinic.kari),
        ({"phone": "93 00 00 00", "email": "OLA@example.org"}, clinic.ola),
    ]
    for hour, (fields, customer_id) in enumerate(known):
        asked = visit(clinic, customer_id=None, customer=fields, starts_at=SOON + hour * HOUR)
        assert (await made(clinic, asked)).customer_id == customer_id


async def test_what_is_said_of_a_known_customer_is_filled_in(clinic: World) -> None:
    said = {"phone": "22334455", "first_name": "K.", "email": "k@example.org", "street": "Torget 1"}
    entry = await book_item(clinic.ctx(), visit(clinic, customer_id=None, customer=said))
    assert entry.customer is not None
    assert (entry.customer.id, entry.customer.first_name, entry.customer.email) == (
        clinic.kari,
        "Kari",
        "kari@example.org",
    )
    assert (entry.customer.street, await get_customer(clinic.ctx(), clinic.kari)) == ("Torget 1", entry.customer)
    assert [verb for verb, _, _ in await told(clinic, "customer", clinic.kari)] == ["add", "change"]
    later = visit(clinic, customer={"city": "Oslo"}, starts_at=SOON + HOUR)
    assert (await book_item(clinic.ctx(), later)).customer == await get_customer(clinic.ctx(), clinic.kari)
    assert (await get_customer(clinic.ctx(), clinic.kari)).city == "Oslo"


async def test_when_it_is_refused_the_new_customer_is_not_kept(clinic: World) -> None:
    await made(clinic, visit(clinic))
    await is_refused(clinic, visit(clinic, customer_id=None, customer={"first_name": "Liv"}), by=Full)


@pytest.mark.parametrize("what", ["service", "resource", "session", "customer", "booked_by_customer"])
async def test_what_is_not_there_is_not_found(clinic: World, what: str) -> None:
    refusal = await is_refused(clinic, visit(clinic, **{f"{what}_id": 987_654_321}), by=NotFound)
    assert (refusal.what, refusal.which) == (what, 987_654_321)


async def test_what_is_another_accounts_is_not_found(clinic: World, db: Db) -> None:
    stranger = await open_clinic(db)
    theirs = {
        "service_id": stranger.massage,
        "resource_id": stranger.ada,
        "session_id": await stranger.class_of(5),
        "customer_id": stranger.kari,
        "booked_by_customer_id": stranger.ola,
    }
    for field, value in theirs.items():
        await is_refused(clinic, visit(clinic, **{field: value}), by=NotFound)
    item = await made(stranger, visit(stranger, external_id="theirs"))
    with pytest.raises(NotFound):
        await get_item(clinic.ctx(), item.id)
    with pytest.raises(NotFound):
        await find_by_external_id(clinic.ctx(), "theirs")


async def test_what_is_retired_takes_no_bookings(clinic: World) -> None:
    old = await add_service(clinic.ctx(), ServicePatch(title="Leeches", active=False))
    assert (await is_refused(clinic, visit(clinic, service_id=old.id), by=Retired)).what == "service"
    gone = await add_resource(clinic.ctx(), ResourcePatch(title="Per", active=False))
    refused = await is_refused(
        clinic, visit(clinic, service_id=None, resource_id=gone.id, ends_at=SOON + HOUR), by=Retired
    )
    assert refused.what == "resource"


async def test_bo_does_no_physio(clinic: World) -> None:
    await is_refused(clinic, visit(clinic, service_id=clinic.physio, resource_id=clinic.bo), by=NotServed)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"starts_at": None}, ("starts_at", "blank")),
        ({"service_id": None}, ("ends_at", "blank")),
        ({"ends_at": SOON}, ("ends_at", "before_start")),
        ({"ends_at": SOON - HOUR}, ("ends_at", "before_start")),
        ({"ends_at": datetime(4000, 1, 1, tzinfo=UTC)}, ("ends_at", "out_of_range")),
        ({"service_id": None, "resource_id": None, "ends_at": SOON + HOUR}, ("resource_id", "blank")),
        ({"units": 0}, ("units", "not_positive")),
        ({"units": 10**9, "overlap_allowed": True}, ("units", "out_of_range")),
        ({"status": "asleep"}, ("status", "unknown")),
        ({"customer_id": None, "customer": {"notes": "nameless"}}, ("first_name", "blank")),
        ({"customer_id": None, "customer": {"email": "not an address"}}, ("email", "invalid")),
    ],
)
async def test_what_makes_no_sense_is_named(clinic: World, fields: dict[str, Any], fault: tuple[str, str]) -> None:
    refusal = await is_refused(clinic, visit(clinic, **fields), by=Invalid)
    assert [(each.field, each.reason) for each in refusal.faults] == [fault]
