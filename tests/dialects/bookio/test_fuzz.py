"""Whatever is sent to whatever call: an answer in the envelope, and never a fault of the server."""

import re
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kalends.dialects.bookio.fields import blocked_times, calendars, reservations
from kalends.dialects.bookio.routes import ROUTES
from tests.desk import broken
from tests.dialects.bookio.practice import Practice, service, worked

TABLES = (
    *(reservations.NEW, reservations.STATUS, reservations.TERM, reservations.SYNC, reservations.QUERY),
    *(blocked_times.NEW, blocked_times.QUERY),
    *(calendars.CALENDAR, calendars.SERVICE, calendars.INTERVAL, calendars.QUERY),
)
WIRES = sorted({line.wire for table in TABLES for line in table} | {"lastSync", "offset", "limit", "lang"})
TEXTS = (
    *("2027-03-08", "2027-03-08T09:00:00", "2027-02-30", "9000-12-31T23:59:59", "1000-01-01", "0000-00-00", "09:00"),
    *("24:00", "25:61", "CONFIRMED", "CANCELLED", "DID_NOT_COME", "", "0", "1", "\0", "\ud800", "true", "sk"),
    *("kari@example.org", "+421948762315", "9" * 25, "-1", "ü", "x" * 300, "a2se8w", "1671109423478"),
)
NUMBERS = (0, 1, -1, 7, 44, 101, 2**31, 2**53, 2**63 - 1, 2**63, 10**30, 1e300, 0.5, 1671109423478)
PLAIN: st.SearchStrategy[Any] = st.sampled_from((*TEXTS, *NUMBERS, True, None))
PATH = re.compile(r"{\w+:str}")
SEGMENTS = ("1", "0", "x", "9" * 30, "-1", "%20", "%FF")
QUIETLY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def values(ids: list[int]) -> st.SearchStrategy[Any]:
    """Anything, and often what looks right."""
    names = st.sampled_from(WIRES) | st.text(max_size=4)
    return st.recursive(
        PLAIN | st.sampled_from([*ids, *map(str, ids)]) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
        max_leaves=6,
    )


def check(response: httpx.Response, *sent: object) -> None:
    """It is no fault of the server, and in form."""
    assert response.status_code in (200, 400), (response.text, sent)
    result = response.json()["result"]
    assert result.keys() == {"success", "errors", "data"}
    assert result["success"] is (response.status_code == 200)
    assert (result["data"] is None) is (response.status_code == 400)


def ids_of(practice: Practice) -> list[int]:
    w = practice.world
    return [w.site, w.ada, w.hall, w.left, w.sauna, w.projectors, w.massage, w.yoga]


async def send(practice: Practice, method: str, path: str, params: dict[str, Any]) -> httpx.Response:
    if method == "GET":
        pairs = {name: str(value).replace("\ud800", "?") for name, value in params.items() if value is not None}
        return await practice.client.get(path, params=pairs)
    content = msgspec.json.encode(cleaned(params))
    headers = {"content-type": "application/json"}
    return await practice.client.request(method, path, content=content, headers=headers)


def cleaned(value: Any) -> Any:
    """Without what JSON can't say."""
    if isinstance(value, str):
        return value.replace("\ud800", "?")
    if isinstance(value, dict):
        return {cleaned(name): cleaned(inner) for name, inner in value.items()}
    return [cleaned(inner) for inner in value] if isinstance(value, list) else value


@settings(max_examples=500, deadline=None, suppress_health_check=QUIETLY)
@given(data=st.data())
async def test_nothing_that_is_sent_is_a_fault_of_the_server(practice: Practice, data: st.DataObject) -> None:
    methods, path, *_ = data.draw(st.sampled_from(ROUTES))
    method = methods if isinstance(methods, str) else data.draw(st.sampled_from(methods))
    ids = ids_of(practice)
    for part in PATH.findall(path):
        path = path.replace(part, data.draw(st.sampled_from([*SEGMENTS, *map(str, ids)])))
    params = data.draw(st.dictionaries(st.sampled_from(WIRES), values(ids), max_size=8))
    check(await send(practice, method, path, params), method, path, params)


@pytest.mark.parametrize("kind", ["reservations", "blockedTimes", "calendars"])
@settings(max_examples=120, deadline=None, suppress_health_check=QUIETLY)
@given(data=st.data())
async def test_what_nearly_fits_is_no_fault_of_the_server(practice: Practice, kind: str, data: st.DataObject) -> None:
    """Made as it should be but for some fields, then changed, listed and confirmed."""
    times = {"dateFrom": practice.at(9), "dateTo": practice.at(10)}
    sound = {
        "reservations": practice.new_reservation(data.draw(st.integers(1, 9))),
        "blockedTimes": {**times, "externalId": 1, "note": "x", "facilityId": practice.world.site},
        "calendars": practice.new_calendar(service("X-ray"), service("Drip", 30, 3)),
    }[kind]
    changes = st.dictionaries(st.sampled_from(WIRES), values(ids_of(practice)), max_size=3)
    sent, *bodies = [data.draw(changes) for _ in range(4)]
    sent = {**sound, **sent}
    made = await send(practice, "POST", f"/{kind}", sent)
    check(made, sent)
    if made.status_code == 200:
        path = f"/{kind}/{next(iter(made.json()['result']['data'].values()))}"
        verbs = {"reservations": ("term", "status", "sync"), "blockedTimes": ("term",), "calendars": ("", "end")}[kind]
        for verb, changed in zip(verbs, bodies, strict=False):
            body = {**({} if verb else sound), **changed}
            check(await send(practice, "PUT", f"{path}/{verb}", body), sent, verb, body)
    for path in ("/reservations", "/calendars", "/blockedTimes"):
        worked(await practice.client.get(path))
    assert await broken(practice.world) == []


@settings(max_examples=100, deadline=None, suppress_health_check=QUIETLY)
@given(raw=st.binary(max_size=60), media=st.sampled_from(["", "application/json", "multipart/form-data; boundary=x"]))
async def test_no_bytes_are_a_fault_of_the_server(practice: Practice, raw: bytes, media: str) -> None:
    headers = {"content-type": media} if media else {}
    for path in ("/reservations", "/calendars", "/blockedTimes"):
        check(await practice.client.post(path, content=raw, headers=headers), raw, media)
