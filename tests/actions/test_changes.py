"""The change feed: all that was committed, once, in an order to which nothing is ever added in between."""

import asyncio
from typing import Any

import asyncpg
import msgspec
import pytest

from kalends.actions.accounts.keys import create_key
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.changes import changes, present_position
from kalends.actions.customers.change import change_customer
from kalends.actions.customers.merge import merge_customers
from kalends.engine.bookings.change_set import Change
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Fault, Invalid
from tests.acts import change
from tests.desk import HOUR, SOON, made, until, visit
from tests.world import World


async def read_on(clinic: World, after: str = "", limit: int = 3) -> list[Change]:
    """All changes after a position, page by page."""
    found: list[Change] = []
    while page := await changes(clinic.ctx(), after, limit):
        found += page
        after = page[-1].position
    return found


async def test_what_is_booked_and_changed_is_read_in_order(clinic: World) -> None:
    start = (await read_on(clinic))[-1].position
    item = await made(clinic, visit(clinic))
    await change(clinic.ctx(who="Ada"), item.id, {"starts_at": SOON + HOUR})
    await change_item_state(clinic.ctx(), item.id, "cancel")
    found = await read_on(clinic, start, 1)
    assert [(one.verb, one.revision) for one in found] == [("create", 0), ("change", 1), ("cancel", 2)]
    assert {(one.kind, one.subject_id) for one in found} == {("item", item.id)}
    assert found[0].before is None
    assert found[0].after is not None
    assert found[0].after["starts_at"] == "2027-03-01T10:00:00+00:00"
    assert found[1].actor == "Ada"
    assert found[1].before == {"starts_at": "2027-03-01T10:00:00+00:00", "ends_at": "2027-03-01T11:00:00+00:00"}
    assert found[1].after == {"starts_at": "2027-03-01T11:00:00+00:00", "ends_at": "2027-03-01T12:00:00+00:00"}


async def test_what_commits_late_is_not_skipped(clinic: World) -> None:
    """Its entry is older than that of a booking that was begun later and is there already."""
    start = (await read_on(clinic))[-1].position
    assert isinstance(clinic.db, asyncpg.Pool)
    async with clinic.db.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        late = await made(msgspec.structs.replace(clinic, db=connection), visit(clinic))
        early = await made(clinic, visit(clinic, resource_id=clinic.bo))
        assert await read_on(clinic, start) == []
        await transaction.commit()
    assert [one.subject_id for one in await read_on(clinic, start)] == [late.id, early.id]


async def test_what_is_undone_was_never_there(clinic: World) -> None:
    start = (await read_on(clinic))[-1].position
    assert isinstance(clinic.db, asyncpg.Pool)
    async with clinic.db.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await made(msgspec.structs.replace(clinic, db=connection), visit(clinic))
        await transaction.rollback()

    async def count() -> int:
        return len(await read_on(clinic, start))

    item = await made(clinic, visit(clinic))
    await until(count, 1)
    assert [one.subject_id for one in await read_on(clinic, start)] == [item.id]


async def test_a_position_of_another_server_is_refused(clinic: World) -> None:
    with pytest.raises(Invalid) as refused:
        await changes(clinic.ctx(), f"{2**60}-1")
    assert refused.value.faults == (Fault("after", "unknown"),)


@pytest.mark.parametrize("after", ["x", "1", "1-", "1-2-3", "-1-2", "9" * 20 + "-1"])
async def test_what_is_no_position(clinic: World, after: str) -> None:
    with pytest.raises(Invalid):
        await changes(clinic.ctx(), after)


async def test_the_feed_replayed_from_its_beginning_gives_the_present(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await change(clinic.ctx(), item.id, {"starts_at": SOON + HOUR, "title": "Kari's visit"})
    gone = await made(clinic, visit(clinic, resource_id=clinic.bo, customer_id=clinic.ola))
    await change_item_state(clinic.ctx(), gone.id, "cancel")
    await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(notes="Comes late", phone=""))
    await merge_customers(clinic.ctx(), clinic.kari, clinic.ola, CustomerPatch())
    await clinic.class_of(8)
    replayed: dict[tuple[str, int], dict[str, Any]] = {}
    for entry in await read_on(clinic):
        record = replayed.setdefault((entry.kind, entry.subject_id), {})
        record |= {**(entry.after or {}), "revision": entry.revision}
    for kind, table in (("item", "item"), ("customer", "customer"), ("session", "group_session")):
        statement = f"select to_jsonb(r) - '{{updated_at,updated_by}}'::text[] from {table} r where account_id = $1"
        for (row,) in await clinic.db.fetch(statement, clinic.account.id):
            assert without_nulls(row) == without_nulls(replayed[kind, row["id"]])


def without_nulls(record: dict[str, Any]) -> dict[str, Any]:
    """A record without the stamps of its last change, which each entry has beside its images, and what is derived."""
    return {
        name: value
        for name, value in record.items()
        if value is not None and name not in {"updated_at", "updated_by", "search_text"}
    }


async def test_the_next_change_is_waited_for(clinic: World) -> None:
    start = await present_position(clinic.ctx())
    waiting = asyncio.create_task(changes(clinic.ctx(), start, wait=30))
    await asyncio.sleep(0)
    item = await made(clinic, visit(clinic))
    assert [(entry.kind, entry.subject_id) for entry in await waiting] == [("item", item.id)]


async def test_who_waits_holds_no_connection(clinic: World) -> None:
    assert isinstance(clinic.db, asyncpg.Pool)
    start = await present_position(clinic.ctx())
    waiting = [asyncio.create_task(changes(clinic.ctx(), start, wait=30)) for _ in range(4 * clinic.db.get_max_size())]
    item = await made(clinic, visit(clinic))
    assert {page[0].subject_id for page in await asyncio.gather(*waiting)} == {item.id}


async def test_nobody_is_woken_by_another_account_or_by_what_they_may_not_see(clinic: World) -> None:
    start = await present_position(clinic.ctx())
    principal = msgspec.structs.replace(clinic.ctx().principal, kind="key", scopes=frozenset({"read"}))
    reader = msgspec.structs.replace(clinic.ctx(), principal=principal)
    waiting = asyncio.create_task(changes(reader, start, wait=30))
    await create_key(clinic.ctx(), "front", "secret")
    assert [entry.kind for entry in await changes(clinic.ctx(), start)] == ["key"]
    item = await made(clinic, visit(clinic))
    assert [entry.subject_id for entry in await waiting] == [item.id]


async def test_waiting_ends(clinic: World) -> None:
    start = await present_position(clinic.ctx())
    assert await changes(clinic.ctx(), start, wait=0.05) == []
