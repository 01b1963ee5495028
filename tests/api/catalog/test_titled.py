"""Groups of customers and categories of resources through the API."""

import httpx
import pytest

from tests.api.conftest import Connect
from tests.world import World


@pytest.mark.parametrize("path", ["/customer-groups", "/categories"])
async def test_they_are_added_and_listed_the_oldest_first(
    api: httpx.AsyncClient, connect: Connect, clinic: World, path: str
) -> None:
    before = (await api.get(path)).json()["data"]
    added = [await api.post(path, json={"title": title}) for title in ("Members ", "Guests")]
    assert [answer.status_code for answer in added] == [201, 201]
    listed, cursor = list[str](), None
    while cursor or not listed:
        page = (await api.get(path, params={"limit": 1, **({"cursor": cursor} if cursor else {})})).json()
        listed += [each["title"] for each in page["data"]]
        cursor = page["next"]
    assert listed == [*(each["title"] for each in before), "Members", "Guests"]
    again = await api.post(path, json={"title": "Guests"})
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (409, "/title")
    blank = await api.post(path, json={"title": " ", "colour": "red"})
    assert {fault["pointer"] for fault in blank.json()["errors"]} == {"/title", "/colour"}
    limited = await connect(clinic, site_ids=frozenset({clinic.site}))
    assert (await limited.post(path, json={"title": "Others"})).status_code == 403


async def test_they_are_named_by_customers_and_resources(api: httpx.AsyncClient, clinic: World) -> None:
    group = (await api.post("/customer-groups", json={"title": "Members"})).json()["id"]
    category = (await api.post("/categories", json={"title": "Rooms"})).json()["id"]
    kari = await api.patch(f"/customers/cus_{clinic.kari}", json={"group": group})
    ada = await api.patch(f"/resources/res_{clinic.ada}", json={"category": category})
    assert (kari.json()["group"], ada.json()["category"]) == (group, category)


@pytest.mark.parametrize("path", ["/customer-groups", "/categories"])
async def test_they_are_renamed(api: httpx.AsyncClient, connect: Connect, clinic: World, path: str) -> None:
    members, guests = [(await api.post(path, json={"title": title})).json() for title in ("Members", "Guests")]
    renamed = await api.patch(f"{path}/{members['id']}", json={"title": " Friends "})
    assert renamed.json() == {"id": members["id"], "title": "Friends"}
    assert renamed.json() in (await api.get(path)).json()["data"]
    taken = await api.patch(f"{path}/{guests['id']}", json={"title": "Friends"})
    assert (taken.status_code, taken.json()["errors"][0]["pointer"]) == (409, "/title")
    prefix = members["id"].partition("_")[0]
    assert (await api.patch(f"{path}/{prefix}_999999", json={"title": "x"})).status_code == 404
    limited = await connect(clinic, site_ids=frozenset({clinic.site}))
    assert (await limited.patch(f"{path}/{members['id']}", json={"title": "x"})).status_code == 403


@pytest.mark.parametrize("path", ["/customer-groups", "/categories"])
async def test_who_renames_what_was_renamed_meanwhile_sees_it_instead(api: httpx.AsyncClient, path: str) -> None:
    made = await api.post(path, json={"title": "Members"})
    own = f"{path}/{made.json()['id']}"
    assert made.headers["location"].endswith(own)
    assert (await api.get(own)).headers["etag"] == made.headers["etag"]
    early = {"if-match": made.headers["etag"]}
    friends = await api.patch(own, json={"title": "Friends"}, headers=early)
    assert friends.status_code == 200
    late = await api.patch(own, json={"title": "Guests"}, headers=early)
    assert (late.status_code, late.json()["current"]["title"]) == (412, "Friends")
    assert (await api.patch(own, json={"title": "Guests"}, headers={"if-match": friends.headers["etag"]})).is_success
