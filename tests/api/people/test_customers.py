"""Customers through the API."""

from typing import Any

import httpx
import pytest

from kalends.actions.customers.find import get_customer
from tests.api.conftest import Connect
from tests.desk import DAY, SOON, made, visit
from tests.world import World, open_clinic

EVE = {
    "first_name": "Eve",
    "last_name": "Ødegård",
    "email": "eve@example.org",
    "phone": "+47 40 00 00 01",
    "date_of_birth": "1980-05-17",
    "custom": {"shoe_size": 42},
}


async def added(api: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    made = await api.post("/customers", json={**EVE, **fields})
    assert made.status_code == 201, made.text
    customer: dict[str, Any] = made.json()
    return customer


async def test_a_customer_is_added_shown_and_changed(api: httpx.AsyncClient) -> None:
    eve = await added(api)
    assert {name: eve[name] for name in EVE} == EVE
    path = f"/customers/{eve['id']}"
    shown = await api.get(path)
    assert (shown.json(), shown.json()["created_at"][-6:]) == (eve, "+01:00")
    changed = await api.patch(path, json={"email": None, "notes": "Mornings", "parent": None})
    assert (changed.json()["email"], changed.json()["notes"], changed.json()["phone"]) == (
        None,
        "Mornings",
        EVE["phone"],
    )


async def test_what_was_read_can_be_written(api: httpx.AsyncClient, clinic: World) -> None:
    eve = await added(api, parent=f"cus_{clinic.kari}")
    path, tag = f"/customers/{eve['id']}", (await api.get(f"/customers/{eve['id']}")).headers["etag"]
    read_only = {"id", "blocked_at", "deleted_at", "erased_at", "merged_into", "created_at", "updated_at"}
    back = {name: value for name, value in eve.items() if name not in read_only}
    assert (await api.patch(path, json=back)).json() == eve
    assert (await api.get(path)).headers["etag"] == tag


async def test_all_faults_are_named_at_once(api: httpx.AsyncClient) -> None:
    sent = {"email": "x" * 256, "date_of_birth": "17.5.1980", "parent": "res_7", "first_name": None, "name": "Eve"}
    faults = (await api.post("/customers", json=sent)).json()["errors"]
    assert {(fault["pointer"], fault["code"]) for fault in faults} == {
        ("/email", "too_long"),
        ("/date_of_birth", "invalid"),
        ("/parent", "unknown"),
        ("/first_name", "blank"),
        ("/name", "unsupported"),
    }
    refused = (await api.post("/customers", json={"email": "eve", "phone": "call me"})).json()["errors"]
    assert {(fault["pointer"], fault["code"]) for fault in refused} == {("/email", "invalid"), ("/phone", "invalid")}
    assert (await api.post("/customers", json={})).json()["errors"][0]["pointer"] == "/first_name"


async def test_contacts_are_of_one_customer(api: httpx.AsyncClient, clinic: World) -> None:
    refused = await api.post("/customers", json={"first_name": "Ola", "email": "OLA@example.org"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "/email")
    unknown = await api.post("/customers", json={"first_name": "Ola", "group": "grp_999999"})
    assert unknown.json()["errors"][0]["pointer"] == "/group"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=nord", ["Kari", "Ola"]),
        ("q=NORDMANN+ola", ["Ola"]),
        ("q=odegard", ["Eve"]),
        ("q=0047+400+00+001", ["Eve"]),
        ("q=quetzal", []),
        ("email=KARI@example.org", ["Kari"]),
        ("external_id=crm-7", ["Eve"]),
        ("blocked=true", []),
        ("order=-added", ["Eve", "Ola", "Kari"]),
        ("order=-updated&q=o", ["Eve", "Ola"]),
    ],
)
async def test_customers_are_found(api: httpx.AsyncClient, query: str, names: list[str]) -> None:
    await added(api, external_id="crm-7")
    listed = await api.get(f"/customers?{query}&count=true")
    assert [customer["first_name"] for customer in listed.json()["data"]] == names
    assert listed.json()["total"] == len(names)


async def test_a_search_is_paged(api: httpx.AsyncClient) -> None:
    names, url = [], "/customers?q=nord&limit=1&order=-updated"
    while url:
        page = await api.get(url)
        names += [customer["first_name"] for customer in page.json()["data"]]
        url = page.links["next"]["url"] if page.json()["next"] else ""
    assert sorted(names) == ["Kari", "Ola"]
    cursor = (await api.get("/customers?q=nord&limit=1")).json()["next"]
    assert (await api.get("/customers", params={"q": "kari", "cursor": cursor})).status_code == 422


