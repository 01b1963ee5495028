"""Whatever is sent to whatever path: an answer in the vendor's form, and never a fault of the server."""

import re
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kalends.dialects.makeplans.fields import bookings, client, dates, events, people, resources, services, web_hooks
from kalends.dialects.makeplans.routes import ROUTES
from tests.dialects.makeplans.clinic import Clinic

TABLES = {
    "booking": bookings.BOOKING,
    "person": people.PERSON,
    "resource": resources.RESOURCE,
    "resource_exception_date": resources.EXCEPTION_DATE,
    "provider": resources.PROVIDER,
    "service": services.SERVICE,
    "event": events.EVENT,
    "client": client.CLIENT,
    "web_hook": web_hooks.WEB_HOOK,
}
WIRES = sorted({line.wire for table in TABLES.values() for line in table} | {"person_attributes", "public_booking"})
QUERY_FIELDS = (*bookings.QUERY, *people.QUERY, *events.QUERY, *services.QUERY, *dates.HOURS, *dates.SLOTS)
QUERY_NAMES = sorted({line.wire for line in QUERY_FIELDS} | {"page", "order"})
BESIDE = sorted(
    {line.wire for line in (*bookings.FLAGS, *bookings.MESSAGE_FLAGS)} | {"status", "verification_code", "extended"}
)
TEXTS = (
    "2027-03-08 09:00",
    "2027-03-08 10:00",
    "08:00",
    "16:00",
    "sms",
    "product",
    "https://example.org/x",
    "9000-12-31 23:59",
    "1000-01-01",
    "FREQ=DAILY;COUNT=2",
    "",
    "0",
    "\0",
)
NUMBERS = (0, 1, -1, 2**31, 2**53, 2**63 - 1, 2**63, 10**30, 1e300, 0.5)
SCALARS: st.SearchStrategy[Any] = st.sampled_from((*TEXTS, *NUMBERS, True, None, "9" * 25, "kari@example.org", "true"))
VALUES = st.recursive(
    SCALARS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)
OBJECTS = st.dictionaries(st.sampled_from(WIRES), VALUES, max_size=6)
NAMED = st.dictionaries(
    st.sampled_from(sorted({*TABLES, "resource_exception_dates"})), OBJECTS | st.lists(OBJECTS) | VALUES, max_size=2
)
HOURS = st.lists(st.sampled_from(["08:00", "12:00", "12:30", "16:00", "24:00", "00:00", "02:00"]), max_size=4)
RECURRING = st.fixed_dictionaries({}, optional={"rrule": VALUES, "rdate": VALUES, "exdate": VALUES})
FLAGS = st.dictionaries(st.sampled_from(BESIDE), VALUES, max_size=3)
BODIES = st.builds(
    lambda *parts: {k: v for part in parts for k, v in part.items()},
    NAMED,
    FLAGS,
    st.fixed_dictionaries({}, optional={"recurring": RECURRING, "recurrence": RECURRING}),
)
QUERIES = st.lists(
    st.tuples(st.sampled_from([*QUERY_NAMES, "extended"]), st.sampled_from(["", "[]", "[x]"]), SCALARS.map(str)),
    max_size=4,
)
JSON = {"content-type": "application/json"}
PARTS = re.compile(r"{\w+:str}")
SEGMENTS = st.sampled_from(
    ["1", "0", "x", "9" * 30, "recent", "2027-03-08", "8d3c1b62-8a4e-4a9b-9a52-0d5a7c1f9f11", "%20"]
)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_nothing_that_is_sent_is_a_fault_of_the_server(clinic: Clinic, data: st.DataObject) -> None:
    method, path, _, _ = data.draw(st.sampled_from(ROUTES))
    own = await ids_of(clinic)
    for part in PARTS.findall(path):
        segment = data.draw(SEGMENTS | st.integers(0, 11))
        path = path.replace(part, own[segment % len(own)] if isinstance(segment, int) else segment)
    path = path.replace("{external_id:path}", data.draw(SEGMENTS))
    query: list[tuple[str, Any]] = [(name + suffix, value) for name, suffix, value in data.draw(QUERIES)]
    sent: dict[str, Any] = {}
    if method != "GET":
        sent = {"content": msgspec.json.encode(data.draw(BODIES)), "headers": {"content-type": "application/json"}}
    response = await clinic.client.request(method, path, params=query, **sent)
    assert response.status_code < 500, (method, path, query, sent, response.text)
    assert isinstance(response.json(), dict | list)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=OBJECTS, flags=FLAGS)
