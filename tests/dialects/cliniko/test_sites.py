"""A key that is limited to businesses, and every route of the door."""

from typing import Any

from kalends.actions.availability.extra_openings import add_extra_openings
from kalends.dialects.cliniko.routes import ROUTES
from kalends.engine.time.span import Span
from tests.desk import HOUR, SOON
from tests.dialects.cliniko.clinic import BASE, Clinic
from tests.dialects.conftest import Connect
from tests.dialects.elsewhere import (
    FORBIDDEN,
    HIDDEN,
    LEFT_OUT,
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

ADDED, DONE = "added", "done"
"""Worked as for everybody: a record was made, or there is nothing to say."""
PATIENT, BUSINESS, TYPE = "/patients/{id}", "/businesses/{id}", "/appointment_types/{id}"
OF_BUSINESS, OF_PRACTITIONER = "/businesses/{business_id}", "/practitioners/{practitioner_id}"
FREE = f"{OF_BUSINESS}{OF_PRACTITIONER}/appointment_types/{{appointment_type_id}}"
CHANGE = ("PATCH", "PUT")


def block(ids: Ids) -> dict[str, Any]:
    times = {"starts_at": "2027-03-06T09:00:00Z", "ends_at": "2027-03-06T11:00:00Z"}
    return {"business_id": str(ids["business_id"]), "practitioner_id": str(ids["practitioner_id"]), **times}


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
    *(Row(f"{method} {BUSINESS}", FORBIDDEN, lambda ids: {"city": "Bergen"}) for method in CHANGE),
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
TABLES = {
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


async def test_another_business_is_not_there_for_a_key_of_this_one(clinic: Clinic, connect: Connect) -> None:
    w = clinic.world
    branch = await open_branch(w)
    opening, *_ = await add_extra_openings(w.ctx(), branch["resource_id"], Span(SOON, SOON + HOUR))
    ids = {
        **branch,
        "patient_id": branch["person_id"],
        "business_id": branch["site_id"],
        "practitioner_id": branch["resource_id"],
        "appointment_type_id": branch["service_id"],
        "appointment_id": branch["item_id"],
        "attendee_id": branch["item_id"],
        "day_id": branch["resource_id"] * 8 + 1,
        "block_id": opening.id,
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
