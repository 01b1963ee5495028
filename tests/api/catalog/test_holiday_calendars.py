"""Holiday calendars through the API, and the sites that are closed on their days."""

import httpx
import pytest

from tests.api.conftest import Connect
from tests.world import World

FAIR = {"name": "Fair", "country": "NO", "days": [{"date": "2027-03-09", "title": "Fair"}]}


async def test_a_site_is_closed_on_the_days_of_its_calendar(api: httpx.AsyncClient, clinic: World) -> None:
    calendar = (await api.put("/holiday-calendars", json=FAIR)).json()
    assert (await api.get("/holiday-calendars")).json()["data"] == [calendar]
    site = f"/sites/site_{clinic.site}"
    changed = await api.patch(site, json={"holiday_calendar": calendar["id"]})
    assert changed.json()["holiday_calendar"] == calendar["id"]
    days = {"from": "2027-03-09", "to": "2027-03-10", "site": f"site_{clinic.site}"}
    assert (await api.get("/holidays", params=days)).json()["data"] == FAIR["days"]
    assert (await api.patch(site, json={"holiday_calendar": None})).json()["holiday_calendar"] is None


async def test_it_is_replaced_by_name_and_kept_in_order(api: httpx.AsyncClient) -> None:
    first = (await api.put("/holiday-calendars", json=FAIR)).json()
    days = [{"date": "2027-06-01"}, {"date": "2027-05-01", "title": "May"}]
    again = (await api.put("/holiday-calendars", json={"name": "Fair", "days": days})).json()
    assert (again["id"], again["country"]) == (first["id"], None)
    assert again["days"] == [{"date": "2027-05-01", "title": "May"}, {"date": "2027-06-01", "title": ""}]
    assert (await api.get("/holiday-calendars")).json()["data"] == [again]
    changes = (await api.get("/journal", params={"subject": first["id"]})).json()["data"]
    await api.put("/holiday-calendars", json={"name": "Fair", "days": days[::-1]})
    assert (await api.get("/journal", params={"subject": first["id"]})).json()["data"] == changes


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ({"name": " ", "country": "XX"}, {("/name", "blank"), ("/country", "unknown")}),
        ({"subdivision": "ZZ"}, {("/subdivision", "unknown")}),
        ({"days": [{"date": "2027-03-09"}] * 2}, {("/days/1/date", "invalid")}),
        (
            {"days": [{"date": "2027-02-30", "titel": "x"}]},
            {("/days/0/date", "invalid"), ("/days/0/titel", "unsupported")},
        ),
        ({"days": [{"date": "2027-03-09", "title": "x" * 256}]}, {("/days/0/title", "too_long")}),
    ],
)
async def test_all_that_is_wrong_is_told(
    api: httpx.AsyncClient, sent: dict[str, object], faults: set[tuple[str, str]]
) -> None:
    answer = await api.put("/holiday-calendars", json=FAIR | sent)
    assert answer.status_code == 422
    assert {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]} == faults


async def test_a_calendar_that_is_not_there_is_a_fault_of_the_site(
    api: httpx.AsyncClient, connect: Connect, clinic: World
) -> None:
    for method, path in (("PATCH", f"/sites/site_{clinic.site}"), ("POST", "/sites")):
        answer = await api.request(method, path, json={"name": "North", "holiday_calendar": "cal_987654"})
        assert answer.status_code == 422, method
        (fault,) = answer.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/holiday_calendar", "unknown")
    limited = await connect(clinic, site_ids=frozenset({clinic.site}))
    assert (await limited.put("/holiday-calendars", json=FAIR)).status_code == 403
