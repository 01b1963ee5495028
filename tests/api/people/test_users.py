"""Staff users and roles through the API."""

import httpx
import pytest

from kalends.actions.accounts.users import create_user
from tests.api.conftest import Connect
from tests.people import logged_in
from tests.world import World, open_clinic

OLGA = {"email": "olga@example.org", "role": "staff", "name": "Olga"}


@pytest.fixture
async def admin(clinic: World, connect: Connect) -> httpx.AsyncClient:
    """A client with a key that may administer, too."""
    return await connect(clinic, scopes=("read", "book", "manage", "administer"))


async def test_a_user_is_added_and_logs_in(admin: httpx.AsyncClient, clinic: World) -> None:
    made = await admin.post("/users", json={**OLGA, "sites": [f"site_{clinic.site}"]})
    user = made.json()["user"]
    assert made.headers["location"].endswith(f"/users/{user['id']}")
    assert (user["name"], user["sites"], user["notices"]) == ("Olga", [f"site_{clinic.site}"], None)
    assert (await admin.get(f"/users/{user['id']}")).json() == user
    ctx, _ = await logged_in(clinic, "olga@example.org", made.json()["password"])
    assert (ctx.principal.role, ctx.site_ids) == ("staff", frozenset({clinic.site}))


async def test_a_user_is_changed_disabled_and_let_in_again(admin: httpx.AsyncClient, clinic: World) -> None:
    made = (await admin.post("/users", json=OLGA)).json()
    path = f"/users/{made['user']['id']}"
    notices = {"facts": ["booked"], "only_own": True, "daily_at": "07:00"}
    changed = (await admin.patch(path, json={"role": "manager", "notices": notices})).json()
    assert (changed["role"], changed["notices"], changed["name"]) == ("manager", notices, "Olga")
    assert (await admin.patch(path, json={"notices": None})).json()["notices"] is None
    assert (await admin.delete(path)).status_code == 204
    assert (await admin.get("/users")).json()["data"] == []
    assert [user["email"] for user in (await admin.get("/users?disabled=yes")).json()["data"]] == ["olga@example.org"]
    assert (await admin.post(f"{path}/enable")).json()["disabled_at"] is None
    fresh = (await admin.post(f"{path}/password")).json()["password"]
    assert fresh != made["password"]
    await logged_in(clinic, "olga@example.org", fresh)


async def test_all_faults_are_named_at_once(admin: httpx.AsyncClient, clinic: World) -> None:
    wrong = {"email": 7, "role": "king", "sites": ["res_1"], "password": "secret"}
    faults = (await admin.post("/users", json=wrong)).json()["errors"]
    assert {(fault["pointer"], fault["code"]) for fault in faults} == {
        ("/email", "invalid"),
        ("/role", "not_included"),
        ("/sites/0", "unknown"),
        ("/password", "unsupported"),
    }
    stranger = await open_clinic(clinic.db)
    unknown = {"email": "olga", "role": "owner", "sites": [f"site_{stranger.site}"]}
    refused = (await admin.post("/users", json=unknown)).json()["errors"]
    assert {(fault["pointer"], fault["code"]) for fault in refused} == {
        ("/email", "invalid"),
        ("/sites", "not_for_owners"),
        ("/sites", "unknown"),
    }
    await admin.post("/users", json=OLGA)
    taken = await admin.post("/users", json={**OLGA, "email": "OLGA@example.org"})
    assert (taken.status_code, taken.json()["errors"][0]["pointer"]) == (409, "/email")


async def test_a_key_makes_and_changes_no_owners(admin: httpx.AsyncClient, clinic: World) -> None:
    assert (await admin.post("/users", json={**OLGA, "role": "owner"})).status_code == 403
    owner, _ = await create_user(clinic.ctx(), "per@example.org", "owner")
    path = f"/users/usr_{owner.id}"
    assert (await admin.patch(path, json={"role": "staff"})).status_code == 403
    assert (await admin.delete(path)).status_code == 403
    assert (await admin.post(f"{path}/password")).status_code == 403
    assert (await admin.get(path)).json()["role"] == "owner"


async def test_what_was_read_before_a_change_is_not_written(admin: httpx.AsyncClient) -> None:
    path = f"/users/{(await admin.post('/users', json=OLGA)).json()['user']['id']}"
    tag = (await admin.get(path)).headers["etag"]
    assert (await admin.patch(path, json={"name": "Olga B."}, headers={"if-match": tag})).status_code == 200
    refused = await admin.patch(path, json={"name": "O."}, headers={"if-match": tag})
    assert (refused.status_code, refused.json()["current"]["name"]) == (412, "Olga B.")
    for method, verb in (("DELETE", ""), ("POST", "/enable"), ("POST", "/password")):
        assert (await admin.request(method, path + verb, headers={"if-match": tag})).status_code == 412


async def test_a_key_of_a_site_sees_who_works_there(connect: Connect, clinic: World) -> None:
    of_site = await connect(clinic, site_ids=frozenset({clinic.site}))
    everywhere, _ = await create_user(clinic.ctx(), "per@example.org", "manager")
    there, _ = await create_user(clinic.ctx(), "olga@example.org", "staff", site_ids=frozenset({clinic.site}))
    assert {user["id"] for user in (await of_site.get("/users")).json()["data"]} == {
        f"usr_{everywhere.id}",
        f"usr_{there.id}",
    }
    assert (await of_site.get(f"/users/usr_{there.id}")).json()["email"] == "olga@example.org"
    assert (await of_site.patch(f"/users/usr_{there.id}", json={"name": "O."})).status_code == 403


async def test_roles_say_what_they_may(api: httpx.AsyncClient) -> None:
    roles = {role["role"]: role["scopes"] for role in (await api.get("/roles")).json()["data"]}
    assert (roles["staff"], roles["owner"][-1], len(roles)) == (["read", "book"], "administer", 5)
