"""Extras through the API: inventory and sold services."""

import httpx

from tests.api.conftest import Connect
from tests.world import World


async def test_inventory_and_services_are_extras(api: httpx.AsyncClient, clinic: World) -> None:
    room = [f"res_{clinic.hall}"]
    chairs = {"kind": "inventory", "title": "Chairs", "quantity": 40, "description": "Blue", "resources": room}
    tea = {"kind": "service", "title": "Tea", "resources": room}
    for sent, other in ((chairs, "resources"), (tea, "services")):
        made = await api.post("/extras", json=sent)
        assert made.status_code == 201, made.text
        extra = made.json()
        assert extra | sent == extra
        path = f"/extras/{extra['id']}"
        assert (await api.get(path)).json() == extra
        assert (await api.get(f"/{other}/{extra['id']}")).json()["title"] == sent["title"]
        changed = (await api.patch(path, json={"title": "Other", "resources": None})).json()
        assert (changed["title"], changed["resources"]) == ("Other", None)
        assert (await api.delete(path)).status_code == 204
        assert (await api.get(path)).json()["archived"]
    assert [extra["title"] for extra in (await api.get("/extras")).json()["data"]] == ["Projectors"]


async def test_extras_are_listed_page_by_page(api: httpx.AsyncClient) -> None:
    for title in ("Tea", "Cake"):
        await api.post("/extras", json={"kind": "service", "title": title})
    titles, url = [], "/extras?limit=1&count=true"
    while url:
        page = await api.get(url)
        assert page.json()["total"] == 3
        titles += [extra["title"] for extra in page.json()["data"]]
        url = page.links["next"]["url"] if page.json()["next"] else ""
    assert titles == ["Projectors", "Tea", "Cake"]
    services = await api.get("/extras", params={"kind": "service"})
    assert [extra["title"] for extra in services.json()["data"]] == ["Tea", "Cake"]


async def test_what_was_changed_since_is_not_overwritten(api: httpx.AsyncClient, clinic: World) -> None:
    tea = (await api.post("/extras", json={"kind": "service", "title": "Tea"})).json()["id"]
    for path in (f"/extras/{tea}", f"/extras/res_{clinic.projectors}"):
        headers = {"if-match": (await api.get(path)).headers["etag"]}
        sent = {"title": "A", "resources": [f"res_{clinic.hall}"]}
        assert (await api.patch(path, json=sent, headers=headers)).status_code == 200
        for refused in (
            await api.patch(path, json={"title": "B"}, headers=headers),
            await api.delete(path, headers=headers),
        ):
            assert (refused.status_code, refused.json()["current"]["title"]) == (412, "A")


async def test_what_is_no_extra_is_not_found(api: httpx.AsyncClient, clinic: World) -> None:
    for text in (f"res_{clinic.hall}", f"svc_{clinic.yoga}", "cus_1", "x", "res_999999", "svc_0"):
        for headers in ({}, {"if-match": '"7"'}):
            assert (await api.get(f"/extras/{text}")).status_code == 404
            assert (await api.patch(f"/extras/{text}", json={"title": "X"}, headers=headers)).status_code == 404
            assert (await api.delete(f"/extras/{text}", headers=headers)).status_code == 404


async def test_faults_have_pointers(api: httpx.AsyncClient, clinic: World) -> None:
    sent = {"kind": "service", "title": "Tea", "quantity": 3, "site": f"site_{clinic.site}"}
    refused = (await api.post("/extras", json=sent)).json()
    assert [(fault["pointer"], fault["code"]) for fault in refused["errors"]] == [
        ("/quantity", "unsupported"),
        ("/site", "unsupported"),
    ]
    own = [f"res_{clinic.projectors}"]
    inventory = (await api.post("/extras", json={"kind": "inventory", "title": "Chairs", "resources": own})).json()
    assert inventory["errors"][0]["pointer"] == "/resources"
    unknown = await api.patch(f"/extras/res_{clinic.projectors}", json={"resources": ["res_999999"]})
    assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (422, "unknown")


async def test_a_key_of_a_site_reads_services_and_changes_its_inventory(clinic: World, connect: Connect) -> None:
    here = await connect(clinic, site_ids=frozenset({clinic.site}))
    assert (await here.patch(f"/extras/res_{clinic.projectors}", json={"quantity": 4})).json()["quantity"] == 4
    assert (await here.post("/extras", json={"kind": "service", "title": "Tea"})).status_code == 403
