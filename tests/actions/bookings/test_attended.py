"""Services that are attended: their validity, their values, their sessions with free seats."""

from datetime import timedelta

import pytest

from kalends.actions.bookings.attended import (
    AttendedFilter,
    FieldValue,
    average_busy_times,
    get_attended_service,
    list_attended_services,
    list_seats_of,
)
from kalends.actions.bookings.book import book
from kalends.actions.bookings.slots import slots
from kalends.actions.catalog.custom_fields import (
    add_field,
    change_field,
    list_fields,
    list_service_fields,
    list_service_values,
    set_service_values,
    set_values,
)
from kalends.actions.catalog.services import add_service, change_service
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.query import Filter, OffsetPage, Query, Sort
from kalends.engine.refusals import Closed, Fault, Invalid, NotFound
from kalends.engine.time.span import Span
from tests.acts import change_session
from tests.desk import DAY, HOUR
from tests.people import as_customer
from tests.world import World

ALL = Query(OffsetPage(100))


async def seat(clinic: World, session: int, customer: int | None = None, *, public: bool = False) -> None:
    lines = (RequestedLine(session_id=session),)
    await book(clinic.ctx(), BookingRequest(lines=lines, customer_id=customer or clinic.kari, public=public))


async def test_services_that_are_attended_are_listed(clinic: World) -> None:
    pilates = await add_service(clinic.ctx(), ServicePatch(title="Pilates", kind="attendance", active=False))
    page = await list_attended_services(clinic.ctx(), Query(OffsetPage(100), order=(Sort("title"),)))
    assert ([service.title for service in page.rows], page.total) == (["Pilates", "Yoga"], 2)
    assert (await get_attended_service(clinic.ctx(), pilates.id)).title == "Pilates"
    with pytest.raises(NotFound):
        await get_attended_service(clinic.ctx(), clinic.massage)


async def test_services_are_found_by_their_validity(clinic: World) -> None:
    valid = ServicePatch(valid_from=clinic.now + DAY, valid_until=clinic.now + 3 * DAY)
    await change_service(clinic.ctx(), clinic.yoga, valid)
    await add_service(clinic.ctx(), ServicePatch(title="Always", kind="attendance"))

    async def valid_at(days: int) -> list[str]:
        at = clinic.now + days * DAY
        bounds = (Filter("valid_from", "at_most", at), Filter("valid_until", "greater", at))
        return [
            service.title for service in (await list_attended_services(clinic.ctx(), Query(OffsetPage(9), bounds))).rows
        ]

    assert [await valid_at(days) for days in (0, 1, 3)] == [["Always"], ["Yoga", "Always"], ["Always"]]
    with pytest.raises(Invalid) as refused:
        await change_service(clinic.ctx(), clinic.yoga, ServicePatch(valid_until=clinic.now))
    assert refused.value.faults == (Fault("valid_until", "before_start"),)


async def test_the_public_is_offered_a_service_while_it_is_valid(clinic: World) -> None:
    early, late = await clinic.class_of(9), await clinic.class_of(9, clinic.now + 3 * DAY)
    await change_service(clinic.ctx(), clinic.yoga, ServicePatch(valid_from=clinic.now + 2 * DAY))
    offered = await slots(clinic.ctx(), clinic.yoga, Span(clinic.now, clinic.now + 9 * DAY))
    assert [slot.session_id for slot in offered] == [late]
    with pytest.raises(Closed):
        await seat(clinic, early, public=True)
    await seat(clinic, early)
    await seat(clinic, late, public=True)


async def test_appointments_too_are_offered_while_their_service_is_valid(clinic: World) -> None:
    window = Span(clinic.now, clinic.now + 9 * DAY)
    before = await slots(clinic.ctx(), clinic.massage, window)
    until = clinic.now + 2 * DAY
    await change_service(clinic.ctx(), clinic.massage, ServicePatch(valid_until=until))
    assert await slots(clinic.ctx(), clinic.massage, window) == [slot for slot in before if slot.span.end <= until]
    line = RequestedLine(service_id=clinic.massage, resource_id=clinic.ada, starts_at=until)
    with pytest.raises(Closed):
        await book(clinic.ctx(), BookingRequest(lines=(line,), customer_id=clinic.kari, public=True))
    await book(clinic.ctx(), BookingRequest(lines=(line,), customer_id=clinic.kari))


