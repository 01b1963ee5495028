"""Resources and their parts through the API."""

import httpx

from tests.acts import book_item
from tests.api.conftest import Connect
from tests.desk import hour_of
from tests.world import World


async def test_a_room_is_added_shown_changed_and_archived(api: httpx.AsyncClient) -> None:
    field = (await api.post("/custom-fields", json={"title": "Floor", "kind": "numeric"})).json()
    sent = {"title": "Loft", "kind": "space", "capacity": 4, "values": {field["id"]: "3"}, "valid_to": "2028-01-01"}
    made = await api.post("/resources", json=sent)
    assert made.status_code == 201
    room = made.json()
    assert made.headers["location"] == f"http://here/api/v1/resources/{room['id']}"
    assert room | sent == room
    path = f"/resources/{room['id']}"
    shown = await api.get(path)
    assert (shown.json(), shown.headers["etag"]) == (room, made.headers["etag"])
    changed = (await api.patch(path, json={"notes": "Warm", "values": {field["id"]: None}, "valid_to": None})).json()
    assert (changed["notes"], changed["values"], changed["valid_to"]) == ("Warm", {}, None)
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path)).json()["archived"]
    back = await api.patch(path, json={"archived": False})
    assert not back.json()["archived"]


async def test_writing_back_what_was_read_changes_nothing(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/resources/res_{clinic.ada}"
    shown = await api.get(path)
    kept = {"id", "parent", "always_open", "revision", "created_at", "updated_at"}
    sent = {name: value for name, value in shown.json().items() if name not in kept}
    again = await api.patch(path, json=sent)
    assert (again.json(), again.headers["etag"]) == (shown.json(), shown.headers["etag"])


async def test_parts_are_a_tree_and_at_the_site_of_the_whole(api: httpx.AsyncClient, clinic: World) -> None:
    sent = {"title": "Corner", "kind": "space", "parent": f"res_{clinic.left}"}
    corner = (await api.post("/resources", json=sent)).json()
    tree = (await api.get(f"/resources/res_{clinic.hall}/tree")).json()
    assert [part["title"] for part in tree["parts"]] == ["Left", "Right"]
    assert [part["id"] for part in tree["parts"][0]["parts"]] == [corner["id"]]
    assert (await api.get(f"/resources/res_{clinic.left}/tree")).json() == tree["parts"][0]
    parts = (await api.get("/resources", params={"parent": f"res_{clinic.hall}"})).json()["data"]
    assert {part["parent"] for part in parts} == {f"res_{clinic.hall}"}


async def test_resources_are_found_and_sorted(api: httpx.AsyncClient, clinic: World) -> None:
    async def titles(**params: str) -> list[str]:
        answer = await api.get("/resources", params=params)
        assert answer.status_code == 200, answer.text
        return [resource["title"] for resource in answer.json()["data"]]

    assert await titles(kind="person") == ["Ada", "Bo"]
    assert await titles(kind="person,inventory", order="title") == ["Ada", "Bo", "Projectors"]
    assert await titles(q="au") == ["Sauna"]
    assert await titles(site="site_999999") == []
    await api.delete(f"/resources/res_{clinic.sauna}")
    assert await titles(q="au") == []
    assert await titles(archived="yes") == ["Sauna"]
    assert await titles(order="-updated_at", limit="1", archived="any") == ["Sauna"]


async def test_pages_are_read_by_any_order(api: httpx.AsyncClient) -> None:
    for order in ("position", "title", "-updated_at"):
        titles, url = [], f"/resources?limit=2&order={order}&archived=any"
        while url:
            page = await api.get(url)
            titles += [resource["title"] for resource in page.json()["data"]]
            url = page.links["next"]["url"] if page.json()["next"] else ""
        assert sorted(titles) == ["Ada", "Bo", "Hall", "Left", "Projectors", "Right", "Sauna"]


async def test_all_faults_are_named_at_once(api: httpx.AsyncClient, clinic: World) -> None:
    sent = {"title": "", "kind": "robot", "capacity": -1, "site": "res_1", "values": {"x": "1"}, "colour": "red"}
    problem = (await api.post("/resources", json=sent)).json()
    assert {(fault["pointer"], fault["code"]) for fault in problem["errors"]} == {
        ("/kind", "not_included"),
        ("/capacity", "out_of_range"),
        ("/site", "unknown"),
        ("/colour", "unsupported"),
        ("/title", "blank"),
    }
    blank = (
        await api.post("/resources", json={"title": " ", "valid_from": "2027-02-01", "valid_to": "2027-01-01"})
    ).json()
    assert [(fault["pointer"], fault["code"]) for fault in blank["errors"]] == [
        ("/title", "blank"),
        ("/valid_to", "before_start"),
    ]
    other = (await api.patch(f"/resources/res_{clinic.ada}", json={"values": {"cus_1": "1", "fld_999999": "2"}})).json()
    assert other["errors"][0]["pointer"] == "/values/cus_1"


async def test_a_value_that_does_not_fit_has_a_pointer(api: httpx.AsyncClient, clinic: World) -> None:
    field = (await api.post("/custom-fields", json={"title": "Floor", "kind": "numeric"})).json()
    refused = await api.patch(f"/resources/res_{clinic.ada}", json={"values": {field["id"]: "high"}})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/values/{field['id']}")


async def test_what_is_booked_is_not_archived(api: httpx.AsyncClient, clinic: World) -> None:
    await book_item(clinic.ctx(), hour_of(clinic.left))
    refused = await api.delete(f"/resources/res_{clinic.hall}")
    assert (refused.status_code, refused.json()["type"][-7:], refused.json()["count"]) == (409, "/in-use", 1)


async def test_what_was_changed_since_is_not_overwritten(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/resources/res_{clinic.ada}"
    tag = (await api.get(path)).headers["etag"]
    openings = {"openings": [{"weekday": 1, "opens": "08:00", "closes": "12:00"}]}
    assert (await api.put(f"{path}/openings", json=openings)).status_code == 200
    for refused in (
        await api.patch(path, json={"title": "Ada L."}, headers={"if-match": tag}),
        await api.delete(path, headers={"if-match": tag}),
    ):
        assert (refused.status_code, refused.json()["current"]["title"]) == (412, "Ada")
    present = await api.get(path)
    assert (await api.get(path, headers={"if-none-match": present.headers["etag"]})).status_code == 304
    changed = await api.patch(path, json={"title": "Ada L."}, headers={"if-match": present.headers["etag"]})
    assert changed.status_code == 200


async def test_sites_and_wholes_are_expanded(api: httpx.AsyncClient, clinic: World) -> None:
    shown = (await api.get(f"/resources/res_{clinic.left}", params={"expand": "site,parent.site,parent"})).json()
    assert (shown["site"]["time_zone"], shown["parent"]["title"]) == ("Europe/Oslo", "Hall")
    assert shown["parent"]["site"]["id"] == f"site_{clinic.site}"
    listed = (await api.get("/resources", params={"expand": "site"})).json()["data"]
    assert {resource["site"]["id"] for resource in listed} == {f"site_{clinic.site}"}


async def test_a_key_of_a_site_sees_what_is_there(api: httpx.AsyncClient, clinic: World, connect: Connect) -> None:
    north = (await api.post("/sites", json={"name": "North"})).json()
    chair = (await api.post("/resources", json={"title": "Chair", "site": north["id"]})).json()
    there = await connect(clinic, site_ids=frozenset({int(north["id"].removeprefix("site_"))}))
    assert [resource["id"] for resource in (await there.get("/resources")).json()["data"]] == [chair["id"]]
    for path in ("", "/tree", "/openings", "/exceptions"):
        assert (await there.get(f"/resources/res_{clinic.ada}{path}")).status_code == 404
    assert (await there.patch(f"/resources/res_{clinic.ada}", json={"title": "X"})).status_code == 404
    assert (await there.patch(f"/resources/{chair['id']}", json={"title": "Stool"})).status_code == 200
