"""The hours of a service of its own at a resource, through the API."""

import httpx

from tests.world import World

WEDNESDAY = {"weekday": 3, "opens": "13:00", "closes": "17:00"}


def path_of(clinic: World, resource_id: int) -> str:
    return f"/services/svc_{clinic.massage}/providers/res_{resource_id}/openings"


async def test_hours_are_replaced_as_a_whole(api: httpx.AsyncClient, clinic: World) -> None:
    path = path_of(clinic, clinic.ada)
    assert (await api.get(path)).json() == {"openings": []}
    changed = (await api.put(path, json={"openings": [WEDNESDAY]})).json()
    assert [opening | WEDNESDAY for opening in changed["openings"]] == changed["openings"]
    assert (await api.get(path)).json() == changed
    assert (await api.put(path, json={"openings": []})).json() == {"openings": []}


async def test_they_are_for_the_service_alone(api: httpx.AsyncClient, clinic: World) -> None:
    named = {**WEDNESDAY, "services": [f"svc_{clinic.physio}"]}
    refused = await api.put(path_of(clinic, clinic.ada), json={"openings": [WEDNESDAY, named]})
    faults = [(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]]
    assert faults == [("/openings/1/services", "unsupported")]


async def test_who_does_not_serve_it_has_none(api: httpx.AsyncClient, clinic: World) -> None:
    for answer in (
        await api.get(path_of(clinic, clinic.sauna)),
        await api.put(path_of(clinic, clinic.sauna), json={"openings": []}),
    ):
        assert answer.status_code == 404


async def test_who_replaces_what_was_replaced_meanwhile_sees_it_instead(api: httpx.AsyncClient, clinic: World) -> None:
    path = path_of(clinic, clinic.ada)
    early = {"if-match": (await api.get(path)).headers["etag"]}
    changed = await api.put(path, json={"openings": [WEDNESDAY]}, headers=early)
    assert changed.status_code == 200
    late = await api.put(path, json={"openings": []}, headers=early)
    assert (late.status_code, late.json()["current"]) == (412, changed.json())
    assert (await api.put(path, json={"openings": []}, headers={"if-match": changed.headers["etag"]})).is_success