async def test_who_is_deleted_is_hidden_and_comes_back(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/customers/cus_{clinic.ola}"
    assert (await api.delete(path)).status_code == 204
    assert [each["first_name"] for each in (await api.get("/customers")).json()["data"]] == ["Kari"]
    assert [each["first_name"] for each in (await api.get("/customers?deleted=yes")).json()["data"]] == ["Ola"]
    assert (await api.patch(path, json={"notes": "x"})).status_code == 404
    restored = await api.post(f"{path}/restore")
    assert (restored.status_code, restored.json()["deleted_at"]) == (200, None)


async def test_a_customer_is_blocked_and_unblocked(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/customers/cus_{clinic.ola}"
    assert (await api.post(f"{path}/block")).json()["blocked_at"].startswith("2027-03-01T10:00:00")
    assert [each["first_name"] for each in (await api.get("/customers?blocked=true")).json()["data"]] == ["Ola"]
    assert (await api.post(f"{path}/unblock")).json()["blocked_at"] is None


async def test_a_double_is_merged(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, visit(clinic, customer_id=clinic.ola))
    merged = await api.post(f"/customers/cus_{clinic.kari}/merge", json={"double": f"cus_{clinic.ola}"})
    assert merged.json()["id"] == f"cus_{clinic.kari}"
    double = (await api.get(f"/customers/cus_{clinic.ola}")).json()
    assert (double["merged_into"], double["deleted_at"] is None) == (f"cus_{clinic.kari}", False)
    assert await clinic.db.fetchval("select customer_id from item where id = $1", item.id) == clinic.kari
    itself = await api.post(f"/customers/cus_{clinic.kari}/merge", json={"double": f"cus_{clinic.kari}"})
    assert itself.json()["errors"][0]["pointer"] == "/double"


async def test_the_bookings_of_a_customer_are_listed(api: httpx.AsyncClient, clinic: World) -> None:
    items = [await made(clinic, visit(clinic, starts_at=SOON + days * DAY)) for days in range(3)]
    await made(clinic, visit(clinic, customer_id=clinic.ola, resource_id=clinic.bo))
    path = f"/customers/cus_{clinic.kari}/bookings"
    listed = (await api.get(path)).json()["data"]
    assert [booking["id"] for booking in listed] == [f"bkg_{item.booking_id}" for item in reversed(items)]
    narrowed = await api.get(path, params={"from": "2027-03-02T00:00", "order": "created", "limit": 1, "count": True})
    assert (narrowed.json()["data"][0]["id"], narrowed.json()["total"]) == (f"bkg_{items[1].booking_id}", 2)
    following = await api.get(narrowed.links["next"]["url"])
    assert [booking["id"] for booking in following.json()["data"]] == [f"bkg_{items[2].booking_id}"]
    assert (await api.get("/customers/cus_999999/bookings")).status_code == 404


async def test_all_that_is_known_is_exported(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, visit(clinic, notes="Sensitive feet"))
    export = (await api.get(f"/customers/cus_{clinic.kari}/export")).json()
    assert (export["customer"]["first_name"], export["items"][0]["id"]) == ("Kari", f"item_{item.id}")
    assert (export["items"][0]["notes"], export["items"][0]["from"]) == ("Sensitive feet", "2027-03-01T11:00:00+01:00")


async def test_a_customer_is_erased(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/customers/cus_{clinic.kari}"
    await made(clinic, visit(clinic, starts_at=SOON + DAY))
    refused = await api.post(f"{path}/erase")
    assert (refused.status_code, refused.json()["title"], refused.json()["count"]) == (409, "In use", 1)
    await clinic.db.execute("update item set state = 'cancelled' where account_id = $1", clinic.account.id)
    erased = (await api.post(f"{path}/erase")).json()
    assert (erased["first_name"], erased["email"], erased["erased_at"][:10]) == ("", None, "2027-03-01")
    assert (await api.get("/customers?q=kari&deleted=any")).json()["data"] == []
    assert (await api.post(f"{path}/restore")).status_code == 404


async def test_only_whoever_manages_the_whole_account_exports_and_erases(connect: Connect, clinic: World) -> None:
    books = await connect(clinic, scopes=("read", "book"))
    of_site = await connect(clinic, site_ids=frozenset({clinic.site}))
    for api in (books, of_site):
        assert (await api.get(f"/customers/cus_{clinic.kari}/export")).status_code == 403
        assert (await api.post(f"/customers/cus_{clinic.kari}/erase")).status_code == 403
        assert (await api.get(f"/customers/cus_{clinic.kari}")).status_code == 200


async def test_what_was_read_before_a_change_is_not_written(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/customers/cus_{clinic.kari}"
    tag = (await api.get(path)).headers["etag"]
    assert (await api.patch(path, json={"city": "Oslo"}, headers={"if-match": tag})).status_code == 200
    verbs = ("block", "unblock", "erase", "restore")
    writes = [api.post(f"{path}/{verb}", headers={"if-match": tag}) for verb in verbs]
    double = {"double": f"cus_{clinic.ola}"}
    writes += [
        api.patch(path, json={"city": "Bergen"}, headers={"if-match": tag}),
        api.delete(path, headers={"if-match": tag}),
        api.post(f"{path}/merge", json=double, headers={"if-match": tag}),
    ]
    for write in writes:
        refused = await write
        assert (refused.status_code, refused.json()["current"]["city"]) == (412, "Oslo")


async def test_another_accounts_customers_are_not_there(api: httpx.AsyncClient, clinic: World) -> None:
    stranger = await open_clinic(clinic.db)
    path = f"/customers/cus_{stranger.kari}"
    calls = [api.get(path), api.patch(path, json={"city": "Oslo"}), api.delete(path), api.get(f"{path}/export")]
    calls += [api.post(f"{path}/{verb}") for verb in ("block", "unblock", "restore", "erase")]
    assert [(await call).status_code for call in calls] == [404] * len(calls)
    named = [api.post(f"/customers/cus_{clinic.kari}/merge", json={"double": f"cus_{stranger.kari}"})]
    named += [api.patch(f"/customers/cus_{clinic.kari}", json={"parent": f"cus_{stranger.kari}"})]
    faults = [(await call).json()["errors"] for call in named]
    assert [(fault["pointer"], fault["code"]) for (fault,) in faults] == [
        ("/double", "unknown"),
        ("/parent", "unknown"),
    ]
    assert (await get_customer(stranger.ctx(), stranger.kari)).revision == 0
