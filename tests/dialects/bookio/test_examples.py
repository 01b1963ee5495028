"""The vendor's examples: each request is accepted as the page has it, each response has the page's fields and types."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest

from kalends.actions.accounts.keys import create_key
from kalends.actions.context import Context
from kalends.engine.accounts.account import Account, Policy
from kalends.engine.accounts.principal import system
from kalends.store.accounts.accounts import add_account
from tests.dialects.bookio.practice import BASE, Practice, worked
from tests.dialects.conftest import Connect

SERVICES = (2, 5, 53, 123)


def example(name: str, **changes: Any) -> Any:
    """What the page shows, with some fields replaced at its top."""
    shown = msgspec.json.decode((Path(__file__).parent / "examples" / f"{name}.json").read_bytes())
    assert changes.keys() <= shown.keys()
    return {**shown, **changes}


def shape(value: Any) -> Any:
    """The names and types of a value. A list has those of its first element."""
    if isinstance(value, Mapping):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def has_shape(value: Any, shown: Any) -> bool:
    """Whether a value has all that the page shows, of the same types; lists of ids and errors may be empty."""
    if isinstance(shown, dict):
        return isinstance(value, dict) and all(
            name in value and has_shape(value[name], inner) for name, inner in shown.items()
        )
    if isinstance(shown, list):
        return isinstance(value, list) and all(has_shape(element, shown[0]) for element in value)
    return bool(value == shown)


def check(response: httpx.Response, name: str) -> Any:
    """The data of an answer that looks like the page's."""
    data = worked(response)
    assert has_shape(shape(response.json()), shape(example(name))), (response.json(), name)
    return data


@pytest.fixture
async def vendor(db: asyncpg.Pool, practice: Practice, connect: Connect) -> httpx.AsyncClient:
    """A client of an account that has the facility and the services of the page, by their ids."""
    account = Account(0, f"abc-{practice.world.account.slug}", "ABC", "Europe/Bratislava", "sk", "EUR", "SK", Policy())
    ctx = Context(system("tests"), await add_account(db, account, practice.world.now), practice.world.now, db)
    await db.execute(
        """
        insert into site (account_id, id, name, time_zone, street, postcode, city, country, phone, email, latitude,
            longitude, created_at, updated_at)
        overriding system value
        values ($1, 123, 'Stomatologia ABC', 'Europe/Bratislava', 'Second street', '821 04', 'Bratislava', 'SK',
            '+421999888777', 'test@bookio.com', 48.152115, 17.108769, $2, $2)
        """,
        ctx.account.id,
        ctx.now,
    )
    await db.execute(
        """
        insert into service (account_id, id, title, duration, step, served_by_all, created_at, updated_at)
        select $1, id, 'Service ' || id, 44, 44, false, $3, $3 from unnest($2::bigint[]) id
        """,
        ctx.account.id,
        SERVICES,
        ctx.now,
    )
    _, token = await create_key(ctx, "bookio")
    return connect(BASE, headers={"authorization": f"Bearer {token}"})


async def calendar(vendor: httpx.AsyncClient, practice: Practice) -> int:
    """The id of the page's calendar, which is valid from that Monday on and has room for the page's reservation."""
    wide = example("create_calendar_request", validFrom=practice.day(), validTo=practice.day(90))
    wide["intervals"][0]["allowedServices"] = []
    calendar_id: int = check(await vendor.post("/calendars", json=wide), "create_calendar_response")["calendarId"]
    return calendar_id


async def reservation(vendor: httpx.AsyncClient, practice: Practice) -> int:
    """The id of the page's reservation, on that Monday."""
    await calendar(vendor, practice)
    sent = example("create_reservation_request", dateFrom=practice.at(18, 30))
    answer = await vendor.post("/reservations", json=sent)
    data = check(answer, "create_reservation_response")
    assert data["externalId"] == 123
    reservation_id: int = data["reservationId"]
    return reservation_id


async def test_facilities(vendor: httpx.AsyncClient) -> None:
    answer = await vendor.get("/facilities/cgm")
    assert worked(answer) == example("facilities_response")["result"]["data"]
    slovak = worked(await vendor.get("/facilities/cgm", params={"lang": "sk"}))
    assert slovak["facilities"][0]["address"]["country"] == {"name": "Slovensko", "code": "SVK"}


async def test_calendars(vendor: httpx.AsyncClient) -> None:
    created = await vendor.post("/calendars", json=example("create_calendar_request"))
    calendar_id = check(created, "create_calendar_response")["calendarId"]
    listed = await vendor.get("/calendars", params={"date": "2018-06-29", "facilityId": 123})
    (shown,) = check(listed, "calendars_response")["calendars"]
    page = example("create_calendar_request")
    assert shown["services"] == page["services"]
    for name, value in page["intervals"][0].items():
        if name not in ("id", "allowedServices"):
            assert shown["intervals"][0][name] == value
    assert shown["intervals"][0]["allowedServices"] == [2, 5, 53]
    assert worked(await vendor.get("/calendars", params={"date": "2018-06-30"}))["calendars"] == []
    path = f"/calendars/{calendar_id}"
    replaced = await vendor.put(path, json=example("replace_calendar_request"))
    assert check(replaced, "replace_calendar_response") == {"calendarId": calendar_id}
    ended = await vendor.put(f"{path}/end", json=example("end_calendar_request"))
    assert check(ended, "end_calendar_response") == {"calendarId": calendar_id}


async def test_reservations(vendor: httpx.AsyncClient, practice: Practice) -> None:
    reservation_id = await reservation(vendor, practice)
    path = f"/reservations/{reservation_id}"
    term = example("change_term_request", dateFrom=practice.at(19), dateTo=practice.at(20))
    check(await vendor.put(f"{path}/term", json=term), "change_term_response")
    cancelled = await vendor.put(f"{path}/status", json=example("change_status_request"))
    check(cancelled, "change_status_response")
    check(await vendor.put(f"{path}/sync", json=example("confirm_sync_request")), "confirm_sync_response")
    listed = await vendor.get("/reservations", params={"offset": 0, "limit": 50, "facilityId": 123, "lastSync": 0})
    (row,) = check(listed, "reservations_response")["reservations"]
    assert (row["dateFrom"], row["duration"], row["status"]) == (practice.at(19), 60, "CANCELLED")
    assert row["cancellationReason"] == "Cant make it."


async def test_blocked_times(vendor: httpx.AsyncClient, practice: Practice) -> None:
    times = {"dateFrom": practice.at(12), "dateTo": practice.at(13)}
    created = await vendor.post("/blockedTimes", json=example("create_blocked_time_request", **times))
    block_id = check(created, "create_blocked_time_response")["blockedTimeId"]
    check(await vendor.get("/blockedTimes", params={"facilityId": 123}), "blocked_times_response")
    term = await vendor.put(f"/blockedTimes/{block_id}/term", json=example("change_blocked_term_request", **times))
    check(term, "change_blocked_term_response")
    check(await vendor.delete(f"/blockedTimes/{block_id}"), "remove_blocked_time_response")
