"""Logins of customers through the API."""

import httpx

from kalends.actions.accounts.logins import log_in
from tests.console.test_customer_login import attempt
from tests.world import World


async def test_a_login_is_given_renewed_and_ended(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/customers/cus_{clinic.kari}/login"
    assert (await api.get(path)).json() == {"login": None}
    first = (await api.put(path, json={"login": " kari "})).json()
    second = (await api.put(path, json={"login": "kari"})).json()
    assert (first["login"], first["password"] == second["password"]) == ("kari", False)
    ctx, _ = await log_in(clinic.db, clinic.now, attempt(clinic, "kari", second["password"]))
    assert ctx.principal.customer_id == clinic.kari
    assert (await api.get(path)).json() == {"login": "kari"}
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path)).json() == {"login": None}
    assert (await api.delete(path)).status_code == 404


async def test_a_login_that_can_not_be_is_told(api: httpx.AsyncClient, clinic: World) -> None:
    await api.put(f"/customers/cus_{clinic.ola}/login", json={"login": "ola"})
    path = f"/customers/cus_{clinic.kari}/login"
    taken = await api.put(path, json={"login": "Ola"})
    assert (taken.status_code, taken.json()["errors"][0]["pointer"]) == (409, "/login")
    blank = await api.put(path, json={"login": " "})
    assert [fault["pointer"] for fault in blank.json()["errors"]] == ["/login"]
    assert (await api.put("/customers/cus_999999/login", json={"login": "x"})).status_code == 404


async def test_who_gives_one_where_somebody_else_just_did_sees_theirs(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/customers/cus_{clinic.kari}/login"
    none_yet = {"if-match": (await api.get(path)).headers["etag"]}
    assert (await api.put(path, json={"login": "kari"}, headers=none_yet)).status_code == 200
    late = await api.put(path, json={"login": "kari.moe"}, headers=none_yet)
    assert (late.status_code, late.json()["current"]) == (412, {"login": "kari"})
    first = {"if-match": (await api.get(path)).headers["etag"]}
    await api.put(path, json={"login": "kari"})
    assert (await api.delete(path, headers=first)).status_code == 412
    assert (await api.delete(path, headers={"if-match": (await api.get(path)).headers["etag"]})).status_code == 204
