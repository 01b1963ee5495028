"""Whatever is sent to whatever call: an answer in the door's form, and never a fault of the server."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kalends.dialects.locaboo.fields import bookings, bookings_recurring, customers
from kalends.dialects.locaboo.routes import ROUTES
from tests.dialects.locaboo.venue import Venue, worked

TABLES = (
    *(bookings.LIST, bookings.SAVE, bookings.BOOKER, bookings.ADD, bookings.KEPT),
    *(customers.CUSTOMER, customers.SHOWN_NAME, customers.QUERY, customers.ADDRESS),
)
ARRAYS = ("daily_recurrence", "weekly_recurrence", "monthly_recurrence", "yearly_recurrence", "resource_parts")
MORE = ("category_fields", "inventory", "services", "address", "customer_id", "parent_id", "weekly_type_select")
ASKED = ("duration", *(f"free_text_field_{name}" for name in ("ids", "ids_str", "conditions", "values", "values_str")))
WIRES = sorted({line.wire for table in TABLES for line in table} | {*ARRAYS, *MORE, *ASKED})
RECURRING = (bookings_recurring.HOURS, bookings_recurring.DAY_OF_WEEK, bookings_recurring.MONTHLY)
INNER = sorted({line.wire for table in RECURRING for line in table} | {"days", "month", "week_number", "quantity", "0"})
TEXTS = (
    *("2027-03-08", "2027-03-09", "2027-02-30", "9000-12-31", "1000-01-01", "0000-00-00", "09:00", "11", "24:00"),
    *("10:30", "25:61", "day", "week", "month", "year", "biweek", "mon", "direct_booking", "booking_request", "Live"),
    *("Cancel", "Draft", "Complete", "on", "off", "", "0", "1", "\0", "#ff0000", "less_than,,et", "1,2,3", "[]", "{"),
    *("kari@example.org", "60", "01:00", "9" * 25, "-1", "Mr", "secondary", "ü"),
)
NUMBERS = (0, 1, -1, 5, 31, 2**31, 2**53, 2**63 - 1, 2**63, 10**30, 1e300, 0.5)
PLAIN: st.SearchStrategy[Any] = st.sampled_from((*TEXTS, *NUMBERS, True, None))
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PATH = re.compile(r"{\w+:str}")
SEGMENTS = ("1", "0", "x", "9" * 30, "-1", "%20", "Invoice_1.pdf", "%FF")
QUIETLY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def values(ids: list[int]) -> st.SearchStrategy[Any]:
    """Anything, and often what looks right."""
    known = st.sampled_from([*ids, *map(str, ids)])
    names = st.sampled_from([*INNER, *map(str, ids)]) | st.text(max_size=4)
    return st.recursive(
        PLAIN | known | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
        max_leaves=5,
    )


def pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A value as forms spell it."""
    if isinstance(value, dict):
        for key, element in value.items():
            yield from pairs(f"{name}[{key}]", element)
    elif isinstance(value, list):
        for element in value:
            yield from pairs(f"{name}[]", element)
    else:
        yield name, "" if value is None else str(value)


def formed(params: dict[str, Any]) -> httpx.QueryParams:
    return httpx.QueryParams(tuple(pair for name, value in params.items() for pair in pairs(name, value)))


async def send(venue: Venue, method: str, path: str, params: dict[str, Any], how: str) -> httpx.Response:
    """The parameters in the query, in a form or as JSON."""
    if method == "GET" or how == "query":
        return await venue.client.request(method, path, params=formed(params))
    content = msgspec.json.encode(params) if how == JSON else str(formed(params)).encode()
    return await venue.client.request(method, path, content=content, headers={"content-type": how})


def check(response: httpx.Response, *sent: object) -> None:
    """It is no fault of the server, and in form."""
    assert response.status_code < 500, (response.text, sent)
    if response.headers["content-type"] == "application/pdf":
        return
    body = response.json()
    assert body["success"] is (response.status_code == 200), (body, sent)
    assert "data" in body
    assert response.status_code == 200 or (body["data"], body["total"], type(body["message"])) == ([], 0, str)


def ids_of(venue: Venue) -> list[int]:
    w = venue.world
    return [w.hall, w.left, w.right, w.sauna, w.projectors, w.yoga, w.kari]


