"""Handlers of one kind of objects, on a door of their own."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx
import msgspec
import pytest

from kalends.actions.context import Context
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.change import change_customer
from kalends.actions.customers.find import get_customer, list_customers
from kalends.dialects.kit.error_names import ErrorNames
from kalends.dialects.kit.objects import ObjectHandlers, Params, text_id
from kalends.dialects.kit.opaque_ids import OpaqueIds, opaque_path_id
from kalends.dialects.kit.routing import Route, router_of
from kalends.engine.customers.customer import Customer, CustomerPatch, CustomerQuery
from kalends.engine.refusals import NotFound
from kalends.store.db import Db
from kalends.web.door import Answer, Door
from tests.web.toy import bearer_or_user, said, say, served, shell
from tests.world import World, open_clinic

HEADER = "X-Once"


async def load_opaque_ids(ctx: Context) -> OpaqueIds:
    return OpaqueIds(b"secret", ctx.account.id)


async def look_up(ctx: Context, customers: Sequence[Customer], params: Params) -> None:
    return None


async def get_by_name(ctx: Context, name: str) -> Customer:
    page = await list_customers(ctx, CustomerQuery(name=name))
    if not page.rows:
        raise NotFound("customer", name)
    return page.rows[0]


def render(customer: Customer, _: None) -> Answer:
    return said({"id": customer.id, "name": customer.first_name})


def parse(params: Mapping[str, Any], ctx: Context) -> CustomerPatch:
    return CustomerPatch(first_name=params["name"])


NUMBERED = ObjectHandlers("id", "customer", look_up, render, idempotency_header=HEADER)
NAMED = ObjectHandlers("id", "customer", look_up, render, text_id)
OPAQUE = ObjectHandlers("id", "customer", look_up, render, opaque_path_id(load_opaque_ids))
ROUTES = (
    Route("POST", "/numbered", NUMBERED.create(parse, add_customer), ErrorNames()),
    Route("GET", "/numbered/{id:str}", NUMBERED.show(get_customer), ErrorNames()),
    Route("PUT", "/numbered/{id:str}", NUMBERED.update(parse, change_customer), ErrorNames()),
    Route("POST", "/opaque", OPAQUE.create(parse, add_customer), ErrorNames()),
    Route("GET", "/opaque/{id:str}", OPAQUE.show(get_customer), ErrorNames()),
    Route("PUT", "/opaque/{id:str}", OPAQUE.update(parse, change_customer), ErrorNames()),
    Route("GET", "/named/{id:str}", NAMED.show(get_by_name), ErrorNames()),
)


@pytest.fixture
async def clinic(db: Db) -> World:
    return await open_clinic(db)


@pytest.fixture
async def client(database_url: str, clinic: World) -> AsyncIterator[httpx.AsyncClient]:
    door = Door("toy", "/toy/api/v1", router_of(ROUTES), bearer_or_user, say)
    async with served(shell(database_url, doors=[door]), await clinic.key("toy")) as client:
        yield client


@pytest.fixture
async def siri(clinic: World) -> Customer:
    return await add_customer(clinic.ctx(), CustomerPatch(first_name="Siri"))


async def named(clinic: World, name: str) -> int:
    """How many customers have that name."""
    return (await list_customers(clinic.ctx(), CustomerQuery(name=name))).total


async def test_ids_in_paths_have_the_doors_form(client: httpx.AsyncClient, clinic: World, siri: Customer) -> None:
    opaque = (await load_opaque_ids(clinic.ctx())).encode("customer", siri.id)
    for path in (f"/numbered/{siri.id}", f"/opaque/{opaque}", "/named/Siri"):
        assert (await client.get(path)).json() == {"id": siri.id, "name": "Siri"}


async def test_ids_of_another_form_are_not_found(client: httpx.AsyncClient, siri: Customer) -> None:
    for path in ("/numbered/Siri", f"/opaque/{siri.id}", f"/opaque/{'0' * 22}", "/named/Nobody", f"/named/{'x' * 256}"):
        response = await client.get(path)
        assert (response.status_code, response.json()) == (404, {"toy": "not_found"})


async def test_an_object_is_changed_by_its_opaque_id(client: httpx.AsyncClient, clinic: World, siri: Customer) -> None:
    opaque = (await load_opaque_ids(clinic.ctx())).encode("customer", siri.id)
    assert (await client.put(f"/opaque/{opaque}", json={"name": "Berit"})).json() == {"id": siri.id, "name": "Berit"}


async def test_with_a_header_writes_are_repeated_without_another_effect(
    client: httpx.AsyncClient, clinic: World
) -> None:
    first, second = [await client.post("/numbered", json={"name": "Astrid"}, headers={HEADER: "a"}) for _ in range(2)]
    assert first.content == second.content
    assert await named(clinic, "Astrid") == 1
    path = f"/numbered/{msgspec.json.decode(first.content)['id']}"
    for name in ("Berit", "Siri", "Berit"):
        await client.put(path, json={"name": name}, headers={HEADER: name})
    assert (await client.get(path)).json()["name"] == "Siri"


async def test_without_a_header_each_write_has_its_effect(client: httpx.AsyncClient, clinic: World) -> None:
    for path in ("/numbered", "/opaque"):
        for _ in range(2):
            await client.post(path, json={"name": "Astrid"}, headers={HEADER: "a"} if path == "/opaque" else {})
    assert await named(clinic, "Astrid") == 4
