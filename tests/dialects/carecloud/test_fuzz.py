"""Whatever is sent to whatever call: an answer in the vendor's form, and never a fault of the server."""

import re
from typing import Any

import httpx
import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kalends.actions.bookings.statuses import add_standard_statuses
from kalends.actions.catalog.custom_fields import add_field, list_service_fields
from kalends.actions.catalog.services import change_service
from kalends.dialects.carecloud.fields import bookings, customers, logins, properties, service, tickets
from kalends.dialects.carecloud.routes import ROUTES
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.service import ServicePatch
from tests.acts import book_item, request
from tests.desk import broken
from tests.dialects.carecloud.festival import DEVICE, SETUP, Festival
from tests.dialects.carecloud.test_customers import new

TABLES = (
    *(customers.PERSON, customers.ADDRESS, customers.NEW, customers.SOURCE, customers.QUERY),
    *(logins.TOKEN, logins.PUSH_TOKEN, logins.DEVICE, logins.SETUP, logins.CUSTOMER_LOGIN, logins.USER_LOGOUT),
    *(service.CONNECTION, service.LANGUAGES),
    *(bookings.QUERY, bookings.NEW, bookings.NEW_ITEM, properties.RECORD, properties.PROPERTY_QUERY),
    *(tickets.TICKET_QUERY, tickets.SLOT_QUERY, tickets.BUSY_TIMES),
)
OBJECTS = (
    *("customer", "personal_information", "address", "customer_source", "device", "setup"),
    *("booking", "booking_items"),
)
PAGES = ("count", "offset", "sort_field", "sort_direction", *customers.SORT, *bookings.SORT)
WIRES = sorted({line.wire for table in TABLES for line in table} | {*OBJECTS, *PAGES, "property_records"})
TEXTS = (
    *("2027-03-08", "2027-03-08 09:00:00", "2027-02-30", "9000-12-31T23:59:59", "0000-00-00", "ASC", "DESC", "full"),
    *("", "0", "1", "\0", "\ud800", "true", "cs", "email", "phone", "card", "kari@example.org", "420777888999"),
    *("9" * 25, "-1", "ü", "x" * 300, "f" * 22, "f" * 64, "customer_id", "last_change"),
)
NUMBERS = (0, 1, -1, 7, 101, 1001, 2**31, 2**53, 2**63 - 1, 2**63, 10**30, 1e300, 0.5)
PLAIN: st.SearchStrategy[Any] = st.sampled_from((*TEXTS, *NUMBERS, True, None))
PATH = re.compile(r"{\w+:str}")
SEGMENTS = ("1", "0", "x", "9" * 30, "f" * 22, "%20", "%FF", "%00")
QUIETLY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
NO_SECRETS_WORK = {400, 401, 403, 404, 405, 429}


def values(ids: list[str]) -> st.SearchStrategy[Any]:
    """Anything, and often what looks right."""
    names = st.sampled_from(WIRES) | st.text(max_size=4)
    return st.recursive(
        PLAIN | st.sampled_from(ids) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
        max_leaves=6,
    )


def check(response: httpx.Response, *sent: object) -> None:
    """It is no fault of the server; that it has the vendor's form is checked by the client."""
    assert response.status_code in {200, 201, 204, *NO_SECRETS_WORK}, (response.text, sent)
    if response.is_error:
        error = response.json()["error"]
        assert error.keys() >= {"type", "exception", "title", "detail"}


def cleaned(value: Any) -> Any:
    """Without what JSON can't say."""
    if isinstance(value, str):
        return value.replace("\ud800", "?")
    if isinstance(value, dict):
        return {cleaned(name): cleaned(inner) for name, inner in value.items()}
    return [cleaned(inner) for inner in value] if isinstance(value, list) else value


async def send(client: httpx.AsyncClient, method: str, path: str, params: dict[str, Any]) -> httpx.Response:
    if method == "GET":
        query = {name: value if isinstance(value, list) else [value] for name, value in params.items()}
        return await client.get(path, params={name: [cleaned(str(one)) for one in query[name]] for name in query})
    headers = {"content-type": "application/json"}
    return await client.request(method, path, content=msgspec.json.encode(cleaned(params)), headers=headers)


