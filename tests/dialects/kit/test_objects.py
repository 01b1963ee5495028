"""Handlers of one kind of objects, on a door of their own."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx
import pytest

from kalends.actions.context import Context
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.change import change_customer
from kalends.actions.customers.find import get_customer
from kalends.dialects.kit.error_names import ErrorNames
from kalends.dialects.kit.objects import ObjectHandlers, Params
from kalends.dialects.kit.routing import Route, router_of
from kalends.engine.customers.customer import Customer, CustomerPatch
from kalends.store.db import Db
from kalends.web.door import Answer, Door
from tests.web.toy import bearer_or_user, said, say, served, shell
from tests.world import World, open_clinic


async def look_up(ctx: Context, customers: Sequence[Customer], params: Params) -> None:
    return None


def render(customer: Customer, _: None) -> Answer:
    return said({"id": customer.id, "name": customer.first_name})


def parse(params: Mapping[str, Any], ctx: Context) -> CustomerPatch:
    return CustomerPatch(first_name=params["name"])


CUSTOMERS = ObjectHandlers("id", "customer", look_up, render)
ROUTES: tuple[Route, ...] = (
    ("POST", "/customers", CUSTOMERS.create(parse, add_customer), ErrorNames()),
    ("GET", "/customers/{id:str}", CUSTOMERS.show(get_customer), ErrorNames()),
    ("PUT", "/customers/{id:str}", CUSTOMERS.update(parse, change_customer), ErrorNames()),
)


@pytest.fixture
async def clinic(db: Db) -> World:
    return await open_clinic(db)


@pytest.fixture
async def client(database_url: str, clinic: World) -> AsyncIterator[httpx.AsyncClient]:
    door = Door("toy", "/toy/api/v1", router_of(ROUTES), bearer_or_user, say)
    async with served(shell(database_url, doors=[door]), await clinic.key("toy")) as client:
        yield client


async def test_an_object_is_added_changed_and_shown(client: httpx.AsyncClient) -> None:
    siri = (await client.post("/customers", json={"name": "Siri"})).json()
    assert (await client.put(f"/customers/{siri['id']}", json={"name": "Berit"})).json() == siri | {"name": "Berit"}
    assert (await client.get(f"/customers/{siri['id']}")).json() == siri | {"name": "Berit"}


@pytest.mark.parametrize("path", ["/customers/Siri", f"/customers/{2**53}", "/customers/1.0"])
async def test_what_is_no_id_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert (response.status_code, response.json()) == (404, {"toy": "not_found"})
