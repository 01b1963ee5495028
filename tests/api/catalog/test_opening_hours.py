"""Weekly hours, exceptions and holidays through the API."""

import httpx
import pytest

from kalends.actions.availability.hours import opening_hours
from tests.api.conftest import Connect
from tests.world import NOW, World

MORNING = {"weekday": 1, "opens": "08:00", "closes": "12:00"}


async def test_weekly_hours_are_replaced_as_a_whole(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/resources/res_{clinic.ada}/openings"
    shown = await api.get(path)
    assert (shown.json()["always_open"], len(shown.json()["openings"])) == (False, 5)
    night = {"weekday": 5, "opens": "18:00", "closes": "26:00", "services": [f"svc_{clinic.massage}"], "name": "Night"}
    changed = (await api.put(path, json={"openings": [night, MORNING]})).json()
    assert [opening["closes"] for opening in changed["openings"]] == ["12:00", "26:00"]
    assert changed["openings"][1] | night == changed["openings"][1]
    assert (await api.get(path)).json() == changed
    always = await api.put(path, json={"always_open": True, "openings": []})
    assert always.json() == {"always_open": True, "openings": []}
    assert (await api.get(f"/resources/res_{clinic.ada}")).json()["always_open"]
    never = await api.put(path, json={"openings": []})
    assert never.json() == {"always_open": False, "openings": []}


async def test_writing_back_what_was_read_changes_nothing(api: httpx.AsyncClient, clinic: World) -> None:
    for resource in (clinic.ada, clinic.hall):
        path = f"/resources/res_{resource}/openings"
        shown = await api.get(path)
        again = await api.put(path, json=shown.json(), headers={"if-match": shown.headers["etag"]})
        assert (again.json(), again.headers["etag"]) == (shown.json(), shown.headers["etag"])


async def test_hours_that_were_changed_since_are_not_replaced(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/resources/res_{clinic.ada}/openings"
    tag = (await api.get(path)).headers["etag"]
    assert (await api.put(path, json={"openings": [MORNING]}, headers={"if-match": tag})).status_code == 200
    refused = await api.put(path, json={"openings": []}, headers={"if-match": tag})
    assert (refused.status_code, refused.json()["current"]["openings"][0]["closes"]) == (412, "12:00")


async def test_all_faults_of_hours_are_named_at_once(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/resources/res_{clinic.ada}/openings"
    sent = [{**MORNING, "weekday": 8}, {**MORNING, "opens": "25:00"}, {**MORNING, "closes": "48:01"}, {}]
    unreadable = (await api.put(path, json={"openings": sent})).json()["errors"]
    assert {fault["pointer"] for fault in unreadable} == {
        "/openings/0/weekday",
        "/openings/1/opens",
        "/openings/2/closes",
        "/openings/3/weekday",
        "/openings/3/opens",
        "/openings/3/closes",
    }
    turned = {**MORNING, "valid_from": "2027-02-01", "valid_to": "2027-02-01"}
    sent = [{**MORNING, "closes": "07:00"}, turned]
    refused = (await api.put(path, json={"always_open": True, "openings": sent})).json()["errors"]
    assert [(fault["pointer"], fault["code"]) for fault in refused] == [
        ("/always_open", "invalid"),
        ("/openings/0/closes", "out_of_range"),
        ("/openings/1/valid_to", "before_start"),
    ]
    unknown = await api.put(path, json={"openings": [{**MORNING, "services": ["svc_999999"]}]})
    assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (422, "unknown")


@pytest.mark.parametrize("owner", ["resource", "site"])
async def test_an_exception_is_added_shown_changed_and_removed(
    api: httpx.AsyncClient, clinic: World, owner: str
) -> None:
    owner_id = f"res_{clinic.ada}" if owner == "resource" else f"site_{clinic.site}"
    path = f"/{owner}s/{owner_id}/exceptions"
    made = await api.post(path, json={"from": "2027-03-01", "to": "2027-03-08", "title": "Away"})
    assert made.status_code == 201, made.text
    exception = made.json()
    assert made.headers["location"] == f"http://here/api/v1{path}/{exception['id']}"
    assert (exception[owner], exception["opens"]) == (owner_id, None)
    one = f"{path}/{exception['id']}"
    tag = (await api.get(one)).headers["etag"]
    assert (await api.get(path)).json()["data"] == [exception]
    hours = {"opens": "10:00", "closes": "12:00", "services": [f"svc_{clinic.massage}"]}
    changed = (await api.patch(one, json=hours, headers={"if-match": tag})).json()
    assert changed | hours == changed
    assert (await api.delete(one, headers={"if-match": tag})).status_code == 412
    day = NOW.date()
    found = await opening_hours(clinic.ctx(), [clinic.ada], day, day, clinic.massage)
    assert found[clinic.ada] == [(day, [(600, 720)])]
    assert (await api.delete(one)).status_code == 204
    assert (await api.get(one)).status_code == 404


async def test_an_exception_is_found_below_its_own_path_only(api: httpx.AsyncClient, clinic: World) -> None:
    sent = {"from": "2027-03-01", "to": "2027-03-08"}
    made = (await api.post(f"/resources/res_{clinic.ada}/exceptions", json=sent)).json()
    for path in (f"/resources/res_{clinic.bo}", f"/sites/site_{clinic.site}"):
        one = f"{path}/exceptions/{made['id']}"
        assert (await api.get(one)).status_code == 404
        assert (await api.patch(one, json={"title": "X"})).status_code == 404
        assert (await api.delete(one)).status_code == 404
        assert (await api.get(f"{path}/exceptions")).json()["data"] == []
    assert (await api.get("/resources/res_999999/exceptions")).status_code == 404
    assert (await api.get("/sites/site_999999/exceptions")).status_code == 404


async def test_exceptions_are_listed_by_date(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/resources/res_{clinic.ada}/exceptions"
    for month in ("05", "03", "04"):
        await api.post(path, json={"from": f"2027-{month}-01", "to": f"2027-{month}-08"})
    page = await api.get(path, params={"limit": 2})
    rest = await api.get(page.links["next"]["url"])
    listed = [*page.json()["data"], *rest.json()["data"]]
    assert [exception["from"][5:7] for exception in listed] == ["03", "04", "05"]
    april = await api.get(path, params={"from": "2027-04-01", "to": "2027-05-01"})
    assert [exception["from"] for exception in april.json()["data"]] == ["2027-04-01"]


async def test_faults_of_exceptions(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/resources/res_{clinic.ada}/exceptions"
    refused = (await api.post(path, json={"from": "2027-03-08", "to": "2027-03-08", "opens": "08:00"})).json()
    assert [(fault["pointer"], fault["code"]) for fault in refused["errors"]] == [
        ("/to", "before_start"),
        ("/closes", "blank"),
    ]
    unknown = (await api.post(path, json={"from": "2027-03-01", "to": "2027-03-08", "services": ["svc_999999"]})).json()
    assert unknown["errors"][0]["pointer"] == "/services/0"


async def test_holidays_of_a_year_and_of_a_week(api: httpx.AsyncClient, clinic: World) -> None:
    year = (await api.get("/holidays")).json()["data"]
    assert "2027-05-17" in {day["date"] for day in year}
    week = {"from": "2027-05-17", "to": "2027-05-18", "site": f"site_{clinic.site}"}
    assert [day["date"] for day in (await api.get("/holidays", params=week)).json()["data"]] == ["2027-05-17"]
    for params in ({"from": "2027-05-17", "to": "2027-05-17"}, {"from": "2027-05-17", "to": "2099-01-01"}):
        refused = await api.get("/holidays", params=params)
        assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (422, "to")
    assert (await api.get("/holidays", params={"from": "0001-01-01", "to": "9999-12-31"})).status_code == 422
    assert (await api.get("/holidays", params={"from": "9999-12-31"})).status_code == 422
    assert (await api.get("/holidays", params={"to": "0001-01-01"})).status_code == 422
    assert (await api.get("/holidays", params={"site": "site_999999"})).status_code in (404, 422)


async def test_a_key_of_a_site_does_not_close_the_whole_site(
    api: httpx.AsyncClient, clinic: World, connect: Connect
) -> None:
    here = await connect(clinic, site_ids=frozenset({clinic.site}))
    sent = {"from": "2027-03-01", "to": "2027-03-08"}
    assert (await here.post(f"/resources/res_{clinic.ada}/exceptions", json=sent)).status_code == 201
    assert (await here.post(f"/sites/site_{clinic.site}/exceptions", json=sent)).status_code == 403