async def test_a_wish_that_nearly_fits_is_no_fault_of_the_server(
    clinic: Clinic, changes: dict[str, Any], flags: dict[str, Any]
) -> None:
    wish = msgspec.json.encode({"booking": {**clinic.massage(9), **changes}, **flags})
    response = await clinic.client.post("/bookings", content=wish, headers={"content-type": "application/json"})
    assert response.status_code < 500, (wish, response.text)
    if response.status_code == 200:
        path = f"/bookings/{response.json()['booking']['id']}"
        changed = await clinic.client.put(path, content=wish, headers={"content-type": "application/json"})
        assert changed.status_code < 500, (wish, changed.text)
        assert (await clinic.client.delete(path)).status_code == 200


@pytest.mark.parametrize("name", [name for name in TABLES if name != "booking"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_an_object_that_nearly_fits_is_no_fault_of_the_server(
    clinic: Clinic, name: str, data: st.DataObject
) -> None:
    """Computed as it should be but for some fields, then changed, shown, listed and taken away."""
    wires = sorted({line.wire for line in TABLES[name]})
    changes = data.draw(st.dictionaries(st.sampled_from(wires), VALUES | HOURS, max_size=5))
    as_made = data.draw(st.booleans())  # before anything is asked: what is answered may differ from try to try
    path, valid = await valid_object(clinic, name)
    method = "PUT" if name == "client" else "POST"
    answers = [await send(clinic, method, path, {name: {**valid, **changes}})]
    made = answers[0].json().get(name, {}) if answers[0].status_code == 200 else {}
    if made and name != "resource_exception_date":
        path = f"{path}/{made['id']}" if "id" in made else path
        answers.append(await send(clinic, "PUT", path, {name: made if as_made else changes}))
    answers += [await send(clinic, verb, path, None) for verb in ("GET", "DELETE")]
    assert [answer.text for answer in answers if answer.status_code >= 500] == [], (name, changes)


async def valid_object(clinic: Clinic, name: str) -> tuple[str, dict[str, Any]]:
    """Where an object of that name is made, and one that can be."""
    w = clinic.world
    times = {"starts_at": clinic.at(18), "ends_at": clinic.at(19)}
    known: dict[str, tuple[str, dict[str, Any]]] = {
        "person": ("/people", {"name": "Nils Ny"}),
        "resource": ("/resources", {"title": "Room", "opening_hours_mon": ["08:00", "16:00"]}),
        "resource_exception_date": (
            f"/resources/{w.ada}/exception_dates/2027-03-08",
            {"opening_hours": ["08:00", "12:00"]},
        ),
        "provider": ("/providers", {"resource_id": w.hall, "service_id": w.massage}),
        "service": ("/services", {"title": "Tea", "interval": 30}),
        "event": ("/events", {"service_id": w.yoga, "resource_id": w.left, "capacity": 5, **times}),
        "client": ("/client", {"name": "Clinic"}),
        "web_hook": ("/web_hooks", {"target_url": "https://example.org/x", "event": "booking.*"}),
    }
    return known[name]


async def send(clinic: Clinic, method: str, path: str, body: Any) -> httpx.Response:
    """A request that may have a body, with numbers that not every client can write."""
    sent: dict[str, Any] = {} if body is None else {"content": msgspec.json.encode(body), "headers": JSON}
    return await clinic.client.request(method, path, **sent)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=st.binary(max_size=60),
    kind=st.sampled_from(
        ["", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
    ),
)
async def test_no_bytes_are_a_fault_of_the_server(clinic: Clinic, raw: bytes, kind: str) -> None:
    headers = {"content-type": kind} if kind else {}
    response = await clinic.client.post("/bookings", content=raw, headers=headers)
    assert response.status_code < 500, response.text


async def ids_of(clinic: Clinic) -> list[str]:
    """Ids that are there: of a booking, a person, a resource, a service."""
    w = clinic.world
    listed = await clinic.listed("/bookings/all")
    return [str(ident) for ident in (*listed[:1], w.kari, w.ada, w.massage)]
