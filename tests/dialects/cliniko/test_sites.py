"""A key that is limited to businesses, and every route of the door."""

from typing import Any

from kalends.actions.accounts.users import create_user
from kalends.actions.availability.extra_openings import add_extra_openings
from kalends.actions.bookings.cancel import cancel_item
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.find import get_booking
from kalends.actions.bookings.remove import remove_item
from kalends.actions.bookings.resource_blocks import add_resource_blocks
from kalends.actions.bookings.sessions import remove_session
from kalends.actions.customers.cases import add_case
from kalends.dialects.cliniko.routes import ROUTES
from kalends.engine.bookings.block import ResourceBlockRequest
from kalends.engine.bookings.cancellation import Cancellation
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.customers.case import CasePatch
from kalends.engine.time.span import Span
from tests.acts import add_session, book_item, with_fields
from tests.desk import DAY, HOUR, SOON, visit
from tests.desk import seat as seat_in
from tests.dialects.cliniko.clinic import BASE, Clinic
from tests.dialects.conftest import Connect
from tests.dialects.elsewhere import (
    FORBIDDEN,
    HIDDEN,
    LEFT_OUT,
    MARK,
    SHARED,
    UNKNOWN,
    Answers,
    Ids,
    Row,
    everything_at,
    limited_key,
    names,
    open_branch,
    rows,
    walk,
)
from tests.world import World

ADDED, DONE = "added", "done"
"""Worked as for everybody: a record was made, or there is nothing to say."""
PATIENT, BUSINESS, TYPE = "/patients/{id}", "/businesses/{id}", "/appointment_types/{id}"
OF_BUSINESS, OF_PRACTITIONER = "/businesses/{business_id}", "/practitioners/{practitioner_id}"
FREE = f"{OF_BUSINESS}{OF_PRACTITIONER}/appointment_types/{{appointment_type_id}}"
CASE, OF_CASE = "/patient_cases/{id}", "/patient_cases/{patient_case_id}"
ATTENDEE, GROUP, APPOINTMENT = "/attendees/{id}", "/group_appointments/{id}", "/individual_appointments/{id}"
BLOCK = "/unavailable_blocks/{id}"
CHANGE = ("PATCH", "PUT")


def block(ids: Ids) -> dict[str, Any]:
    times = {"starts_at": "2027-03-06T09:00:00Z", "ends_at": "2027-03-06T11:00:00Z"}
    return {"business_id": str(ids["business_id"]), "practitioner_id": str(ids["practitioner_id"]), **times}


def seat(ids: Ids) -> dict[str, Any]:
    return {"booking_id": str(ids["group_appointment_id"]), "patient_id": str(ids["patient_id"])}


def group(ids: Ids) -> dict[str, Any]:
    return {**block(ids), "appointment_type_id": str(ids["group_type_id"]), "max_attendees": 5}


def appointment(ids: Ids) -> dict[str, Any]:
    of_patient = {"patient_id": str(ids["patient_id"]), "appointment_type_id": str(ids["appointment_type_id"])}
    return {**block(ids), **of_patient}


def a_day(ids: Ids) -> dict[str, Any]:
    return {"from": ids["day"], "to": ids["day"]}


