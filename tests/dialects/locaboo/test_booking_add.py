"""Adding bookings: places, times, extras and all that is kept."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kalends.actions.availability.hours import set_exception_days
from kalends.actions.catalog.custom_fields import add_field
from kalends.actions.catalog.inventory import set_inventory_resources
from kalends.actions.catalog.prices import add_group, set_prices
from kalends.actions.catalog.services import add_service
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.service import ServicePatch
from tests.dialects.locaboo.booking import NINE, add, added, instances, no, recurring, shown, wanted
from tests.dialects.locaboo.venue import Venue, worked

EXAMPLE = Path(__file__).parent / "examples" / "booking_add.json"


async def test_what_the_page_answers(venue: Venue) -> None:
    answer = worked(await venue.post("/booking_add", wanted(venue)))
    example = msgspec.json.decode(EXAMPLE.read_bytes())
    example["data"][0]["id"] = answer["data"][0]["id"]
    assert answer == example


async def test_a_part_stands_under_its_main_resource(venue: Venue) -> None:
    ident = await add(venue, title="Choir")
    assert await instances(venue, ident) == [("Hall > Left", f"{venue.day()} 09:00", f"{venue.day()} 10:00")]
    booking = await shown(venue, ident)
    assert (booking["title"], booking["type"], booking["booking_status"]) == ("Choir", "special", "Live")
    assert booking["resources"][0]["resource_id"] == venue.world.hall


async def test_a_hall_blocks_its_parts_and_is_named(venue: Venue) -> None:
    await add(venue, main_resource=venue.world.hall)
    message = await no(venue, "/booking_add", wanted(venue), 409)
    assert message == f"Left is taken: {venue.day()} 09:00 - 10:00"


async def test_all_days_that_are_taken_are_named(venue: Venue) -> None:
    for days, more in ((1, ""), (6, ", and 2 more")):
        params = recurring(venue, "day", NINE, days)
        await venue.post("/booking_add", params)
        times = ", ".join(f"{venue.day(day)} 09:00 - 10:00" for day in range(min(days + 1, 5)))
        message = await no(venue, "/booking_add", params, 409)
        assert message == f"Left is taken: {times}{more}"
        await venue.world.db.execute("delete from claim where account_id = $1", venue.world.account.id)


async def test_a_part_blocks_the_hall_and_not_its_sibling(venue: Venue) -> None:
    await add(venue)
    w = venue.world
    assert "is taken" in await no(venue, "/booking_add", wanted(venue, main_resource=w.hall), 409)
    await add(venue, main_resource=w.hall, resource_parts={w.hall: [w.right]})


async def test_parts_of_several_main_resources(venue: Venue) -> None:
    w = venue.world
    parts = {w.sauna: [], w.hall: [w.left, w.right]}
    ident = await add(venue, main_resource=w.hall, resource_parts=parts)
    assert [where for where, _, _ in await instances(venue, ident)] == ["Hall > Left", "Hall > Right", "Sauna"]
    assert [main["resource_id"] for main in (await shown(venue, ident))["resources"]] == [w.hall, w.sauna]


async def test_a_main_resource_whose_parts_are_not_named_is_taken_whole(venue: Venue) -> None:
    w = venue.world
    ident = await add(venue, main_resource=w.sauna, resource_parts={w.hall: w.left})
    assert sorted(where for where, _, _ in await instances(venue, ident)) == ["Hall > Left", "Sauna"]
    whole = await add(venue, main_resource=w.hall, resource_parts={w.hall: [w.left, w.hall]}, time_from=11, time_to=12)
    assert [where for where, _, _ in await instances(venue, whole)] == ["Hall"]


async def test_query_form_and_json_say_the_same(venue: Venue) -> None:
    w = venue.world
    flat = {name: value for name, value in wanted(venue).items() if name != "resource_parts"}
    nested = {**flat, f"resource_parts[{w.hall}][]": w.left}
    numbered = {**flat, f"resource_parts[{w.hall}][0]": w.left, "time_from": "11", "time_to": "12"}
    answers = [
        await venue.post_form("/booking_add", nested),
        await venue.client.post("/booking_add", params=numbered),
        await venue.post("/booking_add", {**wanted(venue), "time_from": "13", "time_to": "14"}),
    ]
    places = [await instances(venue, worked(answer)["data"][0]["id"]) for answer in answers]
    assert [(where, start[-5:]) for [(where, start, _)] in places] == [
        ("Hall > Left", "09:00"),
        ("Hall > Left", "11:00"),
        ("Hall > Left", "13:00"),
    ]


async def test_inventory_is_taken_once_for_a_main_resource(venue: Venue) -> None:
    w = venue.world
    both = {"main_resource": w.hall, "resource_parts": {w.hall: [w.left, w.right]}}
    ident = await add(venue, **both, inventory={w.hall: {w.projectors: {"checked": "on", "quantity": 2}}})
    assert (await shown(venue, ident))["resources"][0]["inventory"][str(w.projectors)]["quantity"] == "2"
    more = wanted(venue, main_resource=w.sauna, inventory={w.sauna: {w.projectors: {"checked": 1, "quantity": "2"}}})
    assert await no(venue, "/booking_add", more, 409) == (
        f"Too few of Projectors are left, of 3 in all: {venue.day()} 09:00 - 10:00"
    )
    more["inventory"][w.sauna][w.projectors]["quantity"] = 1
    await added(venue, more)


async def test_a_service_that_is_not_checked_is_passed_over(venue: Venue) -> None:
    w = venue.world
    tea, cake = [(await add_service(w.ctx(), ServicePatch(title=name, kind="product"))).id for name in ("Tea", "Cake")]
    ident = await add(venue, services={w.hall: {tea: {"checked": "on"}, cake: {"quantity": 3}}})
    features = (await shown(venue, ident))["resources"][0]["features"]
    assert [(feature["rule_name"], feature["quantity"]) for feature in features.values()] == [
        ("Tea", "1"),
        ("Cake", "0"),
    ]


async def test_custom_fields_by_main_resource(venue: Venue) -> None:
    w = venue.world
    seats = (await add_field(w.ctx(), CustomFieldPatch(title="Seats", kind="numeric"))).id
    ident = await add(venue, category_fields={w.left: {seats: 21}})
    mine = {str(w.hall): {f"mf_{seats}": {"label": "Seats", "value": "21", "category": None}}}
    assert (await shown(venue, ident))["resources"][0]["custom_fields"] == mine
    later = await add(venue, time_from=11, time_to=12, category_fields={w.hall: {f"mf_{seats}": 21}})
    assert (await shown(venue, later))["resources"][0]["custom_fields"] == mine
    await venue.post("/booking_save", {"booking_id": later, "booking_status": "Cancel"})
    [listed] = (await venue.get("/booking_list", show_details=1))["data"]
    assert listed["custom_fields"] == mine
    values = {w.hall: {seats: "many", 7: "x"}}
    assert await no(venue, "/booking_add", wanted(venue, category_fields=values)) == (
        f"category_fields[{w.hall}][{seats}] is not a number; category_fields[{w.hall}][7] is unknown"
    )


async def test_what_is_kept_is_given_back(venue: Venue) -> None:
    w = venue.world
    kept: dict[str, Any] = {
        "custom_color": 1,
        "color": "#ff0000",
        "season_id": "12",
        "entrance_hall": 1,
        "booking_hidden_widget": 0,
        "internal_comments": "Ask the caretaker",
        "comments": "Welcome",
        "persons": [w.ola],
        "booking_mode": "booking_request",
    }
    booking = await shown(venue, await add(venue, **{**kept, "persons": f"{w.ola}"}, customer_id=str(w.kari)))
    assert {name: booking[name] for name in kept} == kept
    assert (booking["customer_id"], booking["customer"], booking["booking_status"]) == (
        str(w.kari),
        "Kari Nordmann",
        "Request",
    )


async def test_whole_days_and_a_time_over_several(venue: Venue) -> None:
    two = {"date_to": venue.day(1), "time_from": "", "time_to": ""}
    whole = await instances(venue, await add(venue, **two, multi_day=1))
    assert [(start, end) for _, start, end in whole] == [
        (f"{venue.day(at)} 00:00", f"{venue.day(at)} 23:59") for at in (0, 1)
    ]
    over = {"date_from": venue.day(7), "date_to": venue.day(8), "time_from": "20:00", "time_to": "02:00"}
    night = await instances(venue, await add(venue, **over))
    assert [(start[-5:], end[-5:]) for _, start, end in night] == [("20:00", "23:59"), ("00:00", "02:00")]


async def test_extras_go_with_the_first_place_that_can_have_them(venue: Venue) -> None:
    w = venue.world
    await set_inventory_resources(w.ctx(), w.projectors, [w.right])
    extras = {"inventory": {w.hall: {w.projectors: {"checked": "on"}}}}
    message = await no(venue, "/booking_add", wanted(venue, **extras))
    assert message == f"inventory[{w.hall}][{w.projectors}] is not offered with this resource"
    ident = await add(venue, **extras, main_resource=w.hall, resource_parts={w.hall: [w.left, w.right]})
    rows = await w.db.fetch("select resource_id from item where booking_id = $1 and extras <> '[]'", ident)
    assert [row[0] for row in rows] == [w.right]


async def test_prices_of_what_may_go_with_it(venue: Venue) -> None:
    w = venue.world
    clubs = await add_group(w.ctx(), "Clubs")
    tea = await add_service(w.ctx(), ServicePatch(title="Tea", kind="product", price=Decimal("2.50")))
    await w.db.execute("update customer set group_id = $2 where account_id = $1", w.account.id, clubs.id)
    cheap, dear = (Price(per="day", amount=Decimal(3), group_ids=(clubs.id,)), Price(per="day", amount=Decimal(9)))
    await set_prices(w.ctx(), [dear, cheap], resource_id=w.projectors)
    [main] = (await shown(venue, await add(venue, customer_id=w.kari)))["resources"]
    usual = {"price_cost": 0, "quantity": "0"}
    assert main["features"] == {
        str(tea.id): {"rule_interval": "per_quantity", "rule_price": 2.5, "rule_name": "Tea", **usual}
    }
    assert main["inventory"] == {
        str(w.projectors): {"rule_interval": "per_day", "rule_price": 3, "rule_name": "Projectors", **usual}
    }


async def test_times_that_do_not_count_do_no_harm(venue: Venue) -> None:
    times = {"time_from": "10:00", "time_to": "09:00"}
    assert await instances(venue, await add(venue, **times, multi_day=1)) == [
        ("Hall > Left", f"{venue.day()} 00:00", f"{venue.day()} 23:59")
    ]


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("reversed dates", {"date_to": "2020-01-01"}, "date_to must not be before date_from"),
    ("30 February", {"date_from": "2027-02-30"}, "date_from is not valid"),
    ("reversed times", {"time_to": "08:00"}, "time_to must be after time_from"),
    ("no end", {"date_to": ""}, "date_to is required"),
    ("a bad mode", {"booking_mode": "maybe"}, "booking_mode is not one of the accepted values"),
    ("a text for an array", {"inventory": "all"}, "inventory is not valid"),
    ("a list for an array", {"services": [[1]]}, "services is not valid"),
    ("no color", {"custom_color": 1}, "color is required"),
    ("a bad color", {"color": "red"}, "color is not valid"),
    ("too long a title", {"title": "x" * 256}, "title is too long"),
    ("NUL", {"comments": "a\0b"}, "The request has a character that can't be kept"),
    ("a huge number", {"main_resource": 10**40, "resource_parts": {}}, "main_resource is not valid"),
    ("an array for a text", {"title": ["x"]}, "title is not valid"),
    ("a bad recurring", {"recurring": "often"}, "recurring is not valid"),
    ("an unknown resource", {"main_resource": 2**40, "resource_parts": {}}, f"main_resource {2**40} is unknown"),
    ("10,000 days", {"date_from": "2027-01-01", "date_to": "2060-01-01"}, "Too many instances"),
    ("a person nobody knows", {"persons": "5,6"}, "persons 5 is unknown; persons 6 is unknown"),
]


@pytest.mark.parametrize(("fields", "message"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
async def test_what_can_not_be_added(venue: Venue, fields: dict[str, Any], message: str) -> None:
    assert message in await no(venue, "/booking_add", {**wanted(venue), **fields})


async def test_what_belongs_to_something_else(venue: Venue) -> None:
    w = venue.world
    for fields, message in (
        ({"resource_parts": {w.hall: [w.sauna]}}, f"resource_parts[{w.hall}] {w.sauna} is not a part of"),
        ({"resource_parts": {w.hall: [[w.left]]}}, f"resource_parts[{w.hall}] is not a number"),
        ({"resource_parts": {"x": [1]}}, "resource_parts[x] is not a number"),
        ({"main_resource": w.projectors, "resource_parts": []}, f"main_resource {w.projectors} can't be booked"),
        ({"inventory": {w.sauna: {w.projectors: {"checked": 1}}}}, f"inventory[{w.sauna}] is not a resource of this"),
        ({"inventory": {w.hall: {w.left: {"checked": 1}}}}, f"inventory[{w.hall}][{w.left}] is unknown"),
        ({"services": {w.hall: {w.massage: {"checked": "on"}}}}, f"services[{w.hall}][{w.massage}] is unknown"),
        ({"inventory": {w.hall: {w.projectors: "on"}}}, f"inventory[{w.hall}][{w.projectors}] is not valid"),
    ):
        assert message in await no(venue, "/booking_add", {**wanted(venue), **fields})


async def test_more_than_there_is_and_somebody_unknown(venue: Venue) -> None:
    w = venue.world
    four = wanted(venue, inventory={w.hall: {w.projectors: {"checked": "on", "quantity": 4}}})
    assert "There are only 3 of Projectors" in await no(venue, "/booking_add", four, 409)
    none = wanted(venue, inventory={w.hall: {w.projectors: {"checked": "on", "quantity": 0}}})
    assert "[quantity] must be at least 1" in await no(venue, "/booking_add", none)
    assert await no(venue, "/booking_add", wanted(venue, customer_id=2**40), 404) == f"customer_id {2**40} is unknown"


async def test_all_that_is_missing_is_named_at_once(venue: Venue) -> None:
    message = await no(venue, "/booking_add", {"title": "😀", "recurring": 0})
    for name in ("booking_mode", "main_resource", "date_from", "date_to", "time_from", "time_to"):
        assert f"{name} is required" in message


async def test_emoji_are_text(venue: Venue) -> None:
    assert (await shown(venue, await add(venue, title="Tea 🫖")))["title"] == "Tea 🫖"


async def test_what_is_closed_is_booked_with_a_warning(venue: Venue) -> None:
    w = venue.world  # Ada works from 8 to 16, Monday to Friday
    ada = {"main_resource": w.ada, "resource_parts": {}}
    answer = worked(await venue.post("/booking_add", wanted(venue, **ada)))["data"][0]
    assert set(answer) == {"id", "message"}
    late = wanted(venue, **ada, time_from="15:30", time_to="16:30")
    answer = worked(await venue.post("/booking_add", late))["data"][0]
    assert answer["warning"] == f"Ada is not open throughout {venue.day()} 15:30 - 16:30"
    evening = {"booking_id": answer["id"], "time_from": "10:00", "time_to": "11:00"}
    assert set(worked(await venue.post("/booking_save", evening))["data"][0]) == {"id", "message"}
    holiday = (venue.monday() + timedelta(days=8)).date()
    await set_exception_days(w.ctx(), w.ada, {holiday: []})
    daily = recurring(venue, "day", {"from": "12:00", "to": "13:00"}, 13, **ada)
    closed = ", ".join(f"Ada is not open throughout {venue.day(day)} 12:00 - 13:00" for day in (5, 6, 8, 12, 13))
    assert worked(await venue.post("/booking_add", daily))["data"][0]["warning"] == closed
    nights = {"resource_id": w.ada, "date_from": venue.day(20), "date_to": venue.day(27)}
    warning = worked(await venue.post("/booking_save", nights))["data"][0]["warning"]
    assert warning.endswith(", and 3 more")
