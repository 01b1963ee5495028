"""Price rules through the API."""

import httpx

from kalends.actions.catalog.prices import add_group
from tests.api.conftest import Connect
from tests.world import World

KRONER = {"amount": "450.00", "currency": "NOK"}


async def test_a_rule_is_added_shown_changed_and_removed(api: httpx.AsyncClient, clinic: World) -> None:
    club = await add_group(clinic.ctx(), "Club")
    sent = {"service": f"svc_{clinic.massage}", "per": "booking", "amount": KRONER, "tax_rate": "25", "title": "Usual"}
    made = await api.post("/prices", json=sent)
    assert made.status_code == 201, made.text
    price = made.json()
    assert (price | sent, price["groups"], price["resource"]) == (price, None, None)
    path = f"/prices/{price['id']}"
    shown = await api.get(path)
    assert (shown.json(), shown.headers["etag"]) == (price, made.headers["etag"])
    groups = [f"grp_{club.id}"]
    changed = (await api.patch(path, json={"groups": groups, "amount": {**KRONER, "amount": "9.5"}})).json()
    assert (changed["groups"], changed["amount"]["amount"], changed["per"]) == (groups, "9.50", "booking")
    assert (await api.patch(path, json={"title": "X"}, headers={"if-match": made.headers["etag"]})).status_code == 412
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path)).status_code == 404


async def test_rules_are_listed_by_what_they_are_of(api: httpx.AsyncClient, clinic: World) -> None:
    for owner in ({"service": f"svc_{clinic.massage}"}, {"resource": f"res_{clinic.hall}"}):
        for per in ("hour", "day"):
            await api.post("/prices", json={**owner, "per": per, "amount": KRONER})
    of_hall = (await api.get("/prices", params={"resource": f"res_{clinic.hall}"})).json()["data"]
    assert [price["per"] for price in of_hall] == ["hour", "day"]
    page = await api.get("/prices", params={"limit": 3, "count": "true"})
    assert (page.json()["total"], len(page.json()["data"])) == (4, 3)


async def test_a_rule_is_of_a_resource_or_of_a_service(api: httpx.AsyncClient, clinic: World) -> None:
    rule = {"per": "hour", "amount": KRONER}
    both = {"resource": f"res_{clinic.hall}", "service": f"svc_{clinic.yoga}"}
    for owner, pointer in (({}, "/resource"), (both, "/service"), ({"service": "svc_999999"}, "/service")):
        refused = await api.post("/prices", json={**rule, **owner})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_all_faults_are_named_at_once(api: httpx.AsyncClient, clinic: World) -> None:
    problem = (await api.post("/prices", json={"per": "week", "tax_rate": "x", "groups": ["res_1"]})).json()
    assert {fault["pointer"] for fault in problem["errors"]} == {"/per", "/amount", "/tax_rate", "/groups/0"}
    of_yoga = {"service": f"svc_{clinic.yoga}", "per": "hour", "tax_rate": "101", "groups": ["grp_999999"]}
    refused = (await api.post("/prices", json={**of_yoga, "amount": {"amount": "-1", "currency": "NOK"}})).json()
    assert {fault["pointer"] for fault in refused["errors"]} == {"/amount", "/tax_rate", "/groups"}


async def test_a_key_of_a_site_changes_those_of_its_resources_only(
    api: httpx.AsyncClient, clinic: World, connect: Connect
) -> None:
    of_hall = {"resource": f"res_{clinic.hall}", "per": "hour", "amount": KRONER}
    of_yoga = {"service": f"svc_{clinic.yoga}", "per": "hour", "amount": KRONER}
    hall, yoga = [(await api.post("/prices", json=rule)).json()["id"] for rule in (of_hall, of_yoga)]
    here = await connect(clinic, site_ids=frozenset({clinic.site}))
    north = (await api.post("/sites", json={"name": "North"})).json()["id"]
    there = await connect(clinic, site_ids=frozenset({int(north.removeprefix("site_"))}))
    assert [price["id"] for price in (await there.get("/prices")).json()["data"]] == [yoga]
    assert (await there.get(f"/prices/{hall}")).status_code == 404
    assert (await here.patch(f"/prices/{hall}", json={"title": "X"})).status_code == 200
    assert (await here.patch(f"/prices/{yoga}", json={"title": "X"})).status_code == 403