PATIENTS = [
    *rows(SHARED, "GET /patients", f"GET {PATIENT}", "GET /patients/archived", "GET /patients/deleted"),
    *rows(LEFT_OUT, "GET /patients/{patient_id}/invoices"),
    Row("POST /patients", ADDED, lambda ids: {"first_name": "Liv", "last_name": "Moe"}),
    *(Row(f"{method} {PATIENT}", SHARED, lambda ids: {"occupation": "Baker"}) for method in CHANGE),
    *rows(DONE, f"DELETE {PATIENT}", f"POST {PATIENT}/archive"),
    *rows(SHARED, f"POST {PATIENT}/unarchive"),
]
BUSINESSES = [
    *rows(LEFT_OUT, "GET /businesses"),
    *rows(HIDDEN, f"GET {BUSINESS}"),
    *rows(HIDDEN, *(f"GET {OF_BUSINESS}/{name}" for name in ("practitioners", "practitioners/inactive"))),
    *rows(FORBIDDEN, f"DELETE {BUSINESS}", f"POST {BUSINESS}/archive", f"POST {BUSINESS}/unarchive"),
    *(Row(f"{method} {BUSINESS}", HIDDEN, lambda ids: {"city": "Bergen"}) for method in CHANGE),
    Row("POST /businesses", FORBIDDEN, lambda ids: {"business_name": "Annex"}),
]
PRACTITIONERS = [
    *rows(LEFT_OUT, "GET /practitioners"),
    *rows(SHARED, "GET /practitioners/inactive"),
    *rows(HIDDEN, "GET /practitioners/{id}", f"GET {OF_PRACTITIONER}/appointment_types"),
]
TYPES = [
    *rows(SHARED, "GET /appointment_types", f"GET {TYPE}"),
    *rows(LEFT_OUT, "GET /appointment_types/{appointment_type_id}/practitioners"),
    *rows(SHARED, "GET /appointment_types/{appointment_type_id}/practitioners/inactive"),
    *rows(FORBIDDEN, f"DELETE {TYPE}", f"POST {TYPE}/archive"),
    *(Row(f"{method} {TYPE}", FORBIDDEN, lambda ids: {"name": "Laser"}) for method in CHANGE),
    Row("POST /appointment_types", FORBIDDEN, lambda ids: {"name": "Laser", "duration_in_minutes": 5}),
]
DAYS = [
    *rows(LEFT_OUT, "GET /daily_availabilities"),
    *rows(HIDDEN, "GET /daily_availabilities/{id}"),
    *rows(HIDDEN, f"GET {OF_BUSINESS}/daily_availabilities", f"GET {OF_PRACTITIONER}/daily_availabilities"),
    *(Row(f"GET {FREE}/{name}", HIDDEN, a_day) for name in ("available_times", "next_available_time")),
]
BLOCKS = [
    *rows(LEFT_OUT, "GET /availability_blocks"),
    *rows(HIDDEN, "GET /availability_blocks/{id}"),
    Row("POST /availability_blocks", UNKNOWN, block),
]
INVOICES = [
    *rows(LEFT_OUT, "GET /invoices"),
    *rows(HIDDEN, "GET /invoices/{id}", "GET /appointments/{appointment_id}/invoices"),
    *rows(HIDDEN, "GET /attendees/{attendee_id}/invoices", f"GET {OF_PRACTITIONER}/invoices"),
]
CASES = [
    *rows(SHARED, "GET /patient_cases", "GET /patient_cases/active", f"GET {CASE}"),
    *rows(LEFT_OUT, *(f"GET {OF_CASE}/{name}" for name in ("attendees", "bookings", "invoices"))),
    Row("POST /patient_cases", ADDED, lambda ids: {"name": "Back", "patient_id": str(ids["patient_id"])}),
    *(Row(f"{method} {CASE}", SHARED, lambda ids: {"notes": "x"}) for method in CHANGE),
    *rows(DONE, f"POST {CASE}/archive"),
]
ATTENDEES = [
    *rows(LEFT_OUT, "GET /attendees", "GET /attendees/deleted", "GET /attendees/cancelled"),
    *rows(HIDDEN, f"GET {ATTENDEE}", f"DELETE {ATTENDEE}", f"POST {ATTENDEE}/archive"),
    *rows(HIDDEN, "GET /attendees/{attendee_id}/patient_forms"),
    *(Row(f"{method} {ATTENDEE}", HIDDEN, lambda ids: {"notes": "x"}) for method in CHANGE),
    *(Row(f"{method} {ATTENDEE}/cancel", HIDDEN, lambda ids: {"cancellation_reason": 30}) for method in CHANGE),
    Row("POST /attendees", UNKNOWN, seat),
    *rows(HIDDEN, "GET /group_appointments/{group_appointment_id}/attendees"),
    *rows(HIDDEN, "GET /individual_appointments/{individual_appointment_id}/attendees"),
]
GROUPS = [
    *rows(LEFT_OUT, "GET /group_appointments", "GET /group_appointments/deleted"),
    *rows(HIDDEN, f"GET {GROUP}", f"DELETE {GROUP}", f"POST {GROUP}/archive", f"GET {GROUP}/conflicts"),
    *(Row(f"{method} {GROUP}", HIDDEN, lambda ids: {"notes": "x"}) for method in CHANGE),
    Row("POST /group_appointments", UNKNOWN, group),
]
APPOINTMENTS = [
    *rows(LEFT_OUT, *(f"GET /individual_appointments{name}" for name in ("", "/deleted", "/cancelled"))),
    *rows(HIDDEN, f"GET {APPOINTMENT}", f"DELETE {APPOINTMENT}", f"POST {APPOINTMENT}/archive"),
    *rows(HIDDEN, f"GET {APPOINTMENT}/conflicts"),
    *(Row(f"{method} {APPOINTMENT}", HIDDEN, lambda ids: {"notes": "x"}) for method in CHANGE),
    *(Row(f"{method} {APPOINTMENT}/cancel", HIDDEN, lambda ids: {"cancellation_reason": 30}) for method in CHANGE),
    Row("POST /individual_appointments", UNKNOWN, appointment),
]
UNAVAILABLE = [
    *rows(LEFT_OUT, "GET /unavailable_blocks"),
    *rows(HIDDEN, f"GET {BLOCK}", f"DELETE {BLOCK}", f"POST {BLOCK}/archive", f"GET {BLOCK}/conflicts"),
    *(Row(f"{method} {BLOCK}", HIDDEN, lambda ids: {"notes": "x"}) for method in CHANGE),
    Row("POST /unavailable_blocks", UNKNOWN, block),
]
BOOKINGS = [*rows(LEFT_OUT, "GET /bookings"), *rows(HIDDEN, "GET /bookings/{id}")]
USERS = rows(SHARED, "GET /user", "GET /users", "GET /users/{id}", "GET /settings", "GET /settings/public")
TABLES = {
    "user_id": USERS,
    "case_id": CASES,
    "attendee_id": ATTENDEES,
    "group_appointment_id": GROUPS,
    "appointment_id": [*APPOINTMENTS, *BOOKINGS],
    "unavailable_id": UNAVAILABLE,
    "patient_id": PATIENTS,
    "business_id": BUSINESSES,
    "practitioner_id": PRACTITIONERS,
    "appointment_type_id": TYPES,
    "day_id": DAYS,
    "block_id": BLOCKS,
    "invoice_id": INVOICES,
}
"""By what the `id` in the paths is."""

