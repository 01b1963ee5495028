"""The clinic behind its door: clients of both interfaces, a user's and a device's."""

from pathlib import Path
from typing import Any

import httpx

from kalends.actions.accounts.devices import Registration, register_device
from kalends.actions.accounts.logins import log_in
from kalends.dialects.carecloud.auth import application_of
from kalends.dialects.carecloud.fields.view import DOOR
from kalends.dialects.kit.opaque_ids import OpaqueIds
from kalends.engine.accounts.principal import Role
from kalends.store.installation import load_opaque_id_secret
from tests.dialects.contract import Contract, Tolerances
from tests.dialects.place import Place
from tests.people import attempt, hired
from tests.world import World

HOST = "http://festival.example/carecloud/webservice/rest-api"
ENTERPRISE = f"{HOST}/enterprise-interface/v1.0"
CUSTOMER = f"{HOST}/customer-interface/v1.0"
CONTRACT = Contract(
    Path(__file__).parent / "openapi.json",
    *(httpx.URL(base).path for base in (ENTERPRISE, CUSTOMER)),
    tolerances=Tolerances(errors=frozenset({401})),  # of a wrong login, which the document says nothing about
)
CHECKED: Any = {"event_hooks": {"response": [CONTRACT.check]}}
"""Of clients all of whose answers have the form that the vendor's document describes."""
OLGA = "olga@example.org"
DEVICE = {"device_id": "0-1-2", "device_system": "OSX", "device_name": "Test device", "device_type": "iPhone"}
SETUP = {"language_id": "en", "allowed_gps": True, "allowed_notifications": False}


class Festival(Place, frozen=True):
    """A place that is asked as CareCloud. `client` shows the token of a manager, `app` that of a device; `anybody` and
    `visitor` show none. `application` is the id of the account's application."""

    app: httpx.AsyncClient
    anybody: httpx.AsyncClient
    visitor: httpx.AsyncClient
    application: str
    ids: OpaqueIds

    def opaque(self, kind: str, number: int) -> str:
        """An id as the wire has it."""
        return self.ids.encode(kind, number)

    async def get(self, path: str, **params: Any) -> Any:
        """What a request that must work answers as data."""
        return worked(await self.client.get(path, params=params))

    @property
    def token(self) -> str:
        """The token of the device."""
        return str(self.app.headers["authorization"]).removeprefix("Bearer ")


async def token_of(world: World, role: Role, email: str = OLGA) -> str:
    """The token of a new user of this role who has logged in through the door."""
    password = await hired(world, role, email)
    login = attempt(world, email, password, door=DOOR)
    return (await log_in(world.db, world.now, login))[1]


async def device_token(world: World, name: str = "0-1-2") -> str:
    """The token of a new device."""
    address = f"here {world.account.id}"
    device = Registration(account_id=world.account.id, door=DOOR, name=name, details={}, address=address)
    return await register_device(world.db, world.now, device)


async def application(world: World) -> str:
    """The id of the account's application."""
    return application_of(await load_opaque_id_secret(world.db), world.account)


def worked(response: httpx.Response, status: int = 200) -> Any:
    """The data of a request that must have worked."""
    assert response.status_code == status, response.text
    return response.json()["data"] if response.content else None


def refused(response: httpx.Response, status: int = 400) -> dict[str, Any]:
    """The error of a request that must have been refused, which has the vendor's form."""
    assert response.status_code == status, response.text
    error: dict[str, Any] = response.json()["error"]
    assert (
        {"type", "exception", "title", "detail"} <= set(error) <= {"type", "exception", "title", "detail", "error_data"}
    )
    return error


def faults(response: httpx.Response) -> dict[str, str]:
    """The reasons of the invalid parameters, by their names."""
    return {param["name"]: param["reason"] for param in refused(response)["error_data"]["invalid_params"]}
