"""Bookings that recur: by day, week, month and year, all of their instances or none."""

from datetime import timedelta
from typing import Any

import pytest

from tests.dialects.locaboo.booking import NINE, add, added, days, instances, no, recurring, shown, wanted
from tests.dialects.locaboo.venue import Venue


def after(venue: Venue, *ahead: int) -> list[str]:
    return [venue.day(day) for day in ahead]


async def test_every_day(venue: Venue) -> None:
    ident = await added(venue, recurring(venue, "day", {**NINE, "full_day": 0}, 2))
    assert [(start[-5:], end[-5:]) for _, start, end in await instances(venue, ident)] == [("09:00", "10:00")] * 3
    assert await days(venue, ident) == after(venue, 0, 1, 2)
    assert (await shown(venue, ident))["type"] == "recurring"


async def test_full_days(venue: Venue) -> None:
    ident = await added(venue, recurring(venue, "day", {"full_day": "1"}, 1))
    assert [(start[-5:], end[-5:]) for _, start, end in await instances(venue, ident)] == [("00:00", "23:59")] * 2


@pytest.mark.parametrize(("select", "step"), [("", 7), ("week", 7), ("biweek", 14), ("triweek", 21), ("quadweek", 28)])
async def test_weeks(venue: Venue, select: str, step: int) -> None:
    week = [{"day": "mon", "full_day": 1}, {"day": "wed", "from": "9", "to": "10"}]
    ident = await added(venue, recurring(venue, "week", week, 30, weekly_type_select=select))
    expected = sorted(at for first in range(0, 31, step) for at in (first, first + 2) if at <= 30)
    assert await days(venue, ident) == after(venue, *expected)


async def test_weeks_of_a_form(venue: Venue) -> None:
    params = recurring(venue, "week", None, 7)
    w = venue.world
    del params["weekly_recurrence"], params["resource_parts"]
    rows = {"weekly_recurrence[0][day]": "mon", "weekly_recurrence[0][from]": "09:00"}
    ends = {"weekly_recurrence[0][to]": "10:00", f"resource_parts[{w.hall}][]": w.left}
    response = await venue.post_form("/booking_add", {**params, **rows, **ends})
    assert response.status_code == 200, response.text
    assert await days(venue, response.json()["data"][0]["id"]) == after(venue, 0, 7)


async def test_a_night_goes_on_after_midnight(venue: Venue) -> None:
    week = [{"day": "fri", "from": "22:00", "to": "02:00"}]
    ident = await added(venue, recurring(venue, "week", week, 13))
    nights = [(venue.day(day), venue.day(day + 1)) for day in (4, 11)]
    assert [(start, end) for _, start, end in await instances(venue, ident)] == [
        times
        for first, second in nights
        for times in ((f"{first} 22:00", f"{first} 23:59"), (f"{second} 00:00", f"{second} 02:00"))
    ]
    form = {"booking_id": ident, "date_from": venue.day(), "date_to": venue.day(13), "title": "Night"}
    before = await instances(venue, ident)
    await venue.post("/booking_save", form)
    assert await instances(venue, ident) == before
    await venue.post("/booking_save", {**form, "time_to": "03:00"})
    assert [end[-5:] for _, _, end in await instances(venue, ident)] == ["23:59", "03:00"] * 2


async def test_two_times_on_a_weekday(venue: Venue) -> None:
    week = [{"day": "mon", "from": "15:00", "to": "16:00"}, {"day": "mon", **NINE}]
    ident = await added(venue, recurring(venue, "week", week, 7))
    assert [start[-5:] for _, start, _ in await instances(venue, ident)] == ["09:00", "15:00"] * 2


async def test_the_nth_day_of_every_second_month(venue: Venue) -> None:
    how = {"mode": "day", "days": {"day": "31", "month": "02"}, **NINE}
    params = recurring(venue, "month", how, 0, date_from="2027-01-01", date_to="2027-12-31")
    assert await days(venue, await added(venue, params)) == [f"2027-{month}-31" for month in ("01", "03", "05", "07")]


async def test_the_nth_weekday_of_every_month(venue: Venue) -> None:
    how = {"mode": "week", "days": {"week_number": 1, "week_day": "tue", "month": "01"}, **NINE}
    params = recurring(venue, "month", how, 0, date_from="2027-01-01", date_to="2027-03-31")
    assert await days(venue, await added(venue, params)) == ["2027-01-05", "2027-02-02", "2027-03-02"]


async def test_every_year(venue: Venue) -> None:
    how = {"day": "29", "month": "02", "full_day": 1}
    params = recurring(venue, "year", how, 0, date_from="2027-01-01", date_to="2033-01-01")
    assert await days(venue, await added(venue, params)) == ["2028-02-29", "2032-02-29"]