@settings(max_examples=500, deadline=None, suppress_health_check=QUIETLY)
@given(data=st.data())
async def test_nothing_that_is_sent_is_a_fault_of_the_server(venue: Venue, data: st.DataObject) -> None:
    methods, path, *_ = data.draw(st.sampled_from(ROUTES))
    method = methods if isinstance(methods, str) else data.draw(st.sampled_from(methods))
    ids = ids_of(venue)
    for part in PATH.findall(path):
        path = path.replace(part, data.draw(st.sampled_from([*SEGMENTS, *map(str, ids)])))
    params = data.draw(st.dictionaries(st.sampled_from(WIRES), values(ids), max_size=6))
    how = data.draw(st.sampled_from(["query", JSON, FORM]))
    check(await send(venue, method, path, params, how), method, path, params, how)


SOUND = {"booking_mode": "direct_booking", "date_from": "2027-03-08", "date_to": "2027-03-10", "time_from": "09:00"}
HOURS = {"from": "09:00", "to": "10:00"}
RECUR: dict[str, dict[str, Any]] = {
    "none": {"recurring": 0},
    "day": {"recurring": 1, "recurrence_type": "day", "daily_recurrence": HOURS},
    "week": {"recurring": 1, "recurrence_type": "week", "weekly_recurrence": [{"day": "mon", **HOURS}]},
    "month": {
        "recurring": 1,
        "recurrence_type": "month",
        "monthly_recurrence": {"mode": "day", "days": {"day": "08", "month": "01"}, **HOURS},
    },
    "year": {"recurring": 1, "recurrence_type": "year", "yearly_recurrence": {"day": "08", "month": "03", **HOURS}},
}


@pytest.mark.parametrize("recurs", RECUR)
@settings(max_examples=60, deadline=None, suppress_health_check=QUIETLY)
@given(data=st.data())
async def test_a_booking_that_nearly_fits_is_no_fault_of_the_server(
    venue: Venue, recurs: str, data: st.DataObject
) -> None:
    """Added as it should be but for some parameters, then shown, changed, listed and cancelled."""
    some = st.dictionaries(st.sampled_from(WIRES), values(ids_of(venue)), max_size=3)
    changes, saving, how = data.draw(some), data.draw(some), data.draw(st.sampled_from([JSON, FORM]))
    whole = {**SOUND, "time_to": "10:00", "main_resource": venue.world.left, **RECUR[recurs], **changes}
    added = await send(venue, "POST", "/booking_add", whole, how)
    check(added, whole, how)
    if added.status_code == 200:
        mine = {"booking_id": added.json()["data"][0]["id"]}
        check(await venue.client.get(f"/booking/{mine['booking_id']}"), whole)
        check(await send(venue, "POST", "/booking_save", {**saving, **mine}, how), whole, saving, how)
        check(await venue.client.get("/booking_list", params={"show_details": "true"}), whole, saving)
        worked(await venue.client.get("/booking_save", params={**mine, "booking_status": "Cancel"}))


@settings(max_examples=100, deadline=None, suppress_health_check=QUIETLY)
@given(data=st.data())
async def test_a_customer_that_nearly_fits_is_no_fault_of_the_server(venue: Venue, data: st.DataObject) -> None:
    """Added, edited, given addresses, and still one that the list can show."""
    names = st.sampled_from(sorted(line.wire for line in (*customers.CUSTOMER, *customers.SHOWN_NAME)))
    anything = values(ids_of(venue))
    how = data.draw(st.sampled_from([JSON, FORM]))
    for path, params in (
        ("/customer_add", {"first_name": "Eva", **data.draw(st.dictionaries(names, anything, max_size=4))}),
        (
            "/customer_edit",
            {"customer_id": venue.world.kari, **data.draw(st.dictionaries(names, anything, max_size=4))},
        ),
        ("/customer_address_add", {"customer_id": venue.world.kari, "address": data.draw(anything)}),
    ):
        check(await send(venue, "POST", path, params, how), path, params, how)
    listed = await venue.client.get("/customer_list")
    check(listed)
    assert listed.status_code == 200


@settings(max_examples=100, deadline=None, suppress_health_check=QUIETLY)
@given(raw=st.binary(max_size=60), kind=st.sampled_from(["", JSON, FORM, "multipart/form-data; boundary=x", "a/b"]))
async def test_no_bytes_are_a_fault_of_the_server(venue: Venue, raw: bytes, kind: str) -> None:
    headers = {"content-type": kind} if kind else {}
    for path in ("/customer_add", "/booking_add"):
        check(await venue.client.post(path, content=raw, headers=headers), raw, kind)
