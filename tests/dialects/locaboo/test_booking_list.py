"""Bookings as they are listed and shown."""

from typing import Any

import pytest

from kalends.actions.catalog.prices import add_group
from tests.dialects.locaboo.booking import NINE, add, added, listed, recurring, shown
from tests.dialects.locaboo.vendor import example
from tests.dialects.locaboo.vendor_bookings import add_extras, furnish
from tests.dialects.locaboo.venue import Venue, refused


def same(actual: Any, expected: Any) -> Any:
    """What was found, with only the keys that the page shows, and as it shows what it alone knows or spells."""
    if isinstance(expected, dict):
        shown = {name: same(actual[name], value) for name, value in expected.items()}
        if "category" in expected:  # nothing says what numbers they are: here they are always null
            assert (actual["category"], actual["label"].rstrip()) == (None, expected["label"].rstrip())
            return {**expected, "value": actual["value"]}
        return shown
    if isinstance(expected, list):
        return [same(item, value) for item, value in zip(actual, expected, strict=True)]
    return actual


async def test_the_list_of_the_page(venue: Venue) -> None:
    expected = example("booking_list")
    await furnish(venue, expected["data"])
    body = await venue.get("/booking_list", date_from="2023-10-11", date_to="2023-10-13", show_details="true")
    assert same(body, expected) == expected
    assert [list(main["instances"]) for main in body["data"][2]["resources"]] == [["39593", "39594", "39595"]]


async def test_the_booking_of_the_page(venue: Venue) -> None:
    expected = example("booking_show")
    await furnish(venue, [expected["data"]])
    await add_extras(venue, expected["data"]["resources"][0])
    body = await venue.get("/booking/312842")
    assert same(body, expected) == expected
    [main] = body["data"]["resources"]
    assert [set(main[kind]) for kind in ("features", "inventory")] == [{"451", "699"}, {"13"}]


async def test_without_details(venue: Venue) -> None:
    w = venue.world
    group = await add_group(w.ctx(), "Clubs")
    await w.db.execute("update customer set group_id = $2 where account_id = $1", w.account.id, group.id)
    await add(venue, customer_id=w.kari, comments="Welcome")
    [booking] = (await venue.get("/booking_list"))["data"]
    assert not {"comments", "custom_fields", "persons"} & set(booking)
    assert booking["customer_groups"] == [{"id": group.id, "name": "Clubs"}]
    assert (booking["customer_id"], booking["customer"], booking["color"]) == (str(w.kari), "Kari Nordmann", "")
    [instance] = booking["resources"][0]["instances"].values()
    assert "custom_fields" not in instance


async def test_somebody_with_a_company_and_nobody(venue: Venue) -> None:
    w = venue.world
    await w.db.execute("update customer set company = 'Choir' where account_id = $1", w.account.id)
    await add(venue, customer_id=w.kari)
    await add(venue, time_from=12, time_to=13)
    rows = (await venue.get("/booking_list"))["data"]
    assert [(row["customer_id"], row["customer"]) for row in rows] == [(str(w.kari), "Choir"), ("", "")]


async def test_days_and_hours(venue: Venue) -> None:
    early = await added(venue, recurring(venue, "day", NINE, 2))
    late = await add(venue, time_from="20:00", time_to="24:00")
    assert await listed(venue, date_from=venue.day(1)) == [early]
    assert await listed(venue, date_to=venue.day(-1)) == []
    assert await listed(venue, date_from=venue.day(), date_to=venue.day()) == [early, late]
    assert await listed(venue, time_from="10:00", time_to="23:59") == [late]
    assert await listed(venue, time_from=9, time_to="9:30") == [early]


async def test_only_the_instances_of_the_days_asked_for(venue: Venue) -> None:
    ident = await added(venue, recurring(venue, "day", NINE, 2))
    [booking] = (await venue.get("/booking_list", date_from=venue.day(1), date_to=venue.day(1)))["data"]
    assert booking["id"] == ident
    assert [instance["from"][:10] for instance in booking["resources"][0]["instances"].values()] == [venue.day(1)]


async def test_resources_however_they_are_named(venue: Venue) -> None:
    w = venue.world
    left, sauna = await add(venue), await add(venue, main_resource=w.sauna)
    assert await listed(venue, resource_id=w.hall) == [left]
    assert await listed(venue, resource_id=f"{w.left},{w.sauna}") == [left, sauna]
    assert await listed(venue, **{"resource_id[]": [w.right, w.sauna]}) == [sauna]


async def test_pages_count_all(venue: Venue) -> None:
    w = venue.world
    idents = [await add(venue, main_resource=resource_id) for resource_id in (w.sauna, w.ada, w.bo)]
    body = await venue.get("/booking_list", limit=1, offset=1)
    assert ([row["id"] for row in body["data"]], body["total"]) == ([idents[1]], 3)


async def test_what_is_over_is_not_listed(venue: Venue) -> None:
    ident, draft = await add(venue), await add(venue, time_from=12, time_to=13)
    for booking_id, status in ((ident, "Cancel"), (draft, "Draft")):
        assert (
            await venue.post("/booking_save", {"booking_id": booking_id, "booking_status": status})
        ).status_code == 200
    request = await add(venue, booking_mode="booking_request")
    assert await listed(venue) == [request]
    assert [(await shown(venue, booking_id))["booking_status"] for booking_id in (ident, draft)] == ["Cancel", "Draft"]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"resource_id": "7,x"}, "resource_id is not a number"),
        ({"resource_id": 2**40}, f"resource_id {2**40} is unknown"),
        ({"date_from": "2027-02-30"}, "date_from is not valid"),
        ({"date_from": "2027-03-02", "date_to": "2027-03-01"}, "date_to must not be before date_from"),
        ({"time_from": "noon"}, "time_from is not valid"),
        ({"time_from": "11", "time_to": "10"}, "time_to must be after time_from"),
        ({"show_details": "some"}, "show_details is not valid"),
        ({"limit": -1}, "limit is out of range"),
    ],
)
async def test_questions_that_make_no_sense(venue: Venue, params: dict[str, Any], message: str) -> None:
    assert refused(await venue.client.get("/booking_list", params=params)) == message


@pytest.mark.parametrize("ident", ["7", "x", "9" * 30, "-1"])
async def test_a_booking_that_is_not_there(venue: Venue, ident: str) -> None:
    refused(await venue.client.get(f"/booking/{ident}"), 404)
