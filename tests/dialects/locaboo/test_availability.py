"""Free times: which resources, which steps, under which conditions."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from kalends.actions.catalog.custom_fields import add_field, set_values
from kalends.actions.catalog.resources import add_resource
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.resource import ResourcePatch
from tests.acts import book_item
from tests.desk import hour_of
from tests.dialects.locaboo.vendor import example, open_vendor
from tests.dialects.locaboo.venue import Venue, refused

MORNING = [Opening(weekday, 480, 720) for weekday in range(1, 8)]


async def test_the_free_times_of_the_page(venue: Venue, db: asyncpg.Pool) -> None:
    vendor = await open_vendor(venue, db, venue.world.now)
    await vendor.add_trees()
    for id_, title, kind, value in ((1, "A", "numeric", "8"), (2, "B", "checkbox", "on"), (3, "C", "numeric", "10.0")):
        await vendor.add_field(id_, title, kind)
        await vendor.write("insert into custom_field_value values ($1, $2, 48, $3)", id_, value)
    await vendor.write("update resource set always_open = false where account_id = $1 and id = 48")
    await vendor.write(
        "insert into opening (account_id, resource_id, weekday, opens, closes) select $1, 48, d, 480, 960"
        " from generate_series(1, 7) d"
    )
    params = {
        "resource_id": "48",
        "date_from": venue.day(),
        "date_to": venue.day(61),
        "duration": "02:00",
        "limit": "4",
    }
    conditions = {"ids": "1,2,3", "conditions": "great_than_et,,et", "values": "0,True,10"}
    body = await vendor.get("/availability", **params, **{f"free_text_field_{k}": v for k, v in conditions.items()})
    names = [row.pop("resource_name") for row in body["data"]]  # not on the page
    assert names == ["Stefan Test > Kleine Halle", "Stefan Test > Große Halle"]
    assert body == example("availability", d2018_11_01=venue.day())


async def free(venue: Venue, resource_id: object, **params: Any) -> list[str]:
    """The starts of the free times of one resource on that Monday, or as asked."""
    body = await venue.get(
        "/availability", **{"date_from": venue.day(), "date_to": venue.day(), "resource_id": resource_id, **params}
    )
    assert body["total"] == sum(len(times) for row in body["data"] for times in dict(row["dates"]).values())
    return [
        f"{time['time_from']}-{time['time_to']}"
        for row in body["data"]
        for time in dict(row["dates"]).get(venue.day(), [])
    ]


async def test_an_hour_at_a_time_from_each_opening_on(venue: Venue) -> None:
    times = await free(venue, venue.world.ada)
    assert times == [f"{hour:02}:00-{hour + 1:02}:00" for hour in range(8, 16)]
    weekend = {"date_from": venue.day(5), "date_to": venue.day(6), "resource_id": venue.world.ada}
    assert (await venue.get("/availability", **weekend))["data"][0]["dates"] == []


@pytest.mark.parametrize("length", ["02:30", "150", "2:30"])
async def test_a_length_in_hours_or_in_minutes(venue: Venue, length: str) -> None:
    assert await free(venue, venue.world.ada, duration=length) == ["08:00-10:30", "10:30-13:00", "13:00-15:30"]


async def test_the_last_hour_of_a_day_ends_at_its_last_minute(venue: Venue) -> None:
    assert (await free(venue, venue.world.sauna))[-1] == "23:00-23:59"
    assert (await free(venue, venue.world.sauna, duration="05:00"))[-1] == "15:00-20:00"
    assert await free(venue, venue.world.sauna, duration="24:00") == ["00:00-23:59"]


async def test_a_part_of_the_day(venue: Venue) -> None:
    assert await free(venue, venue.world.ada, time_from="11", time_to="13:00") == ["11:00-12:00", "12:00-13:00"]
    assert await free(venue, venue.world.ada, time_from="11:30", time_to="13:30") == ["11:30-12:30", "12:30-13:30"]
    evening = {"time_from": "15:30", "time_to": "18:00", "duration": "00:30"}
    assert await free(venue, venue.world.ada, **evening) == ["15:30-16:00"]


async def test_the_grid_begins_at_the_later_of_opening_and_part_of_the_day(venue: Venue) -> None:
    two_hours = {"time_from": "09:00", "time_to": "11:00", "duration": "02:00"}
    for resource_id in (venue.world.ada, venue.world.sauna):  # open from 8, and always
        assert await free(venue, resource_id, **two_hours) == ["09:00-11:00"]
    assert await free(venue, venue.world.ada, time_from="07:00", time_to="11:00", duration="01:30") == [
        "08:00-09:30",
        "09:30-11:00",
    ]


@pytest.mark.parametrize("end", ["23:59", "24:00", "24", "00:00", "0"])
async def test_a_part_of_the_day_up_to_its_end(venue: Venue, end: str) -> None:
    assert await free(venue, venue.world.sauna, time_from="22:00", time_to=end) == ["22:00-23:00", "23:00-23:59"]


async def test_a_booked_part_blocks_the_whole_and_not_its_sibling(venue: Venue) -> None:
    w = venue.world
    await book_item(w.ctx(), hour_of(w.left, venue.monday() + timedelta(hours=9)))
    booked = "09:00-10:00"
    assert booked not in await free(venue, w.left, time_from="8", time_to="11")
    assert booked in await free(venue, w.right, time_from="8", time_to="11")
    await book_item(w.ctx(), hour_of(w.hall, venue.monday() + timedelta(hours=13)))
    assert "13:00-14:00" not in await free(venue, w.right)


async def test_what_is_offered_can_be_booked_and_is_gone_then(venue: Venue) -> None:
    w = venue.world
    await book_item(w.ctx(), hour_of(w.ada, venue.monday() + timedelta(hours=9, minutes=30)))
    assert await free(venue, w.ada, time_to="13:00") == ["08:00-09:00", "11:00-12:00", "12:00-13:00"]


async def ids(venue: Venue, **params: Any) -> list[int]:
    """The resources that are answered."""
    body = await venue.get("/availability", **{"date_from": venue.day(), "date_to": venue.day(), **params})
    return [row["resource_id"] for row in body["data"]]


async def test_parts_stand_for_their_whole(venue: Venue) -> None:
    w = venue.world
    assert await ids(venue) == [w.ada, w.bo, w.left, w.right, w.sauna]
    assert await ids(venue, resource_id=f"{w.sauna},{w.hall},{w.left}") == [w.sauna, w.left, w.right]
    assert await ids(venue, resource_id=w.right) == [w.right]
    corner = await add_resource(w.ctx(), ResourcePatch(title="Corner", kind="space", parent_id=w.left))
    assert await ids(venue, resource_id=w.hall) == [corner.id, w.right]
    assert await ids(venue, **{"resource_id[]": [w.ada, w.bo]}) == [w.ada, w.bo]
    assert await ids(venue, **{"resource_id[0]": w.ada, "resource_id[1]": w.bo}) == [w.ada, w.bo]
    assert await ids(venue, **{"resource_id[]": [f"{w.ada},{w.bo}", w.sauna]}) == [w.ada, w.bo, w.sauna]
    assert await ids(venue, resource_id="") == [w.ada, w.bo, corner.id, w.right, w.sauna]


async def test_the_limit_is_for_all_together(venue: Venue) -> None:
    w = venue.world
    body = await venue.get("/availability", date_from=venue.day(), date_to=venue.day(3), limit=10)
    assert body["total"] == 10
    assert [sum(map(len, dict(row["dates"]).values())) for row in body["data"]] == [10, 0, 0, 0, 0]
    assert body["data"][0] == {
        "resource_id": w.ada,
        "resource_name": "Ada",
        "dates": {
            venue.day(): [{"time_from": f"{hour:02}:00", "time_to": f"{hour + 1:02}:00"} for hour in range(8, 16)],
            venue.day(1): [{"time_from": f"{hour:02}:00", "time_to": f"{hour + 1:02}:00"} for hour in range(8, 10)],
        },
    }
    assert body["data"][1]["dates"] == []


async def test_what_is_past_is_not_offered(venue: Venue) -> None:
    body = await venue.get("/availability", date_from="2020-01-06", date_to="2020-01-10", resource_id=venue.world.ada)
    assert (body["data"][0]["dates"], body["total"]) == ([], 0)


async def test_conditions_on_fields(venue: Venue) -> None:
    w = venue.world
    persons = await add_field(w.ctx(), CustomFieldPatch(title="Persons", kind="numeric"))
    seats = await add_field(w.ctx(), CustomFieldPatch(title="Seats", kind="select", options=("A", "B")))
    stage = await add_field(w.ctx(), CustomFieldPatch(title="Stage", kind="checkbox"))
    await set_values(w.ctx(), w.hall, {persons.id: 9, seats.id: "A", stage.id: "on"})
    await set_values(w.ctx(), w.right, {persons.id: "10.0", seats.id: "B"})
    await set_values(w.ctx(), w.sauna, {persons.id: 6})

    async def meeting(*conditions: tuple[int, str, str], behind: str = "_str") -> list[int]:
        names = ("ids", "conditions", "values")
        lists = (",".join(map(str, column)) for column in zip(*conditions, strict=True))
        return await ids(venue, **{f"free_text_field_{n}{behind}": v for n, v in zip(names, lists, strict=True)})

    for word, met in (
        ("less_than", [w.sauna]),
        ("less_than_et", [w.left, w.sauna]),
        ("et", [w.left]),
        ("great_than_et", [w.left, w.right]),
        ("great_than", [w.right]),
    ):
        assert await meeting((persons.id, word, "9.0")) == met
    assert await meeting((persons.id, "great_than", "6"), (seats.id, "et", "B"), behind="") == [w.right]
    assert await meeting((stage.id, "et", "True")) == [w.left, w.right]
    assert await meeting((seats.id, "", "B"), (persons.id, "great_than", "6")) == [w.right]
    assert await meeting((persons.id, "great_than_et", "0"), (stage.id, "", "True")) == [w.left, w.right]
    assert await meeting((persons.id, "et", ""), (stage.id, "", "True"), behind="") == [w.left, w.right]
    assert await meeting((persons.id, "", "6")) == [w.sauna]
    assert await meeting((persons.id, "", "")) == [w.ada, w.bo, w.left, w.right, w.sauna]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"date_from": ""}, "date_from is required"),
        ({"date_to": "2026-02-30"}, "date_to is not valid"),
        ({"date_to": "2020-01-01"}, "date_to must not be before date_from"),
        ({"date_to": "8999-01-01"}, "date_to is out of range"),
        ({"time_from": "12:00", "time_to": "12:00"}, "time_to must be after time_from"),
        ({"time_from": "25"}, "time_from is not valid"),
        ({"time_from": "24:00"}, "time_from is out of range"),
        ({"time_to": "noon"}, "time_to is not valid"),
        ({"duration": "0"}, "duration must be at least 1"),
        ({"duration": "00:00"}, "duration must be at least 1"),
        ({"duration": "1441"}, "duration is out of range"),
        ({"duration": "an hour"}, "duration is not a number"),
        ({"limit": "0"}, "limit must be at least 1"),
        ({"limit": "many"}, "limit is not a number"),
        ({"resource_id": "1,x"}, "resource_id is not a number"),
        ({"free_text_field_ids": "1"}, "free_text_field_conditions is required; free_text_field_values is required"),
        (
            {"free_text_field_ids_str": "1", "free_text_field_values_str": "8"},
            "free_text_field_conditions_str is required",
        ),
        (
            {
                f"free_text_field_{name}_str": text
                for name, text in (("ids", "1,2"), ("conditions", ","), ("values", "8"))
            },
            "free_text_field_values_str must have as many values as free_text_field_ids_str",
        ),
    ],
)
async def test_what_can_not_be_asked(venue: Venue, changes: dict[str, str], message: str) -> None:
    params = {"date_from": venue.day(), "date_to": venue.day(), **changes}
    assert refused(await venue.client.get("/availability", params=params)) == message


@pytest.mark.parametrize(
    ("conditions", "values", "message"),
    [
        ("et,et", "8", "free_text_field_conditions must have as many values as free_text_field_ids"),
        ("et", "8,9", "free_text_field_values must have as many values as free_text_field_ids"),
        ("equal", "8", "free_text_field_conditions equal is not one of the accepted values"),
        ("et", "many", "free_text_field_values many is not a number"),
        ("et" * 50, "8", "free_text_field_conditions is not one of the accepted values"),
    ],
)
async def test_conditions_that_make_no_sense(venue: Venue, conditions: str, values: str, message: str) -> None:
    field = await add_field(venue.world.ctx(), CustomFieldPatch(title="Persons", kind="numeric"))
    params = {"date_from": venue.day(), "date_to": venue.day(), "free_text_field_ids": str(field.id)}
    sent = {**params, "free_text_field_conditions": conditions, "free_text_field_values": values}
    assert refused(await venue.client.get("/availability", params=sent)) == message
    unknown = {**sent, "free_text_field_ids_str": str(field.id + 999), "free_text_field_values": "8"}
    unknown["free_text_field_conditions"] = "et"
    message = f"free_text_field_ids_str {field.id + 999} is unknown"
    assert refused(await venue.client.get("/availability", params=unknown)) == message


async def test_unknown_resources_and_inventory(venue: Venue) -> None:
    for which in (999_999_999, venue.world.projectors):
        params = {"date_from": venue.day(), "date_to": venue.day(), "resource_id": f"{venue.world.ada},{which}"}
        assert refused(await venue.client.get("/availability", params=params), 404) == f"resource_id {which} is unknown"


async def test_a_year_of_everything_and_no_more(venue: Venue) -> None:
    body = await venue.get("/availability", date_from=venue.day(), date_to=venue.day(365))
    assert body["total"] > 26_000
    for params in ({"date_to": venue.day(366)}, {"date_to": venue.day(365), "duration": "1"}):
        answer = await venue.client.get("/availability", params={"date_from": venue.day(), **params})
        assert refused(answer) == "date_to is out of range"
