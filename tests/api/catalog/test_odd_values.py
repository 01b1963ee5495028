"""Whatever a field of the catalogue is sent, it is taken or refused."""

from typing import Any

import httpx
import pytest

from kalends.api.handlers import custom_fields, exceptions, extras, opening_hours, prices, resources, services
from kalends.api.openapi import body_sample
from kalends.api.operations import Operation
from kalends.api.reading import fields_of
from tests.api.examples import call, ids_of, path_of
from tests.world import World

ODD: tuple[Any, ...] = (
    *("\0", "", " ", "x" * 300, "x" * 70_000, "res_1", "svc_9007199254740991", "fld_1", "24:00", "48:00"),
    *("0001-01-01", "9999-12-31", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00", "1000-01-01T00:00"),
    *(None, True, 0, -1, 1, 2**31, 2**63 - 1, 2**63, 1.5, 1e308),
    *([], [None], ["\0"], ["res_1"], ["svc_1", "svc_1"], [{"weekday": 1, "opens": "24:00", "closes": "48:00"}]),
    *({}, {"x": "1"}, {"fld_1": "\0"}, {"amount": "1", "currency": "NOK"}, {"amount": "9" * 39, "currency": "NOK"}),
)
GROUPS = (resources, opening_hours, exceptions, services, extras, prices, custom_fields)
OPERATIONS = [operation for group in GROUPS for operation in group.OPERATIONS]
WRITES = [operation for operation in OPERATIONS if operation.body]
READS = [operation for operation in OPERATIONS if operation.params and not operation.writes]


@pytest.mark.parametrize("operation", WRITES, ids=lambda operation: operation.id)
async def test_odd_values_in_bodies(api: httpx.AsyncClient, clinic: World, operation: Operation) -> None:
    ids = await ids_of(clinic)
    for field in fields_of(operation.body):
        for odd in ODD:
            body = {**body_sample(operation), field.encode_name: odd}
            answer = await call(api, operation, ids, json=body)
            assert answer.status_code < 500, f"{body!r:.300}: {answer.text}"


@pytest.mark.parametrize("operation", READS, ids=lambda operation: operation.id)
async def test_odd_parameters(api: httpx.AsyncClient, clinic: World, operation: Operation) -> None:
    ids = await ids_of(clinic)
    for field in fields_of(operation.params):
        for odd in ODD:
            if isinstance(odd, str) and len(odd) < 1000:
                answer = await api.get(path_of(operation, ids), params={field.encode_name: odd})
                assert answer.status_code < 500, f"{field.encode_name}={odd!r:.300}: {answer.text}"