async def test_each_of_two_parts_at_each_time(venue: Venue) -> None:
    w = venue.world
    both = {"resource_parts": {w.hall: [w.left, w.right]}}
    ident = await added(venue, recurring(venue, "day", NINE, 2, **both))
    assert len(await instances(venue, ident)) == 6


async def test_one_time_that_is_taken_refuses_all(venue: Venue) -> None:
    await add(venue, date_from=venue.day(2), date_to=venue.day(2), time_from="09:30")
    message = await no(venue, "/booking_add", recurring(venue, "day", NINE, 4), 409)
    assert message == f"Left is taken: {venue.day(2)} 09:30 - 10:00"


async def test_all_that_is_in_the_way_up_to_five_with_a_count(venue: Venue) -> None:
    w = venue.world
    for hour in (9, 11, 13, 15):
        await add(venue, time_from=hour, time_to=hour + 1)
    hall = wanted(venue, main_resource=w.hall, time_from=8, time_to=18)
    times = ", ".join(f"{venue.day()} {hour:02}:00 - {hour + 1}:00" for hour in (9, 11, 13, 15))
    assert await no(venue, "/booking_add", hall, 409) == f"Hall is taken: {times}"
    series = recurring(venue, "day", NINE, 13, main_resource=w.sauna, resource_parts={})
    await added(venue, series)
    times = ", ".join(f"{day} 09:00 - 10:00" for day in after(venue, *range(5)))
    assert await no(venue, "/booking_add", series, 409) == f"Sauna is taken: {times}, and 9 more"


async def test_a_recurrence_that_overlaps_itself(venue: Venue) -> None:
    week = [{"day": "mon", "from": "18:00", "to": "20:00"}, {"day": "mon", "from": "19:00", "to": "21:00"}]
    times = ", ".join(f"{day} 18:00 - 20:00" for day in after(venue, 0, 7))
    params = recurring(venue, "week", week, 7)
    assert await no(venue, "/booking_add", params, 409) == f"The request overlaps itself in Left: {times}"
    await add(venue, time_from="18:00", time_to="20:00")
    assert "Left is taken: " in await no(venue, "/booking_add", params, 409)


async def test_hours_stay_when_clocks_change(venue: Venue) -> None:
    params = recurring(venue, "day", NINE, 0, date_from="2027-03-27", date_to="2027-03-29")
    assert {start[-5:] for _, start, _ in await instances(venue, await added(venue, params))} == {"09:00"}


BAD: list[tuple[str, Any, str]] = [
    ("day", NINE | {"to": "09:00"}, "daily_recurrence[to] must be after daily_recurrence[from]"),
    ("day", {"from": "09:00"}, "daily_recurrence[to] is required"),
    ("day", {"from": "25:00", "to": "26:00"}, "daily_recurrence[from] is not valid"),
    ("day", "daily", "daily_recurrence is not valid"),
    ("week", [], "weekly_recurrence is required"),
    ("week", ["mon"], "weekly_recurrence is not valid"),
    ("week", [{"day": "someday", **NINE}], "weekly_recurrence[day] is not one of the accepted values"),
    ("week", [{"day": "mon", "full_day": 1}] * 71, "weekly_recurrence are too many"),
    ("month", {"mode": "day", "days": "all", **NINE}, "monthly_recurrence[days] is not valid"),
    ("month", {"mode": "never", "days": {}, **NINE}, "monthly_recurrence[mode] is not one of"),
    ("month", {"mode": "week", "days": {"week_number": 6}, **NINE}, "monthly_recurrence[days][week_number] is out of"),
    ("month", NINE, "monthly_recurrence[mode] is required"),
    ("year", {"day": 30, "month": 2, **NINE}, "yearly_recurrence[day] is not valid"),
    ("year", {"day": 1, "month": 13, **NINE}, "yearly_recurrence[month] is out of range"),
    ("year", {"day": 1, "month": 1, **NINE}, "The recurrence has no instance between date_from and date_to"),
]


@pytest.mark.parametrize(("kind", "how", "message"), BAD)
async def test_recurrences_that_make_no_sense(venue: Venue, kind: str, how: Any, message: str) -> None:
    params = recurring(venue, kind, how, 14, date_from="2027-03-01", date_to="2027-03-31")
    assert message in await no(venue, "/booking_add", params)


async def test_without_an_end_or_with_too_many_times(venue: Venue) -> None:
    endless = recurring(venue, "day", NINE, 0, date_to="")
    assert await no(venue, "/booking_add", endless) == "date_to is required"
    far = f"{venue.monday() + timedelta(days=10_000):%Y-%m-%d}"
    assert "Too many instances" in await no(venue, "/booking_add", recurring(venue, "day", NINE, 0, date_to=far))
    unknown = recurring(venue, "day", NINE, 3, recurrence_type="hour")
    assert await no(venue, "/booking_add", unknown) == "recurrence_type is not one of the accepted values"
    nothing = recurring(venue, "day", "", 3)
    assert await no(venue, "/booking_add", nothing) == "daily_recurrence is required"