@settings(max_examples=500, deadline=None, suppress_health_check=QUIETLY)
@given(data=st.data())
async def test_nothing_that_is_sent_is_a_fault_of_the_server(festival: Festival, data: st.DataObject) -> None:
    route = data.draw(st.sampled_from(ROUTES))
    client = data.draw(st.sampled_from((festival.client, festival.app, festival.anybody, festival.visitor)))
    ids = [festival.opaque("customer", festival.world.kari), festival.token, *await opened(festival)]
    path = route.path
    for part in PATH.findall(path):
        path = path.replace(part, data.draw(st.sampled_from([*SEGMENTS, *ids])))
    params = data.draw(st.dictionaries(st.sampled_from(WIRES), values(ids), max_size=8))
    check(await send(client, route.methods, path, params), route.path, params)


@settings(max_examples=150, deadline=None, suppress_health_check=QUIETLY)
@given(data=st.data())
async def test_a_customer_that_nearly_fits(festival: Festival, data: st.DataObject) -> None:
    ids = [festival.opaque("customer", festival.world.kari)]
    changes = st.dictionaries(st.sampled_from(WIRES), values(ids), max_size=3)
    sent = {**new(**{"email": None, "phone": None, **data.draw(changes)}), **data.draw(changes)}
    made = await send(festival.client, "POST", "/customers", sent)
    check(made, sent)
    if made.status_code == 201:
        path = f"/customers/{made.json()['data']['customer_id']}"
        check(await festival.client.get(path), sent)
        body = {**sent, **data.draw(changes)}
        check(await send(festival.client, "PUT", path, body), sent, body)
    check(await festival.client.get("/customers", params={"count": 1000}))
    assert await broken(festival.world) == []


async def opened(festival: Festival) -> list[str]:
    """The ids of a slot, its ticket and its booking, of a status and of a property."""
    ctx, world = festival.world.ctx(), festival.world
    if not await list_service_fields(ctx):
        await add_field(ctx, CustomFieldPatch(title="Level", subject="service", kind="select", options=("A", "B")))
        await change_service(ctx, world.yoga, ServicePatch(most_units=100_000))
        await book_item(ctx, request(session_id=await world.class_of(5), customer_id=world.kari))
    slot = await world.db.fetchrow("select session_id, booking_id from item where account_id = $1", world.account.id)
    assert slot is not None
    status, *_ = await add_standard_statuses(ctx)
    (field,) = await list_service_fields(ctx)
    kinds = ("session", slot[0]), ("booking", slot[1]), ("service", world.yoga), ("booking_status", status.id)
    return [festival.opaque(kind, number) for kind, number in (*kinds, ("custom_field", field.id))]


@settings(max_examples=150, deadline=None, suppress_health_check=QUIETLY)
@given(data=st.data())
async def test_a_booking_that_nearly_fits(festival: Festival, data: st.DataObject) -> None:
    slot, _, _, status, field = ids = await opened(festival)
    changes = st.dictionaries(st.sampled_from(WIRES), values(ids), max_size=3)
    record = {"property_id": field, "property_value": "A", **data.draw(changes)}
    item = {"time_slot_id": slot, "additional_properties": [record], **data.draw(changes)}
    sent = {"booking": {"booking_items": [item], "booking_status": status, **data.draw(changes)}}
    made = await send(festival.client, "POST", "/bookings", sent)
    check(made, sent)
    if made.status_code == 201:
        path = f"/bookings/{made.json()['data']['booking_id']}"
        check(await festival.client.get(path), sent)
        body = {"booking": data.draw(changes)}
        check(await send(festival.client, "PUT", path, body), sent, body)
    check(await festival.client.get("/bookings", params={"count": 1000, "add_booking_items": "full"}))
    assert await broken(festival.world) == []


@settings(max_examples=100, deadline=None, suppress_health_check=QUIETLY)
@given(data=st.data())
async def test_a_token_that_nearly_fits(festival: Festival, data: st.DataObject) -> None:
    changes = st.dictionaries(st.sampled_from(WIRES), values(["x"]), max_size=3)
    sent: dict[str, Any] = {"device": {**DEVICE, **data.draw(changes)}, "setup": {**SETUP, **data.draw(changes)}}
    sent |= {"external_application_id": festival.application, **data.draw(changes)}
    check(await send(festival.visitor, "POST", "/tokens", sent), sent)
    check(await send(festival.app, "PUT", f"/tokens/{festival.token}", sent), sent)


@settings(max_examples=100, deadline=None, suppress_health_check=QUIETLY)
@given(raw=st.binary(max_size=60), media=st.sampled_from(["", "application/json", "multipart/form-data; boundary=x"]))
async def test_no_bytes_are_a_fault_of_the_server(festival: Festival, raw: bytes, media: str) -> None:
    headers = {"content-type": media} if media else {}
    for path in ("/customers", "/users/actions/logout"):
        check(await festival.client.post(path, content=raw, headers=headers), raw, media)
