"""Whatever is sent to whatever path: an answer in the vendor's form, and never a fault of the server."""

import importlib
import pkgutil
import re
import secrets
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kalends.dialects.cliniko import fields
from kalends.dialects.cliniko.fields.filters import Listing
from kalends.dialects.cliniko.routes import ROUTES
from kalends.dialects.kit.fields import Computed, Field, PassThrough
from tests.desk import broken
from tests.dialects.cliniko.clinic import Clinic

MODULES = [
    importlib.import_module(f"{fields.__name__}.{module.name}") for module in pkgutil.iter_modules(fields.__path__)
]
VALUES_OF_MODULES = [value for module in MODULES for value in vars(module).values()]
TABLES = [value for value in VALUES_OF_MODULES if isinstance(value, tuple) and value]
LINES = [line for table in TABLES for line in table if isinstance(line, Field | Computed | PassThrough)]
LISTINGS = [value for value in VALUES_OF_MODULES if isinstance(value, Listing)]
WIRES = sorted({line.wire for line in LINES})
FILTERED = sorted({line.wire for listing in LISTINGS for line in listing.filters})
TEXTS = (
    *("2027-03-08T09:00:00Z", "2027-03-08", "2027-02-30T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"),
    *("****-05-**", "Weekly", "Europe/Oslo", "Melbourne", "#abc", "", "0", "1", "\0", "true", "kari@example.org"),
    *("9" * 25, "-1", "ü", "x" * 300, "%", "\\", "12.50", "*"),
)
NUMBERS = (0, 1, -1, 7, 100, 2**31, 2**53, 2**63 - 1, 2**63, 10**30, 1e300, 0.5)
PLAIN: st.SearchStrategy[Any] = st.sampled_from((*TEXTS, *NUMBERS, True, None))
OPERATORS = ("=", "!=", ">", ">=", "<", "<=", "~", "~~", "?", "!?", "*", "", "=1,", "=****-")
SEGMENTS = ("1", "0", "x", "9" * 30, "-1", "%20", "%FF", "deleted")
PATH = re.compile(r"{\w+:str}")
QUIETLY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
FILTERS = st.builds(
    lambda field, sign, value: f"{field}:{sign}{value}",
    st.sampled_from([*FILTERED, "x"]),
    st.sampled_from(OPERATORS),
    st.sampled_from(TEXTS) | st.just(""),
)
QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "q[]": st.lists(FILTERS | st.text(max_size=6), max_size=3),
        "q": FILTERS,
        "sort": st.builds(",".join, st.lists(st.sampled_from([*FILTERED, "id:desc", "x:y", ""]), max_size=3)),
        "order": st.sampled_from(["asc", "DESC", "up", ""]),
        "page": st.sampled_from(["1", "0", "10000000000000000000", "x"]),
        "per_page": st.sampled_from(["1", "100", "101", "-1", ""]),
        "from": st.sampled_from(TEXTS),
        "to": st.sampled_from(TEXTS),
    },
)


def values(ids: list[int]) -> st.SearchStrategy[Any]:
    """Anything, and often what looks right."""
    names = st.sampled_from(WIRES) | st.sampled_from(["number_of_repeats", "repeat_type", "number", "name"])
    return st.recursive(
        PLAIN | st.sampled_from([*ids, *map(str, ids)]) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
        max_leaves=6,
    )


def ids_of(clinic: Clinic) -> list[int]:
    w = clinic.world
    return [w.site, w.ada, w.bo, w.hall, w.massage, w.physio, w.yoga, w.kari, w.ola]


def check(response: httpx.Response, *sent: object) -> None:
    """It is no fault of the server; the form was checked when it came."""
    assert response.status_code < 500, (response.text, sent)


async def send(clinic: Clinic, method: str, path: str, body: Any, query: Any = None) -> httpx.Response:
    headers = {"content-type": "application/json"}
    params = {name: value for name, value in (query or {}).items() if "\ud800" not in str(value)}
    content = None if method == "GET" else msgspec.json.encode(body)
    return await clinic.client.request(method, path, content=content, params=params, headers=headers)


@settings(max_examples=600, deadline=None, suppress_health_check=QUIETLY)
@given(data=st.data())
async def test_nothing_that_is_sent_is_a_fault_of_the_server(clinic: Clinic, data: st.DataObject) -> None:
    methods, path, *_ = data.draw(st.sampled_from(ROUTES))
    method = methods if isinstance(methods, str) else data.draw(st.sampled_from(methods))
    ids = ids_of(clinic)
    for part in PATH.findall(path):
        path = path.replace(part, data.draw(st.sampled_from([*SEGMENTS, *map(str, ids), *map(str, ids)])), 1)
    body = data.draw(st.dictionaries(st.sampled_from(WIRES), values(ids), max_size=8))
    query = data.draw(QUERIES)
    check(await send(clinic, method, path, body, query), method, path, body, query)


LISTS = sorted(
    {path for methods, path, *_ in ROUTES if methods == "GET" and path.count("/") == 1 and not path.endswith("user")}
)


@settings(max_examples=400, deadline=None, suppress_health_check=QUIETLY)
@given(data=st.data())
async def test_no_question_is_a_fault_of_the_server(clinic: Clinic, data: st.DataObject) -> None:
    query = data.draw(QUERIES)
    check(await send(clinic, "GET", data.draw(st.sampled_from(LISTS)), None, query), query)


@pytest.mark.parametrize("path", ["/patients", "/businesses", "/appointment_types", "/availability_blocks"])
@settings(max_examples=80, deadline=None, suppress_health_check=QUIETLY)
@given(data=st.data())
async def test_what_nearly_fits_is_no_fault_of_the_server(clinic: Clinic, path: str, data: st.DataObject) -> None:
    """Made as it should be but for some fields, then changed, written back, archived and shown."""
    w = clinic.world
    at_ada = {"business_id": str(w.site), "practitioner_id": str(w.ada)}
    new: dict[str, dict[str, Any]] = {
        "/patients": {"first_name": "Liv", "last_name": "Berg"},
        "/businesses": {"business_name": f"House {secrets.token_hex(6)}"},
        "/appointment_types": {"name": "Taping", "duration_in_minutes": 15},
        "/availability_blocks": {**at_ada, "starts_at": "2027-03-06T09:00:00Z", "ends_at": "2027-03-06T11:00:00Z"},
    }
    changes = st.dictionaries(st.sampled_from(WIRES), values(ids_of(clinic)), max_size=3)
    sent, changed = {**new[path], **data.draw(changes)}, data.draw(changes)
    response = await send(clinic, "POST", path, sent)
    check(response, sent)
    if response.status_code == 201:
        one = f"{path}/{response.json()['id']}"
        for body in (changed, response.json()):
            check(await send(clinic, "PATCH", one, body), sent, body)
        check(await send(clinic, "POST", f"{one}/archive", {}), sent)
        check(await send(clinic, "GET", one, None, {"q[]": "archived_at:*"}), sent)
    assert await broken(w) == []


@settings(max_examples=100, deadline=None, suppress_health_check=QUIETLY)
@given(raw=st.binary(max_size=60), media=st.sampled_from(["", "application/json", "multipart/form-data; boundary=x"]))
async def test_no_bytes_are_a_fault_of_the_server(clinic: Clinic, raw: bytes, media: str) -> None:
    headers = {"content-type": media} if media else {}
    for path in ("/patients", "/businesses", "/appointment_types"):
        check(await clinic.client.post(path, content=raw, headers=headers), raw, media)
