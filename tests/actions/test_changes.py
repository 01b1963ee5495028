"""The change feed: all that was committed, once, in an order to which nothing is ever added in between."""

import asyncpg
import msgspec
import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.changes import changes
from kalends.engine.bookings.change_set import Change
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
