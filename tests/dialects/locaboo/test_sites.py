"""A key that is limited to sites, and every route of the door."""

from typing import Any

import msgspec

from kalends.dialects.locaboo.routes import ROUTES
from tests.dialects.conftest import Connect
from tests.dialects.elsewhere import (
    HIDDEN,
    LEFT_OUT,
    SHARED,
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
from tests.dialects.locaboo.venue import BASE, Venue

MISSING = "missing"
"""What is named is found nowhere; the door says so of some calls as of what the path names."""
ADDRESS = [{"city": "Moss"}]


def hour(ids: Ids, **named: Any) -> dict[str, Any]:
    """An hour of the evening, somewhere."""
    return {"date_from": ids["day"], "date_to": ids["day"], "time_from": "22:00", "time_to": "23:00", **named}


def added(ids: Ids, **named: Any) -> dict[str, Any]:
    """The parameters of a booking_add."""
    return hour(ids, booking_mode="direct_booking", recurring=0, **named)


TABLE = [
    *rows(LEFT_OUT, "GET /resource_list", "GET /booking_list", "GET /inventory_list", "GET /invoice_list"),
    *rows(LEFT_OUT, "GET /event_details/{occasion_id}"),
    *rows(HIDDEN, "GET /resource/{resource_id}", "GET /booking/{booking_id}"),
    *rows(HIDDEN, "GET /invoice_details/{invoice_id}", "GET /invoice_file/{file}"),
    *rows(SHARED, "GET /profile", "GET /customer_list", "GET /service_list", "GET /event_list"),
    Row("GET /booking_list", UNKNOWN, lambda ids: {"resource_id": ids["resource_id"]}),
    Row("GET /availability", LEFT_OUT, lambda ids: hour(ids, duration="01:00")),
    Row("GET /availability", MISSING, lambda ids: hour(ids, duration="01:00", resource_id=ids["resource_id"])),
    Row("POST /resource_add", MISSING, lambda ids: {"title": "Part", "parent_id": ids["resource_id"]}),
    Row("GET /booking_save", MISSING, lambda ids: {"booking_id": ids["booking_id"], "title": "x"}),
    Row("GET /booking_save", MISSING, lambda ids: hour(ids, resource_id=ids["resource_id"])),
    Row("POST /booking_add", UNKNOWN, lambda ids: added(ids, main_resource=ids["resource_id"])),
    Row("POST /booking_add", UNKNOWN, lambda ids: added(ids, main_resource=ids["own"], inventory={ids["thing_id"]: 1})),
    Row("POST /customer_add", SHARED, lambda ids: {"first_name": "Liv"}),
    Row("POST /customer_edit", SHARED, lambda ids: {"customer_id": ids["person_id"], "first_name": "Olav"}),
    Row("POST /customer_address_add", SHARED, lambda ids: {"customer_id": ids["person_id"], "address": ADDRESS}),
]  # fmt: skip

# All that is asked for with GET is with POST, too.
TABLE += [msgspec.structs.replace(row, route=f"POST {row.route[4:]}") for row in TABLE if row.route.startswith("GET ")]

ANSWERS = {HIDDEN: (404, "is unknown"), MISSING: (404, "is unknown"), UNKNOWN: (400, "is unknown")}


def test_every_route_has_a_row() -> None:
    paths = {row.route.replace("{occasion_id}", "{event_id}") for row in TABLE}
    assert sorted(paths) == names(ROUTES)


async def test_another_site_is_not_there_for_a_key_of_this_one(venue: Venue, connect: Connect) -> None:
    w = venue.world
    branch = await open_branch(w)
    ids = {**branch, "booking_id": branch["whole_id"]}
    clients = connect(BASE, params={"api_secret_key": await limited_key(w, "locaboo")}), venue.client
    before = await everything_at(w, ids["site_id"])
    assert await walk(TABLE, ids, ANSWERS, clients) == []
    assert await everything_at(w, ids["site_id"]) == before
