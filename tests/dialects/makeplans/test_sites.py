"""A key that is limited to sites, and every route of the door."""

from typing import Any

from kalends.dialects.makeplans.routes import ROUTES
from tests.dialects.conftest import Connect
from tests.dialects.elsewhere import (
    FORBIDDEN,
    HIDDEN,
    LEFT_OUT,
    SHARED,
    TAKEN,
    UNKNOWN,
    Ids,
    Row,
    everything_at,
    limited_key,
    names,
    open_branch,
    rows,
    walk,
)
from tests.dialects.makeplans.clinic import BASE, Clinic

LISTINGS = ("", "/recent", "/upcoming", "/unconfirmed", "/all", "/visible", "/no_status")
BOOKING, COLLECTION, EVENT, EVENTS = (
    "/bookings/{booking_id}",
    "/bookings/recurring/{collection_id}",
    "/events/{event_id}",
    "/events/recurring/{collection_id}",
)
PERSON, RESOURCE, SERVICE, PROVIDER = (
    "/people/{person_id}",
    "/resources/{resource_id}",
    "/services/{service_id}",
    "/providers/{provider_id}",
)
DAY = f"{RESOURCE}/exception_dates/{{exception_date}}"
HOOK = "/web_hooks/{web_hook_id}"
VERBS = ("verify", "verify_code", "send_code", "confirm", "decline", "cancel", "status")


def times(ids: Ids) -> dict[str, Any]:
    return {"booked_from": f"{ids['day']} 22:00", "booked_to": f"{ids['day']} 23:00"}


def recurring(ids: Ids, **named: Any) -> dict[str, Any]:
    return {"booking": {**times(ids), **named}, "recurring": {"rrule": "FREQ=DAILY;COUNT=2"}}


def planned(ids: Ids) -> dict[str, Any]:
    spans = {"starts_at": f"{ids['day']} 22:00", "ends_at": f"{ids['day']} 23:00"}
    event = {"title": "x", "resource_id": ids["resource_id"], **spans}
    return {"event": event, "recurring": {"rrule": "FREQ=DAILY;COUNT=2"}}


def closed(ids: Ids) -> dict[str, Any]:
    exception = {"exception_date": ids["exception_date"], "opening_hours": []}
    return {"resource_exception_dates": [exception], "resource_exception_date": exception}


