"""Availability through the API: starts, dates, the next ones, and busy times."""

from typing import Any

import httpx
import pytest

from tests.acts import book_item
from tests.api.conftest import Connect
from tests.desk import DAY, HOUR, SOON, hour_of, made, visit
from tests.world import World

TUESDAY = {"from": "2027-03-02T00:00:00", "to": "2027-03-03T00:00:00"}


async def rows(api: httpx.AsyncClient, path: str, **params: Any) -> list[Any]:
    answer = await api.get(path, params=params)
    assert answer.status_code == 200, answer.text
    listed: list[Any] = answer.json()["data"]
    return listed


async def faults(api: httpx.AsyncClient, path: str, **params: Any) -> set[tuple[str, str]]:
    answer = await api.get(path, params=params)
    assert answer.status_code == 422, answer.text
    return {(fault["parameter"], fault["code"]) for fault in answer.json()["errors"]}


def hours(starts: list[Any]) -> list[str]:
    return [start["from"][11:16] for start in starts]


async def test_the_starts_of_a_day_have_who_is_free(api: httpx.AsyncClient, clinic: World) -> None:
    await made(clinic, visit(clinic, starts_at=SOON + DAY))
    starts = await rows(api, "/availability", service=f"svc_{clinic.massage}", **TUESDAY)
    assert hours(starts) == ["08:00", "09:00", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00"]
    assert starts[3] == {
        "from": "2027-03-02T11:00:00+01:00",
        "to": "2027-03-02T12:00:00+01:00",
        "time_zone": "Europe/Oslo",
        "free": 1,
        "capacity": 1,
        "resources": [f"res_{clinic.bo}"],
        "session": None,
    }
    assert (starts[2]["free"], len(starts[2]["resources"])) == (2, 2)


async def test_starts_of_these_resources_for_so_many(api: httpx.AsyncClient, clinic: World) -> None:
    of_ada = {"service": f"svc_{clinic.massage}", "resource": f"res_{clinic.ada}", **TUESDAY}
    assert {tuple(start["resources"]) for start in await rows(api, "/availability", **of_ada)} == {
        (f"res_{clinic.ada}",)
    }
    sauna = {"service": f"svc_{clinic.sauna_visit}", **TUESDAY}
    await book_item(clinic.ctx(), hour_of(clinic.sauna, SOON + DAY, units=4))
    assert "11:00" in hours(await rows(api, "/availability", **sauna, units=2))
    assert "11:00" not in hours(await rows(api, "/availability", **sauna, units=3))
    assert await rows(api, "/availability", **sauna, units=5) == []


async def test_starts_by_part_of_the_day_and_day_of_the_week(api: httpx.AsyncClient, clinic: World) -> None:
    week = {"service": f"svc_{clinic.massage}", "from": "2027-03-02T00:00:00", "to": "2027-03-09T00:00:00"}
    starts = await rows(api, "/availability", **week, weekday="3,5", time_from="09:00", time_to="11:00")
    assert [start["from"][8:16] for start in starts] == ["03T09:00", "03T10:00", "05T09:00", "05T10:00"]


async def test_without_a_window_it_is_the_next_fortnight(api: httpx.AsyncClient, clinic: World) -> None:
    starts = await rows(api, "/availability", service=f"svc_{clinic.massage}")
    assert starts[0]["from"] == "2027-03-01T11:00:00+01:00"
    assert starts[-1]["from"] == "2027-03-15T10:00:00+01:00"


async def test_starts_come_page_by_page(api: httpx.AsyncClient, clinic: World) -> None:
    params = httpx.QueryParams({"service": f"svc_{clinic.massage}", **TUESDAY, "limit": "3", "count": "true"})
    listed, url = list[Any](), f"/availability?{params}"
    while url:
        page = await api.get(url)
        assert page.json()["total"] == 8
        listed += page.json()["data"]
        url = page.links["next"]["url"] if page.json()["next"] else ""
    assert listed == await rows(api, "/availability", service=f"svc_{clinic.massage}", **TUESDAY)


async def test_of_classes_the_sessions_are_starts(api: httpx.AsyncClient, clinic: World) -> None:
    yoga = await clinic.class_of(5)
    (start,) = await rows(api, "/availability", service=f"svc_{clinic.yoga}")
    assert (start["session"], start["free"], start["resources"]) == (f"ses_{yoga}", 5, [])


async def test_the_dates_with_starts_are_counted(api: httpx.AsyncClient, clinic: World) -> None:
    await made(clinic, hour_of(clinic.ada, SOON + DAY))
    days = await rows(
        api,
        "/availability/days",
        service=f"svc_{clinic.massage}",
        resource=f"res_{clinic.ada}",
        to="2027-03-08",
    )
    assert [(day["date"], day["count"]) for day in days] == [
        ("2027-03-01", 5),
        ("2027-03-02", 7),
        ("2027-03-03", 8),
        ("2027-03-04", 8),
        ("2027-03-05", 8),
    ]
    assert days[0]["first"] == "2027-03-01T11:00:00+01:00"


async def test_the_next_are_found_however_far_they_are(api: httpx.AsyncClient, clinic: World) -> None:
    await made(clinic, hour_of(clinic.ada, SOON - HOUR, ends_at=SOON + 70 * DAY))
    asked = {"service": f"svc_{clinic.massage}", "resource": f"res_{clinic.ada}", "n": 2}
    starts = await rows(api, "/availability/next", **asked)
    assert [start["from"] for start in starts] == ["2027-05-10T12:00:00+02:00", "2027-05-10T13:00:00+02:00"]
    assert await rows(api, "/availability/next", **asked, to="2027-04-01T00:00:00") == []


async def test_busy_times_tell_what_is_left(api: httpx.AsyncClient, clinic: World) -> None:
    await made(clinic, visit(clinic))
    await made(clinic, hour_of(clinic.sauna, units=4))
    await made(clinic, hour_of(clinic.left))
    named = ",".join(f"res_{each}" for each in (clinic.ada, clinic.hall, clinic.right, clinic.sauna))
    busy = {each["resource"]: each for each in await rows(api, "/busy", resource=named)}
    times = {"from": "2027-03-01T11:00:00+01:00", "to": "2027-03-01T12:00:00+01:00"}
    assert busy[f"res_{clinic.ada}"] == {
        "resource": f"res_{clinic.ada}",
        "time_zone": "Europe/Oslo",
        "capacity": 1,
        "busy": [{**times, "free": 0}],
    }
    assert busy[f"res_{clinic.hall}"]["busy"] == [{**times, "free": 0}]
    assert busy[f"res_{clinic.right}"]["busy"] == []
    assert busy[f"res_{clinic.sauna}"]["busy"] == [{**times, "free": 2}]


async def test_what_is_asked_wrong_is_named_all_at_once(api: httpx.AsyncClient) -> None:
    assert await faults(
        api, "/availability", resource="res_x", units=0, weekday="8", time_from="25:00", limit=1001, colour="red"
    ) == {
        ("service", "blank"),
        ("resource", "unknown"),
        ("units", "out_of_range"),
        ("weekday", "out_of_range"),
        ("time_from", "invalid"),
        ("limit", "out_of_range"),
        ("colour", "unsupported"),
    }


@pytest.mark.parametrize("path", ["/availability", "/availability/days", "/availability/next", "/busy"])
async def test_windows_have_an_end_after_their_start_and_a_year_at_most(
    path: str, api: httpx.AsyncClient, clinic: World
) -> None:
    service = {} if path == "/busy" else {"service": f"svc_{clinic.massage}"}
    is_days = path == "/availability/days"
    times = [day if is_days else f"{day}T00:00:00" for day in ("2027-03-02", "2027-03-01", "2028-03-09")]
    backwards = {**service, "from": times[0], "to": times[1]}
    assert await faults(api, path, **backwards) == {("to", "before_start")}
    assert await faults(api, path, **{**backwards, "to": times[2]}) == {("to", "out_of_range")}


async def test_a_time_that_clocks_skip_is_refused_with_both_readings(api: httpx.AsyncClient, clinic: World) -> None:
    asked = {"service": f"svc_{clinic.massage}", "from": "2027-03-28T02:30:00"}
    refused = await api.get("/availability", params=asked)
    assert (refused.status_code, refused.json()["type"][-19:], refused.json()["parameter"]) == (
        422,
        "time-does-not-exist",
        "from",
    )
    assert len(refused.json()["readings"]) == 2


async def test_what_is_not_there_is_a_fault_of_the_parameter(
    api: httpx.AsyncClient, clinic: World, connect: Connect
) -> None:
    service = f"svc_{clinic.massage}"
    for path in ("/availability", "/availability/days", "/availability/next"):
        assert await faults(api, path, service="svc_999999") == {("service", "unknown")}
        assert await faults(api, path, service=service, site="site_999999") == {("site", "unknown")}
        assert await faults(api, path, service=service, resource="res_999999") == {("resource", "unknown")}
    assert await faults(api, "/busy", resource="res_999999") == {("resource", "unknown")}
    assert await faults(api, "/busy", site="site_999999") == {("site", "unknown")}
    elsewhere = await connect(clinic, site_ids=[])
    assert await faults(elsewhere, "/busy", resource=f"res_{clinic.ada}") == {("resource", "unknown")}


async def test_unchanged_availability_is_not_sent_again(api: httpx.AsyncClient, clinic: World) -> None:
    params = {"service": f"svc_{clinic.massage}", **TUESDAY}
    tag = (await api.get("/availability", params=params)).headers["etag"]
    assert (await api.get("/availability", params=params, headers={"if-none-match": tag})).status_code == 304
    await made(clinic, visit(clinic, starts_at=SOON + DAY))
    assert (await api.get("/availability", params=params, headers={"if-none-match": tag})).status_code == 200


async def test_ids_of_nothing_are_all_named(api: httpx.AsyncClient) -> None:
    for path in ("/availability", "/availability/days", "/availability/next", "/availability/explain"):
        asked = {"service": "svc_987654", "resource": "res_987654", "site": "site_987654"}
        asked |= {"at": "2027-03-02T10:00"} if path.endswith("explain") else {}
        unknown = {("service", "unknown"), ("resource", "unknown"), ("site", "unknown")}
        assert await faults(api, path, **asked) == unknown, path


async def test_dates_at_the_ends_of_time_are_out_of_range(api: httpx.AsyncClient, clinic: World) -> None:
    days = {"from": "0001-01-01", "to": "9999-12-31"}
    out_of_range = {("from", "out_of_range"), ("to", "out_of_range")}
    assert await faults(api, "/availability/days", service=f"svc_{clinic.massage}", **days) == out_of_range
    assert await faults(api, "/holidays", **days) == out_of_range


async def test_the_part_of_a_day_has_an_end_after_its_start(api: httpx.AsyncClient, clinic: World) -> None:
    for path in ("/availability", "/availability/days", "/availability/next"):
        part = {"service": f"svc_{clinic.massage}", "time_from": "12:00", "time_to": "12:00"}
        assert await faults(api, path, **part) == {("time_to", "before_start")}