async def test_services_have_fields_of_their_own(clinic: World) -> None:
    level = await add_field(
        clinic.ctx(), CustomFieldPatch(title="Level", subject="service", description="Who it is for")
    )
    same_title = await add_field(clinic.ctx(), CustomFieldPatch(title="Level"))
    assert (await list_service_fields(clinic.ctx()), await list_fields(clinic.ctx())) == ([level], [same_title])
    assert await set_service_values(clinic.ctx(), clinic.yoga, {level.id: "beginners"}) == {level.id: "beginners"}
    assert await list_service_values(clinic.ctx()) == {clinic.yoga: {level.id: "beginners"}}
    for field, owner, put in ((same_title, clinic.yoga, set_service_values), (level, clinic.hall, set_values)):
        with pytest.raises(NotFound):
            await put(clinic.ctx(), owner, {field.id: "x"})
    with pytest.raises(Invalid) as refused:
        await change_field(clinic.ctx(), level.id, CustomFieldPatch(subject="resource"))
    assert refused.value.faults == (Fault("subject", "fixed"),)


async def test_a_value_that_a_service_has_keeps_its_field_as_it_is(clinic: World) -> None:
    level = await add_field(clinic.ctx(), CustomFieldPatch(title="Level", subject="service"))
    await set_service_values(clinic.ctx(), clinic.yoga, {level.id: "beginners"})
    with pytest.raises(Invalid):
        await change_field(clinic.ctx(), level.id, CustomFieldPatch(kind="numeric"))


async def test_services_and_seats_are_found_by_a_value(clinic: World) -> None:
    level = await add_field(clinic.ctx(), CustomFieldPatch(title="Level", subject="service", kind="numeric"))
    await set_service_values(clinic.ctx(), clinic.yoga, {level.id: "2"})
    await clinic.class_of(9)
    for value, count in (("2.0", 1), ("3", 0)):
        having = AttendedFilter(having=FieldValue(level.id, value))
        assert (await list_attended_services(clinic.ctx(), ALL, having)).total == count
        assert (await list_seats_of(clinic.ctx(), clinic.yoga, ALL, having)).total == count
        busy = await average_busy_times(clinic.ctx(), "week", clinic.now.date(), having=having.having)
        assert len(busy) == 7
    with pytest.raises(NotFound):
        await list_attended_services(clinic.ctx(), ALL, AttendedFilter(having=FieldValue(0, "2")))


async def test_sessions_are_listed_with_their_free_seats(clinic: World) -> None:
    full, free, blocked = [await clinic.class_of(1, clinic.now + nr * DAY) for nr in (1, 2, 3)]
    await seat(clinic, full)
    await change_session(clinic.ctx(), blocked, {"archived_at": clinic.now})
    page = await list_seats_of(clinic.ctx(), clinic.yoga, ALL)
    assert [(each.session.id, each.taken, each.free) for each in page.rows] == [
        (full, 1, 0),
        (free, 0, 1),
        (blocked, 0, 0),
    ]
    some_free = Query(OffsetPage(9), (Filter("free", "greater", 0),))
    assert [each.session.id for each in (await list_seats_of(clinic.ctx(), clinic.yoga, some_free)).rows] == [free]


async def test_sessions_are_those_of_a_customer_and_a_customer_asks_for_themselves(clinic: World) -> None:
    one, _ = await clinic.class_of(9), await clinic.class_of(9, clinic.now + 2 * DAY)
    await seat(clinic, one)
    of_kari = AttendedFilter(of_customer_id=clinic.kari)
    for ctx in (clinic.ctx(), as_customer(clinic, clinic.kari)):
        assert [each.session.id for each in (await list_seats_of(ctx, clinic.yoga, ALL, of_kari)).rows] == [one]
        assert (await list_attended_services(ctx, ALL, of_kari)).total == 1
    with pytest.raises(NotFound):
        await list_seats_of(as_customer(clinic, clinic.ola), clinic.yoga, ALL, of_kari)


async def test_how_busy_it_is(clinic: World) -> None:
    await seat(clinic, await clinic.class_of(4, clinic.now + HOUR))
    await clinic.class_of(9, clinic.now + timedelta(days=40))
    busy = await average_busy_times(clinic.ctx(), "day", clinic.now.date(), clinic.yoga)
    assert {time.number: time.percent for time in busy if time.percent} == {11: 25}
    with pytest.raises(Invalid):
        await average_busy_times(clinic.ctx(), "decade", clinic.now.date())
    with pytest.raises(NotFound):
        await average_busy_times(clinic.ctx(), "day", clinic.now.date(), clinic.massage)