OF_EVENTS = rows(HIDDEN, f"GET {EVENTS}", f"DELETE {EVENTS}")
TABLE = [
    *rows(LEFT_OUT, *(f"GET /bookings{name}" for name in LISTINGS)),
    *rows(LEFT_OUT, *(f"GET {PERSON}/bookings{name}" for name in LISTINGS)),
    *rows(HIDDEN, *(f"GET {EVENT}/bookings{name}" for name in LISTINGS)),
    *rows(HIDDEN, f"GET {BOOKING}", f"DELETE {BOOKING}", "GET /bookings/find_by/external_id/{external_id}"),
    Row(f"PUT {BOOKING}", HIDDEN, lambda ids: {"booking": {"notes": "x"}}),
    *(Row(f"PUT {BOOKING}/{verb}", HIDDEN, lambda ids: {"status": "completed", "code": "1"}) for verb in VERBS),
    Row("POST /bookings", UNKNOWN, lambda ids: {"booking": {"resource_id": ids["resource_id"], **times(ids)}}),
    Row("POST /bookings", TAKEN, lambda ids: {"booking": {"service_id": ids["care_id"], **times(ids)}}),
    Row("POST /bookings", UNKNOWN, lambda ids: {"booking": {"event_id": ids["event_id"]}}),
    Row("POST /bookings/recurring", TAKEN, lambda ids: recurring(ids, service_id=ids["care_id"])),
    Row("POST /bookings/recurring", UNKNOWN, lambda ids: recurring(ids, resource_id=ids["resource_id"])),
    *rows(HIDDEN, f"GET {COLLECTION}", f"GET {COLLECTION}/outcomes", f"PUT {COLLECTION}/cancel"),
    *rows(HIDDEN, f"DELETE {COLLECTION}"),
    *rows(LEFT_OUT, "GET /resources", "GET /resources/opening_hours", "GET /providers", f"GET {SERVICE}/availability"),
    *rows(HIDDEN, f"GET {RESOURCE}", f"DELETE {RESOURCE}", f"GET {RESOURCE}/opening_hours"),
    Row(f"PUT {RESOURCE}", HIDDEN, lambda ids: {"resource": {"notes": "x"}}),
    Row("POST /resources", SHARED, lambda ids: {"resource": {"title": "Dag"}}),
    *rows(HIDDEN, f"GET {RESOURCE}/exception_dates", f"GET {DAY}", f"DELETE {DAY}"),
    *(Row(f"{verb} {RESOURCE}/exception_dates", HIDDEN, closed) for verb in ("POST", "PUT")),
    *(Row(f"{verb} {DAY}", HIDDEN, closed) for verb in ("POST", "PUT")),
    *rows(SHARED, "GET /services", *(f"GET /services/{kind}" for kind in ("attendances", "products", "gift_cards"))),
    *rows(SHARED, "GET /services/appointments", f"GET {SERVICE}"),
    Row("POST /services", FORBIDDEN, lambda ids: {"service": {"title": "Laser", "resource_ids": [ids["own"]]}}),
    Row(f"PUT {SERVICE}", FORBIDDEN, lambda ids: {"service": {"title": "Laser"}}),
    *rows(FORBIDDEN, f"DELETE {SERVICE}"),
    Row(f"GET {SERVICE}/slots", LEFT_OUT, lambda ids: {"from": ids["day"], "to": ids["day"]}),
    *rows(SHARED, f"GET {SERVICE}/next_available_date"),
    Row(f"GET {SERVICE}/available_dates", SHARED, lambda ids: {"from": ids["day"], "to": ids["day"]}),
    Row("POST /providers", UNKNOWN, lambda ids: {"provider": {key: ids[key] for key in ("service_id", "resource_id")}}),
    *rows(HIDDEN, f"GET {PROVIDER}", f"DELETE {PROVIDER}", f"GET {PROVIDER}/opening_hours"),
    Row(f"PUT {PROVIDER}", HIDDEN, lambda ids: {"provider": {"slot_length": 15}}),
    *rows(LEFT_OUT, "GET /events"),
    *(Row(f"POST /events{path}", UNKNOWN, planned) for path in ("", "/recurring")),
    *rows(HIDDEN, f"GET {EVENT}", f"DELETE {EVENT}"),
    Row(f"PUT {EVENT}", HIDDEN, lambda ids: {"event": {"title": "x"}}),
    *rows(SHARED, "GET /people", "GET /people/all", f"GET {PERSON}", f"GET {PERSON}/children"),
    Row("POST /people", SHARED, lambda ids: {"person": {"name": "Liv Moe"}}),
    Row(f"PUT {PERSON}", SHARED, lambda ids: {"person": {"notes": "x"}}),
    *rows(SHARED, f"DELETE {PERSON}", f"PUT {PERSON}/undelete", f"PUT {PERSON}/block", f"PUT {PERSON}/unblock"),
    Row(f"POST {PERSON}/merge", SHARED, lambda ids: {"merge_person_id": ids["spare_id"]}),
    *rows(SHARED, "GET /client", "GET /client/holidays", "GET /web_hooks", f"GET {HOOK}"),
    Row("PUT /client", FORBIDDEN, lambda ids: {"client": {"name": "x"}}),
    Row("POST /web_hooks", FORBIDDEN, lambda ids: {"web_hook": {"target_url": "https://example.org", "event": "*"}}),
    Row(f"PUT {HOOK}", FORBIDDEN, lambda ids: {"web_hook": {"event": "*"}}),
    *rows(FORBIDDEN, f"DELETE {HOOK}"),
]  # fmt: skip

ANSWERS = {
    HIDDEN: (404, "Not found"),
    UNKNOWN: (400, "must exist"),
    TAKEN: (400, "Not available"),
    FORBIDDEN: (403, "Not permitted"),
}


def test_every_route_has_a_row() -> None:
    assert sorted({row.route for row in TABLE + OF_EVENTS}) == names(ROUTES)


async def test_another_site_is_not_there_for_a_key_of_this_one(clinic: Clinic, connect: Connect) -> None:
    w = clinic.world
    branch = await open_branch(w)
    ids = {**branch, "booking_id": branch["item_id"], "event_id": branch["session_id"]}
    key = await limited_key(w, "makeplans")
    clients = connect(BASE, headers={"authorization": f"Bearer {key}"}), clinic.client
    before = await everything_at(w, ids["site_id"])
    wrong = await walk(TABLE, ids, ANSWERS, clients)
    wrong += await walk(OF_EVENTS, {**ids, "collection_id": ids["series"]}, ANSWERS, clients)
    assert wrong == []
    assert await everything_at(w, ids["site_id"]) == before
