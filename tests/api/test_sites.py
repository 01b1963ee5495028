"""Sites through the API: the pattern of all groups."""

import httpx

from kalends.actions.catalog.sites import get_site
from tests.world import World


async def test_a_site_is_added_shown_changed_and_archived(api: httpx.AsyncClient, clinic: World) -> None:
    made = await api.post("/sites", json={"name": "North", "city": "Tromsø", "time_zone": "Europe/Oslo"})
    assert made.status_code == 201
    site = made.json()
    assert made.headers["location"] == f"http://here/api/v1/sites/{site['id']}"
    assert (site["city"], site["created_at"][-6:], site["archived_at"]) == ("Tromsø", "+01:00", None)
    path = f"/sites/{site['id']}"
    assert (await api.get(path)).json() == site
    changed = await api.patch(path, json={"name": "South", "latitude": 69.6})
    assert (changed.json()["name"], changed.json()["latitude"]) == ("South", 69.6)
    assert (await api.delete(path)).status_code == 204
    assert (await get_site(clinic.ctx(), int(site["id"].removeprefix("site_")))).archived_at is not None


async def test_all_faults_are_named_at_once(api: httpx.AsyncClient) -> None:
    sent = {"name": "x" * 256, "latitude": 91, "longitude": "east", "public": None, "colour": "red"}
    answer = await api.post("/sites", json=sent)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert {(fault["pointer"], fault["code"]) for fault in problem["errors"]} == {
        ("/name", "too_long"),
        ("/latitude", "out_of_range"),
        ("/longitude", "not_a_number"),
        ("/public", "blank"),
        ("/colour", "unsupported"),
    }
    assert problem["request_id"] == answer.headers["x-request-id"]


async def test_what_the_engine_refuses_has_a_pointer(api: httpx.AsyncClient, clinic: World) -> None:
    unknown = await api.post("/sites", json={"name": "North", "time_zone": "Mars/Olympus"})
    assert unknown.json()["errors"] == [{"pointer": "/time_zone", "code": "unknown", "detail": "er ikke kjent"}]
    site = (await api.get(f"/sites/site_{clinic.site}")).json()
    taken = await api.post("/sites", json={"name": site["name"]})
    assert (taken.status_code, taken.json()["errors"][0]["pointer"]) == (409, "/name")


async def test_sites_are_listed_page_by_page(api: httpx.AsyncClient) -> None:
    for number in range(4):
        await api.post("/sites", json={"name": f"Site {number}"})
    names, url = [], "/sites?limit=2&count=true"
    while url:
        page = await api.get(url)
        assert page.json()["total"] == 5
        names += [site["name"] for site in page.json()["data"]]
        url = page.links["next"]["url"] if page.json()["next"] else ""
    assert names[1:] == ["Site 0", "Site 1", "Site 2", "Site 3"]


async def test_a_cursor_is_for_its_list_and_filters_only(api: httpx.AsyncClient) -> None:
    await api.post("/sites", json={"name": "North"})
    cursor = (await api.get("/sites", params={"limit": 1})).json()["next"]
    assert (await api.get("/sites", params={"limit": 7, "cursor": cursor})).status_code == 200
    for params in ({"cursor": cursor, "archived": "any"}, {"cursor": cursor[:-1]}, {"cursor": "é"}, {"cursor": ""}):
        refused = await api.get("/sites", params=params)
        assert refused.json()["errors"][0]["parameter"] == "cursor"


async def test_an_id_of_another_form_is_not_found(api: httpx.AsyncClient, clinic: World) -> None:
    for text in ("7", f"res_{clinic.site}", "site_0", "site_9007199254740992", "site_x", "site_999999"):
        answer = await api.get(f"/sites/{text}")
        assert (answer.status_code, answer.json()["title"]) == (404, "Not found")


async def test_what_was_read_before_a_change_is_not_written(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/sites/site_{clinic.site}"
    tag = (await api.get(path)).headers["etag"]
    assert (await api.get(path, headers={"if-none-match": tag})).status_code == 304
    assert (await api.patch(path, json={"city": "Bergen"}, headers={"if-match": tag})).status_code == 200
    refused = await api.patch(path, json={"city": "Oslo"}, headers={"if-match": tag})
    assert (refused.status_code, refused.json()["current"]["city"]) == (412, "Bergen")
    present = (await api.get(path)).headers["etag"]
    assert refused.headers["etag"] == present
    assert (await api.delete(path, headers={"if-match": tag})).status_code == 412
