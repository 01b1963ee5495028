"""Cases of customers, and who read or changed what about one, through the API."""

import httpx

from tests.api.conftest import Connect
from tests.desk import DAY, SOON, made, visit
from tests.world import World


async def test_a_case_is_added_with_items_shown_changed_and_archived(api: httpx.AsyncClient, clinic: World) -> None:
    first, second = [await made(clinic, visit(clinic, starts_at=SOON + days * DAY)) for days in (0, 1)]
    sent = {"customer": f"cus_{clinic.kari}", "name": "Knee", "items": [f"item_{first.id}"], "issued_on": "2027-03-01"}
    added = await api.post("/cases", json=sent)
    assert (added.status_code, added.json()["items"], added.json()["closed"]) == (201, sent["items"], False)
    path, tag = added.headers["location"], added.headers["etag"]
    assert (await api.get(path)).json() == added.json()
    patch = {"items": [f"item_{second.id}"], "closed": True, "issued_on": None}
    changed = await api.patch(path, json=patch, headers={"if-match": tag})
    assert {name: changed.json()[name] for name in patch} == patch
    assert (await api.patch(path, json={"notes": "x"}, headers={"if-match": tag})).status_code == 412
    assert (await api.delete(path)).status_code == 204
    assert (await api.patch(path, json={"name": "Hip"})).status_code == 404
    assert (await api.get(path)).json()["archived_at"] is not None


async def test_cases_are_listed_by_customer(api: httpx.AsyncClient, clinic: World) -> None:
    other = (await api.post("/customers", json={"first_name": "Ola"})).json()["id"]
    for customer, name in ((f"cus_{clinic.kari}", "Knee"), (other, "Hip"), (other, "Back")):
        await api.post("/cases", json={"customer": customer, "name": name, "closed": name == "Hip"})
    page = (await api.get("/cases", params={"customer": other, "limit": 1, "count": True})).json()
    assert ([case["name"] for case in page["data"]], page["total"]) == (["Hip"], 2)
    rest = (await api.get("/cases", params={"customer": other, "limit": 1, "cursor": page["next"]})).json()
    assert ([case["name"] for case in rest["data"]], rest["next"]) == (["Back"], None)
    assert [case["name"] for case in (await api.get("/cases", params={"closed": True})).json()["data"]] == ["Hip"]


async def test_all_that_is_wrong_with_a_case_is_told(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    ola = (await api.post("/customers", json={"first_name": "Ola"})).json()["id"]
    sent = {"customer": ola, "name": "Knee", "items": ["item_987654", f"item_{item.id}"]}
    foreign = await api.post("/cases", json=sent)
    assert [(each["pointer"], each["code"]) for each in foreign.json()["errors"]] == [
        ("/items/0", "unknown"),
        ("/items/1", "unknown"),
    ]
    nobody = await api.post("/cases", json={"customer": "cus_987654", "name": " ", "items": ["item_987654"]})
    assert {each["pointer"] for each in nobody.json()["errors"]} >= {"/name"}
    nobody = await api.post("/cases", json={"customer": "cus_987654", "name": "Knee", "items": ["item_987654"]})
    assert {each["pointer"] for each in nobody.json()["errors"]} == {"/customer", "/items/0"}
    assert (await api.get("/cases")).json()["data"] == []


async def test_the_history_of_a_customer_is_for_those_who_administer(
    api: httpx.AsyncClient, connect: Connect, clinic: World
) -> None:
    kari = f"/customers/cus_{clinic.kari}"
    await api.patch(kari, json={"notes": "Prefers mornings"})
    await api.post("/cases", json={"customer": f"cus_{clinic.kari}", "name": "Knee"})
    assert (await api.get(f"{kari}/history")).status_code == 403
    owner = await connect(clinic, scopes=["read", "administer"])
    first = (await owner.get(f"{kari}/history", params={"limit": 1, "count": True})).json()
    entries, cursor = first["data"], first["next"]
    while cursor:
        page = (await owner.get(f"{kari}/history", params={"limit": 1, "cursor": cursor})).json()
        entries += page["data"]
        cursor = page["next"]
    assert len(entries) == first["total"]
    noted, opened = entries[-2:]
    assert (noted["verb"], noted["subject"], noted["fields"]) == ("change", f"cus_{clinic.kari}", ["notes"])
    assert noted["actor"].startswith("key_")
    assert (opened["kind"], opened["subject"][:5]) == ("case", "case_")
    assert "customer" in opened["fields"]
    assert (await owner.get("/customers/cus_987654/history")).status_code == 404


async def test_other_items_are_another_version(api: httpx.AsyncClient, clinic: World) -> None:
    item_id = (await made(clinic, visit(clinic))).id
    added = await api.post("/cases", json={"customer": f"cus_{clinic.kari}", "name": "Knee"})
    path, tag = added.headers["location"], added.headers["etag"]
    changed = await api.patch(path, json={"items": [f"item_{item_id}"]}, headers={"if-match": tag})
    assert changed.headers["etag"] == (await api.get(path)).headers["etag"] != tag
    again = await api.patch(path, json={"items": [f"item_{item_id}"]})
    assert again.headers["etag"] == changed.headers["etag"]
    assert (await api.patch(path, json={"items": []}, headers={"if-match": tag})).status_code == 412