ANSWERS: Answers = {
    HIDDEN: (404, "Not found"),
    UNKNOWN: (422, "must exist"),
    FORBIDDEN: (403, "Not permitted"),
    ADDED: (201, ""),
    DONE: (204, ""),
}


def test_every_route_has_a_row() -> None:
    assert sorted({row.route for table in TABLES.values() for row in table}) == names(ROUTES)


async def furnish(world: World, branch: Ids) -> Ids:
    """What the other business has beside the rest: records that are hidden, a case, blocks; answers their ids."""
    ctx = world.ctx()
    opening, *_ = await add_extra_openings(ctx, branch["resource_id"], Span(SOON, SOON + HOUR))
    block = ResourceBlockRequest(resource_id=branch["resource_id"], starts_at=SOON, ends_at=SOON + HOUR, notes=MARK)
    blocks = await add_resource_blocks(ctx, block)
    seats = [await book_item(ctx, seat_in(world, branch["session_id"], notes=MARK)) for _ in range(3)]
    there = visit(world, resource_id=branch["resource_id"], starts_at=SOON + 9 * DAY)
    visits = [await book_item(ctx, with_fields(there, starts_at=SOON + days * DAY)) for days in (9, 10)]
    for cancelled, removed in ((seats[0], seats[1]), visits):
        await cancel_item(ctx, cancelled.item.id, Cancellation())
        await remove_item(ctx, removed.item.id, ("seat", "appointment"))
    planned = {"service_id": world.yoga, "resource_id": branch["room_id"], "starts_at": SOON + 20 * DAY, "capacity": 5}
    await remove_session(ctx, (await add_session(ctx, planned)).id)
    case = await add_case(ctx, CasePatch(customer_id=world.ola, name="Back"))
    for view in (await get_booking(ctx, branch["whole_id"])).items:
        await change_item(ctx, view.item.id, ItemPatch(case_id=case.id))
    user, _ = await create_user(ctx, "olga@example.org", "owner", "Olga")
    return {
        "user_id": user.id,
        "case_id": case.id,
        "patient_case_id": case.id,
        "attendee_id": seats[2].item.id,
        "unavailable_id": blocks.items[0].item.id,
        "block_id": opening.id,
    }


async def test_another_business_is_not_there_for_a_key_of_this_one(clinic: Clinic, connect: Connect) -> None:
    w = clinic.world
    branch = await open_branch(w)
    ids = {
        **branch,
        **await furnish(w, branch),
        "patient_id": branch["person_id"],
        "business_id": branch["site_id"],
        "practitioner_id": branch["resource_id"],
        "appointment_type_id": branch["service_id"],
        "appointment_id": branch["item_id"],
        "individual_appointment_id": branch["item_id"],
        "group_appointment_id": branch["session_id"],
        "group_type_id": w.yoga,
        "day_id": branch["resource_id"] * 8 + 1,
    }
    clients = connect(BASE, auth=(await limited_key(w, "cliniko"), "")), clinic.client
    before = await everything_at(w, branch["site_id"])
    wrong = [
        answer
        for name, table in TABLES.items()
        for answer in await walk(table, {**ids, "id": ids[name]}, ANSWERS, clients)
    ]
    assert wrong == []
    assert await everything_at(w, branch["site_id"]) == before
