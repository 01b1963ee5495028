"""Extra openings through the API."""

import httpx
import pytest

from kalends.actions.catalog.resources import change_resource
from kalends.engine.catalog.resource import ResourcePatch
from tests.api.conftest import Connect
from tests.world import World

SATURDAY = {"from": "2027-03-06T10:00:00", "to": "2027-03-06T14:00:00"}


async def test_a_resource_is_opened_closed_again_and_free_meanwhile(api: httpx.AsyncClient, clinic: World) -> None:
    await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(always_open=False))
    path, starts = f"/resources/res_{clinic.ada}/extra-openings", f"/availability?service=svc_{clinic.massage}"
    starts += f"&resource=res_{clinic.ada}&from=2027-03-06T00:00&to=2027-03-07T00:00"
    before = (await api.get(starts)).json()["data"]
    made = await api.post(path, json=SATURDAY)
    assert made.status_code == 201
    (opening,) = made.json()["data"]
    assert (opening["from"], opening["series"]) == ("2027-03-06T10:00:00+01:00", None)
    assert (await api.get(path)).json()["data"] == [opening]
    assert (await api.get(starts)).json()["data"][0]["from"] == "2027-03-06T10:00:00+01:00"
    assert (await api.delete(f"{path}/{opening['id']}")).status_code == 204
    assert (await api.get(starts)).json()["data"] == before == []
    assert (await api.delete(f"{path}/{opening['id']}")).status_code == 404


async def test_repeats_keep_the_hours_of_the_clock(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/resources/res_{clinic.ada}/extra-openings"
    made = await api.post(path, json=SATURDAY | {"repeats": {"unit": "week", "every": 2, "times": 2}})
    starts = [opening["from"] for opening in made.json()["data"]]
    assert starts == ["2027-03-06T10:00:00+01:00", "2027-03-20T10:00:00+01:00", "2027-04-03T10:00:00+02:00"]
    assert len({opening["series"] for opening in made.json()["data"]}) == 1
    listed = await api.get(path, params={"from": "2027-03-06T14:00", "to": "2027-04-03T10:00", "count": True})
    assert ([opening["from"] for opening in listed.json()["data"]], listed.json()["total"]) == (starts[1:2], 1)


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ({"to": "2027-03-06T09:00"}, ("/to", "before_start")),
        ({"to": "2027-03-07T10:01"}, ("/to", "out_of_range")),
        ({"repeats": {"unit": "year", "times": 1}}, ("/repeats/unit", "not_included")),
        ({"repeats": {"unit": "week", "times": 0}}, ("/repeats/times", "out_of_range")),
    ],
)
async def test_what_is_no_time_has_a_pointer(
    api: httpx.AsyncClient, clinic: World, sent: dict[str, object], fault: tuple[str, str]
) -> None:
    answer = await api.post(f"/resources/res_{clinic.ada}/extra-openings", json=SATURDAY | sent)
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [fault]


async def test_an_hour_that_clocks_skip_is_refused_with_both_readings(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/resources/res_{clinic.ada}/extra-openings"
    answer = await api.post(path, json={"from": "2027-03-28T02:30", "to": "2027-03-28T04:00"})
    assert (answer.status_code, len(answer.json()["readings"])) == (422, 2)
    answer = await api.get(path, params={"from": "2027-03-28T02:30"})
    assert (answer.status_code, answer.json()["parameter"]) == (422, "from")


async def test_it_is_of_its_resource_and_site(api: httpx.AsyncClient, connect: Connect, clinic: World) -> None:
    made = await api.post(f"/resources/res_{clinic.ada}/extra-openings", json=SATURDAY)
    opening = made.json()["data"][0]["id"]
    assert (await api.delete(f"/resources/res_{clinic.bo}/extra-openings/{opening}")).status_code == 404
    annex = (await api.post("/sites", json={"name": "Annex"})).json()["id"]
    elsewhere = await connect(clinic, site_ids=frozenset({int(annex.removeprefix("site_"))}))
    for method, path in (("GET", ""), ("POST", ""), ("DELETE", f"/{opening}")):
        sent = SATURDAY if method == "POST" else None
        answer = await elsewhere.request(method, f"/resources/res_{clinic.ada}/extra-openings{path}", json=sent)
        assert answer.status_code == 404, method
