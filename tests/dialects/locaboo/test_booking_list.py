"""Bookings as they are listed and shown."""

from typing import Any

import pytest

from kalends.actions.catalog.prices import add_group
from tests.dialects.locaboo.booking import NINE, add, added, listed, recurring, shown
from tests.dialects.locaboo.vendor import example
from tests.dialects.locaboo.vendor_bookings import add_extras, furnish
from tests.dialects.locaboo.venue import Venue, refused


def same(found: Any, wanted: Any) -> Any:
    """What was found, with only the keys that the page shows, and as it shows what it alone knows or spells."""
    if isinstance(wanted, dict):
        shown = {name: same(found[name], value) for name, value in wanted.items()}
        if "category" in wanted:  # nothing says what numbers they are: here they are always null
            assert (found["category"], found["label"].rstrip()) == (None, wanted["label"].rstrip())
            return {**wanted, "value": found["value"]}
        return shown
    if isinstance(wanted, list):
        return [same(one, value) for one, value in zip(found, wanted, strict=True)]
    return found


async def test_the_list_of_the_page(venue: Venue) -> None:
    wanted = example("booking_list")
    await furnish(venue, wanted["data"])
    found = await venue.get("/booking_list", date_from="2023-10-11", date_to="2023-10-13", show_details="true")
    assert same(found, wanted) == wanted
    assert [list(main["instances"]) for main in found["data"][2]["resources"]] == [["39593", "39594", "39595"]]


async def test_the_booking_of_the_page(venue: Venue) -> None:
    wanted = example("booking_show")
    await furnish(venue, [wanted["data"]])
    await add_extras(venue, wanted["data"]["resources"][0])
    found = await venue.get("/booking/312842")
    assert same(found, wanted) == wanted
    [main] = found["data"]["resources"]
    assert [set(main[kind]) for kind in ("features", "inventory")] == [{"451", "699"}, {"13"}]


async def test_without_details(venue: Venue) -> None:
    w = venue.world
    group = await add_group(w.ctx(), "Clubs")
    await w.db.execute("update customer set group_id = $2 where account_id = $1", w.account.id, group.id)
    await add(venue, customer_id=w.kari, comments="Welcome")
    [found] = (await venue.get("/booking_list"))["data"]
    assert not {"comments", "custom_fields", "persons"} & set(found)
    assert found["customer_groups"] == [{"id": group.id, "name": "Clubs"}]
    assert (found["customer_id"], found["customer"], found["color"]) == (str(w.kari), "Kari Nordmann", "")
    [one] = found["resources"][0]["instances"].values()
    assert "custom_fields" not in one


async def test_somebody_with_a_company_and_nobody(venue: Venue) -> None:
    w = venue.world
    await w.db.execute("update customer set company = 'Choir' where account_id = $1", w.account.id)
    await add(venue, customer_id=w.kari)
    await add(venue, time_from=12, time_to=13)
    found = (await venue.get("/booking_list"))["data"]
    assert [(one["customer_id"], one["customer"]) for one in found] == [(str(w.kari), "Choir"), ("", "")]


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
    [found] = (await venue.get("/booking_list", date_from=venue.day(1), date_to=venue.day(1)))["data"]
    assert found["id"] == ident
    assert [one["from"][:10] for one in found["resources"][0]["instances"].values()] == [venue.day(1)]


async def test_resources_however_they_are_named(venue: Venue) -> None:
    w = venue.world
    left, sauna = await add(venue), await add(venue, main_resource=w.sauna)
    assert await listed(venue, resource_id=w.hall) == [left]
    assert await listed(venue, resource_id=f"{w.left},{w.sauna}") == [left, sauna]
    assert await listed(venue, **{"resource_id[]": [w.right, w.sauna]}) == [sauna]


async def test_pages_count_all(venue: Venue) -> None:
    w = venue.world
    idents = [await add(venue, main_resource=one) for one in (w.sauna, w.ada, w.bo)]
    found = await venue.get("/booking_list", limit=1, offset=1)
    assert ([one["id"] for one in found["data"]], found["total"]) == ([idents[1]], 3)


async def test_what_is_over_is_not_listed(venue: Venue) -> None:
    ident, draft = await add(venue), await add(venue, time_from=12, time_to=13)
    for one, status in ((ident, "Cancel"), (draft, "Draft")):
        assert (await venue.post("/booking_save", {"booking_id": one, "booking_status": status})).status_code == 200
    request = await add(venue, booking_mode="booking_request")
    assert await listed(venue) == [request]
    assert [(await shown(venue, one))["booking_status"] for one in (ident, draft)] == ["Cancel", "Draft"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"resource_id": "7,x"}, "resource_id is not a number"),
        ({"resource_id": 7}, "resource_id 7 is unknown"),
        ({"date_from": "2027-02-30"}, "date_from is not valid"),
        ({"date_from": "2027-03-02", "date_to": "2027-03-01"}, "date_to must not be before date_from"),
        ({"time_from": "noon"}, "time_from is not valid"),
        ({"time_from": "11", "time_to": "10"}, "time_to must be after time_from"),
        ({"show_details": "some"}, "show_details is not valid"),
        ({"limit": -1}, "limit is out of range"),
    ],
)
async def test_questions_that_make_no_sense(venue: Venue, asked: dict[str, Any], message: str) -> None:
    assert refused(await venue.client.get("/booking_list", params=asked)) == message


@pytest.mark.parametrize("ident", ["7", "x", "9" * 30, "-1"])
async def test_a_booking_that_is_not_there(venue: Venue, ident: str) -> None:
    refused(await venue.client.get(f"/booking/{ident}"), 404)
