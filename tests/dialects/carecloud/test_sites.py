"""A user who is limited to some sites, and one of another account, on every route of the door."""

from typing import Any

from kalends.actions.accounts.logins import log_in
from kalends.actions.accounts.users import create_program_user
from kalends.actions.bookings.statuses import add_standard_statuses
from kalends.actions.catalog.custom_fields import add_field
from kalends.dialects.carecloud.fields.view import DOOR
from kalends.dialects.carecloud.interfaces import OpenRoute
from kalends.dialects.carecloud.routes import ROUTES
from kalends.engine.accounts.principal import KEY_SCOPES
from kalends.engine.catalog.custom_field import CustomFieldPatch
from tests.dialects.carecloud.festival import CHECKED, ENTERPRISE, Festival, token_of
from tests.dialects.carecloud.test_customers import new
from tests.dialects.conftest import Connect
from tests.dialects.elsewhere import (
    HIDDEN,
    LEFT_OUT,
    SHARED,
    UNKNOWN,
    Answers,
    Ids,
    Row,
    everything_at,
    names,
    open_branch,
    rows,
    walk,
)
from tests.people import attempt
from tests.world import open_clinic

CREATED, CHANGED, WITHOUT = "created", "changed", "without"
ANSWERS: Answers = {
    CREATED: (201, ""),
    CHANGED: (204, ""),
    WITHOUT: (200, "chart_data"),
    HIDDEN: (404, "resource_not_found"),
    UNKNOWN: (400, "time_slot_id"),
}
OF_NO_SITE = {
    "POST /users/actions/logout",
    *("PUT /tokens/{token_id}", "POST /tokens/{token_id}/actions/login", "POST /tokens/{token_id}/actions/logout"),
    *names(route for route in ROUTES if isinstance(route, OpenRoute)),
}
"""Routes about the caller's own token, and those that need none."""
PERIOD = {"booking_date": "2027-03-04", "time_period": "day"}


async def opaque_ids(festival: Festival, branch: Ids) -> Ids:
    """The ids of what the branch has and of what all share, as paths and fields have them."""
    world = festival.world
    booking_id = await world.db.fetchval("select booking_id from item where session_id = $1", branch["session_id"])
    status, *_ = await add_standard_statuses(world.ctx())
    field = await add_field(world.ctx(), CustomFieldPatch(title="Level", subject="service"))
    return {
        "customer_id": festival.opaque("customer", branch["spare_id"]),
        "booking_id": festival.opaque("booking", booking_id),
        "time_slot_id": festival.opaque("session", branch["session_id"]),
        "booking_ticket_id": festival.opaque("service", world.yoga),
        "booking_status_id": festival.opaque("booking_status", status.id),
        "booking_ticket_property_id": festival.opaque("custom_field", field.id),
    }


def customer(_: Ids) -> dict[str, Any]:
    return new(email=None, phone=None)


TABLE = [
    *rows(SHARED, "GET /customers", "GET /customers/{customer_id}"),
    Row("POST /customers", CREATED, customer),
    Row("PUT /customers/{customer_id}", CHANGED, customer),
    *rows(HIDDEN, *(f"{method} /bookings/{{booking_id}}" for method in ("GET", "PUT", "DELETE"))),
    *rows(LEFT_OUT, "GET /bookings", "GET /booking-tickets/{booking_ticket_id}/time-slots"),
    Row("POST /bookings", UNKNOWN, lambda ids: {"booking": {"booking_items": [{"time_slot_id": ids["time_slot_id"]}]}}),
    Row("POST /bookings/actions/average-booking-busy-times", WITHOUT, lambda ids: PERIOD),
    *rows(SHARED, "GET /booking-statuses", "GET /booking-statuses/{booking_status_id}"),
    *rows(SHARED, "GET /booking-tickets", "GET /booking-tickets/{booking_ticket_id}"),
    *rows(SHARED, "GET /booking-ticket-properties", "GET /booking-ticket-properties/{booking_ticket_property_id}"),
]


def test_every_route_has_a_row() -> None:
    assert sorted({row.route for row in TABLE} | OF_NO_SITE) == names(ROUTES)


async def test_another_site_is_not_there_for_a_user_of_this_one(festival: Festival, connect: Connect) -> None:
    world = festival.world
    branch = await open_branch(world)
    ids = await opaque_ids(festival, branch)
    user, password = await create_program_user(world.ctx(), "", KEY_SCOPES, frozenset({world.site}))
    _, token = await log_in(world.db, world.now, attempt(world, user.email, password, door=DOOR))
    limited = connect(ENTERPRISE, headers={"authorization": f"Bearer {token}"}, **CHECKED)
    before = await everything_at(world, branch["site_id"])
    assert await walk(TABLE, ids, ANSWERS, (limited, festival.client)) == []
    assert await everything_at(world, branch["site_id"]) == before


async def test_another_account_is_not_there(festival: Festival, connect: Connect) -> None:
    stranger = await token_of(await open_clinic(festival.world.db), "owner")
    client = connect(ENTERPRISE, headers={"authorization": f"Bearer {stranger}"}, **CHECKED)
    ids = await opaque_ids(festival, await open_branch(festival.world))
    ids = {**ids, "customer_id": festival.opaque("customer", festival.world.kari)}
    for route in ROUTES:
        path = route.path.replace(":str", "")
        if "{" in path and "enterprise" in route.interfaces:
            answer = await client.request(route.methods, path.format_map(ids), json={})
            assert answer.status_code == 404, (route.path, answer.text)
    assert (await client.get("/customers", params={"email": "kari@example.org"})).json()["data"]["total_items"] == 1
    sent = {"customer_ids": ids["customer_id"]}
    assert (await client.get("/customers", params=sent)).status_code == 400
