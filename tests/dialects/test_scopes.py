"""Through every door a key does what its scopes allow, and what it may not is refused in the form of the door."""

from collections.abc import Collection

import httpx
import pytest

from kalends.actions.accounts.keys import create_key
from kalends.engine.accounts.principal import Role, Scope
from tests.desk import made, visit
from tests.dialects.carecloud.festival import token_of
from tests.dialects.carecloud.test_customers import new
from tests.dialects.conftest import Connect
from tests.world import World

MAKEPLANS, LOCABOO = "http://test/makeplans/api/v1", "http://test/locaboo/api/v2"
CARECLOUD = "http://test/carecloud/webservice/rest-api/enterprise-interface/v1.0"
CLINIKO = "http://test/cliniko/v1"
MANAGED = {"title": "Sauna oil"}


async def through_makeplans(clinic: World, connect: Connect, scopes: Collection[Scope]) -> httpx.AsyncClient:
    _, key = await create_key(clinic.ctx(), "makeplans", scopes=scopes)
    return connect(MAKEPLANS, headers={"authorization": f"Bearer {key}"})


@pytest.mark.parametrize(("scope", "cancel", "rename"), [("read", 403, 403), ("book", 200, 403), ("manage", 403, 200)])
async def test_makeplans(clinic: World, connect: Connect, scope: Scope, cancel: int, rename: int) -> None:
    item = await made(clinic, visit(clinic))
    client = await through_makeplans(clinic, connect, [scope])
    assert [one["booking"]["id"] for one in (await client.get("/bookings")).json()] == [item.id]
    renamed = await client.put(f"/services/{clinic.massage}", json={"service": MANAGED})
    cancelled = await client.put(f"/bookings/{item.id}/cancel")
    assert (renamed.status_code, cancelled.status_code) == (rename, cancel)


async def test_web_hooks_have_secrets_and_are_not_for_every_reader(clinic: World, connect: Connect) -> None:
    books = await through_makeplans(clinic, connect, ["book"])
    manages = await through_makeplans(clinic, connect, ["manage"])
    assert [(await client.get("/web_hooks")).status_code for client in (books, manages)] == [403, 200]


@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("manage", 403), ("book", 200)])
async def test_locaboo(clinic: World, connect: Connect, scope: Scope, status: int) -> None:
    _, key = await create_key(clinic.ctx(), "locaboo", scopes=[scope])
    client = connect(LOCABOO, params={"api_secret_key": key})
    assert (await client.get("/customer_list")).json()["total"] == 2
    answer = await client.post("/customer_add", json={"first_name": "Eva"})
    assert (answer.status_code, answer.json()["success"]) == (status, status == 200)


@pytest.mark.parametrize(("role", "status"), [("readonly", 403), ("staff", 201), ("manager", 201)])
async def test_carecloud(clinic: World, connect: Connect, role: Role, status: int) -> None:
    client = connect(CARECLOUD, headers={"authorization": f"Bearer {await token_of(clinic, role)}"})
    assert (await client.get("/customers")).json()["data"]["total_items"] == 2
    answer = await client.post("/customers", json=new())
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["error"]["exception"] == "forbidden_exception"


@pytest.mark.parametrize(
    ("scope", "patient", "renamed"), [("read", 403, 403), ("book", 201, 403), ("manage", 403, 200)]
)
async def test_cliniko(clinic: World, connect: Connect, scope: Scope, patient: int, renamed: int) -> None:
    _, key = await create_key(clinic.ctx(), "cliniko", scopes=[scope])
    client = connect(CLINIKO, auth=(key, ""))
    new = await client.post("/patients", json={"first_name": "Eva", "last_name": "Moe"})
    changed = await client.patch(f"/appointment_types/{clinic.massage}", json={"name": "Sauna oil"})
    assert (new.status_code, changed.status_code) == (patient, renamed)
