"""Resources with their parts, listed, shown and added."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from kalends.actions.accounts.keys import create_key
from kalends.actions.availability.hours import set_exception_days
from kalends.actions.catalog import custom_fields
from kalends.actions.catalog.resources import add_resource, get_resource, remove_resource
from kalends.actions.catalog.sites import add_site
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.site import SitePatch
from tests.dialects.locaboo.booking import wanted
from tests.dialects.locaboo.vendor import Vendor, example, open_vendor
from tests.dialects.locaboo.venue import Venue, refused, worked
from tests.dialects.place import OSLO


@pytest.fixture
async def vendor(venue: Venue, db: asyncpg.Pool) -> Vendor:
    return await open_vendor(venue, db, venue.world.now)


async def test_the_list_of_the_page(vendor: Vendor) -> None:
    await vendor.add_trees()
    await vendor.add_field(1, "Persons", "numeric")
    await vendor.add_field(2, "Seat Type", "select", "A", "B")
    body = await vendor.get("/resource_list")
    for row in body["data"]:
        for shown in (row, *row["parts"]):
            assert [field["id"] for field in shown.pop("free_text_fields")] == [1, 2]  # not on the page
    assert body == example("resource_list")


async def test_the_resource_of_the_page(vendor: Vendor) -> None:
    today = vendor.ctx.now.astimezone(vendor.ctx.zone).date()
    await vendor.add_trees()
    await vendor.write("insert into category (account_id, id, title) values ($1, 564, 'Box')")
    await vendor.write(
        "update resource set category_id = 564, image = $2, always_open = false where account_id = $1 and id = 51",
        "https://app.locaboo/files/location/51/thumb_Buzz Aldrin on the moon_HD.jpg",
    )
    await vendor.write(
        """
        insert into opening_exception (account_id, resource_id, day_from, day_until, opens, closes, created_at,
            updated_at) values ($1, 51, $2, $3, 630, 1440, now(), now())
        """,
        *(today, today + timedelta(days=1)),
    )
    await vendor.write("insert into holiday_calendar (account_id, name) values ($1, 'Own')")
    calendar = "(select id from holiday_calendar where account_id = $1)"
    await vendor.write(f"insert into holiday values ($1, {calendar}, $2, 'New Holiday')", today)
    await vendor.write(f"update site set holiday_calendar_id = {calendar} where account_id = $1")
    expected = example("resource", d2020_07_06=str(today))
    expected["data"]["manager"] = vendor.ctx.account.id
    assert await vendor.get("/resource/51") == expected


async def test_roots_stand_in_their_order_with_all_that_is_below(venue: Venue) -> None:
    w = venue.world
    corner = await add_resource(w.ctx(), ResourcePatch(title="Corner", kind="space", parent_id=w.left))
    await add_resource(w.ctx(), ResourcePatch(title="Lamp", kind="inventory", parent_id=w.hall))
    first = await add_resource(w.ctx(), ResourcePatch(title="First", kind="space", position=-1))
    await remove_resource(w.ctx(), w.sauna)
    body = await venue.get("/resource_list")
    assert [row["id"] for row in body["data"]] == [first.id, w.ada, w.bo, w.hall]
    assert [part["id"] for part in body["data"][-1]["parts"]] == [w.left, corner.id, w.right]
    assert (body["total"], body["free_text_fields"]) == (4, [])


async def test_what_fields_say_of_a_hall_holds_for_its_parts(venue: Venue) -> None:
    w = venue.world
    seats = await custom_fields.add_field(
        w.ctx(), CustomFieldPatch(title="Seat Type", kind="select", options=("A", "B"))
    )
    stage = await custom_fields.add_field(w.ctx(), CustomFieldPatch(title="Stage", kind="checkbox"))
    await custom_fields.set_values(w.ctx(), w.hall, {seats.id: "A"})
    await custom_fields.set_values(w.ctx(), w.left, {seats.id: "B", stage.id: True})
    body = await venue.get("/resource_list")
    (hall,) = [row for row in body["data"] if row["id"] == w.hall]
    values = [[field["value"] for field in resource["free_text_fields"]] for resource in (hall, *hall["parts"])]
    assert values == [["A", ""], ["B", "on"], ["A", ""]]
    assert hall["free_text_fields"][0] == {
        "id": seats.id,
        "label": "Seat Type",
        "name": "Seat Type",
        "value": "A",
        "field_type": "select",
        "type": "select",
        "config": {"options": ["A", "B"]},
        "field_label": "Seat Type",
        "field_name": f"category_fields[{w.hall}][{seats.id}]",
        "field_config": {"options": {"A": {"value": "A"}, "B": {"value": "B"}}},
    }
    in_left, box = hall["parts"][0]["free_text_fields"]
    assert (box["field_type"], box["field_config"]) == ("checkbox", {"options": {}})
    form = {**wanted(venue, main_resource=w.left), in_left["field_name"]: "B"}
    ident = worked(await venue.post_form("/booking_add", form))["data"][0]["id"]
    shown = (await venue.get(f"/booking/{ident}"))["data"]["resources"][0]["custom_fields"]
    assert shown[str(w.hall)][f"mf_{seats.id}"]["value"] == "B"
    assert body["free_text_fields"][1] == {"id": stage.id, "name": "Stage", "type": "checkbox"}


async def test_a_key_of_some_sites_sees_no_others(venue: Venue) -> None:
    w = venue.world
    _, secret = await create_key(
        w.ctx(), "locaboo", site_ids=frozenset({(await add_site(w.ctx(), SitePatch(name="North"))).id})
    )
    body = worked(await venue.client.get("/resource_list", params={"api_secret_key": secret}))
    assert (body["data"], body["total"]) == ([], 0)
    assert "unknown" in refused(await venue.client.get(f"/resource/{w.hall}", params={"api_secret_key": secret}), 404)


async def test_a_part_is_shown_with_the_hours_and_the_address_of_the_whole(venue: Venue) -> None:
    w = venue.world
    await w.db.execute(
        """
        update site set street = 'Storgata 1', postcode = '0155', city = 'Oslo', phone = '22', details = $2
        where account_id = $1
        """,
        w.account.id,
        {"locaboo": {"fax": "23"}},
    )
    shown = (await venue.get(f"/resource/{w.left}"))["data"]
    assert shown["today_opening_times"] == [["00:00", "23:59"]]
    assert [shown[name] for name in ("street_hnr", "zip", "city", "country")] == ["Storgata 1", "0155", "Oslo", "NO"]
    assert [shown[name] for name in ("phone", "fax", "category_id", "category_name")] == ["22", "23", None, ""]
    assert shown["today_holidays"] == []


async def test_opening_times_of_today_and_why_there_are_none(venue: Venue) -> None:
    w = venue.world
    today = w.now.astimezone(OSLO).date()
    hours = [Opening(weekday, opens, closes) for weekday in range(1, 8) for opens, closes in ((1080, 1560), (540, 720))]
    bar = await add_resource(w.ctx(), ResourcePatch(title="Bar", kind="space", notes="Smoky"), hours)
    shown = (await venue.get(f"/resource/{bar.id}"))["data"]
    assert shown["today_opening_times"] == [["09:00", "12:00"], ["18:00", "02:00"]]
    assert shown["public_comment"] == "Smoky"
    await set_exception_days(w.ctx(), bar.id, {today: []})
    shown = (await venue.get(f"/resource/{bar.id}"))["data"]
    assert shown["today_opening_times"] == []
    assert shown["today_holidays"] == [{"title": "", "from": str(today), "to": str(today)}]


@pytest.mark.parametrize("which", ["0", "abc", "99999999999999999999", "٣", "-1"])
async def test_an_unknown_resource(venue: Venue, which: str) -> None:
    assert refused(await venue.client.get(f"/resource/{which}"), 404) == f"resource_id {which} is unknown"


async def test_inventory_and_what_another_account_has_are_no_resources(venue: Venue, venue_with: Any) -> None:
    other = await venue_with()
    for which in (venue.world.projectors, other.world.hall + 0):
        answer = await venue.client.get(f"/resource/{which}")
        assert answer.status_code == 404


async def test_a_hall_and_a_part_of_it_are_added(venue: Venue) -> None:
    made = worked(await venue.post("/resource_add", title="Dome"))
    assert made == {"data": [{"id": made["data"][0]["id"], "message": "Successfully Added"}], "success": True}
    whole = made["data"][0]["id"]
    part = worked(await venue.post_form("/resource_add", {"title": "Ice", "parent_id": str(whole)}))["data"][0]["id"]
    kept = await get_resource(venue.world.ctx(), part)
    assert (kept.kind, kept.title, kept.path, kept.always_open) == ("space", "Ice", (whole, part), True)


@pytest.mark.parametrize(
    ("params", "status", "message"),
    [
        ({}, 400, "title is required"),
        ({"title": "  "}, 400, "title is required"),
        ({"title": "x" * 256}, 400, "title is too long"),
        ({"title": "Ice", "parent_id": "left"}, 400, "parent_id is not a number"),
        ({"title": "Ice", "parent_id": "999999999"}, 404, "parent_id 999999999 is unknown"),
    ],
)
async def test_what_can_not_be_added(venue: Venue, params: dict[str, Any], status: int, message: str) -> None:
    before = await venue.get("/resource_list")
    assert refused(await venue.post("/resource_add", params), status) == message
    assert await venue.get("/resource_list") == before
