"""What an account keeps no more goes; what it still needs stays, and `kalends check` finds nothing wrong."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from kalends.actions.accounts.settings import change_settings
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.changes import changes, present_position
from kalends.actions.customers.find import get_customer
from kalends.actions.prune import count_prunable, prune, prune_due
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.refusals import Fault, Invalid
from kalends.store.db import open_pool
from tests.acts import change
from tests.desk import DAY, HOUR, SOON, broken, made, seat, visit
from tests.world import NOW, World, open_clinic

LATER = NOW + timedelta(days=400)


@pytest.fixture
async def clinic(own_database: str) -> AsyncIterator[World]:
    """The clinic, alone on its database."""
    pool = await open_pool(own_database, 1, 2)
    yield await open_clinic(pool)
    await pool.close()


async def keeping(clinic: World, **months: Any) -> World:
    """The clinic with this policy."""
    patch = SettingsPatch(account=AccountPatch(policy=PolicyPatch(**months)))
    return msgspec.structs.replace(clinic, account=(await change_settings(clinic.ctx(), patch)).account)


async def pruned(clinic: World) -> dict[str, int]:
    """All that goes by then, by what it is called."""
    counts: dict[str, int] = {}
    while piece := await prune(clinic.db, clinic.account.id, LATER):
        counts = {name: counts.get(name, 0) + piece.get(name, 0) for name in counts | piece}
    return counts


async def count(clinic: World, table: str) -> Any:
    return await clinic.db.fetchval(f"select count(*) from {table}")


async def test_past_claims_go_and_those_to_come_stay(clinic: World) -> None:
    await made(clinic, visit(clinic))
    to_come = await made(clinic, visit(clinic, starts_at=LATER + DAY))
    assert await count_prunable(clinic.db, clinic.account, LATER) == {"claims": 1}
    assert await pruned(clinic) == {"claims": 1}
    assert await clinic.db.fetchval("select item_id from claim") == to_come.id
    assert await broken(clinic) == []


async def test_a_past_booking_can_still_be_changed(clinic: World) -> None:
    past = await made(clinic, visit(clinic))
    await pruned(clinic)
    await change(clinic.ctx(LATER), past.id, {"starts_at": SOON + DAY, "ends_at": SOON + DAY + HOUR})
    await change_item_state(clinic.ctx(LATER), past.id, "cancel")
    assert await count(clinic, "claim") == 0
    assert await broken(clinic) == []


async def test_the_journal_goes_but_for_what_is_of_the_catalogue(clinic: World) -> None:
    clinic = await keeping(clinic, keep_journal_months=6)
    item = await made(clinic, visit(clinic))
    await change_item_state(clinic.ctx(LATER), item.id, "cancel")
    done = await pruned(clinic)
    assert done["journal entries"] >= 3
    left = await clinic.db.fetch("select kind, revision from journal where kind in ('item', 'booking', 'customer')")
    assert [tuple(row) for row in left] == [("item", 1)]
    assert await clinic.db.fetchval("select count(*) from journal where kind = 'resource'") > 0
    assert await broken(clinic) == []


async def test_who_reads_the_feed_is_told_what_is_gone(clinic: World) -> None:
    clinic = await keeping(clinic, keep_journal_months=6)
    old = await present_position(clinic.ctx())
    item = await made(clinic, visit(clinic))
    await made(clinic, visit(clinic, starts_at=SOON + DAY))
    new = await present_position(clinic.ctx())
    await pruned(clinic)
    await change_item_state(clinic.ctx(LATER), item.id, "cancel")
    with pytest.raises(Invalid) as refused:
        await changes(clinic.ctx(LATER), old)
    assert refused.value.faults == (Fault("after", "unknown"),)
    assert [change.subject_id for change in await changes(clinic.ctx(LATER), new)] == [item.id]


async def test_customers_who_have_not_been_there_for_long_are_erased(clinic: World) -> None:
    clinic = await keeping(clinic, keep_customers_months=12)
    await made(clinic, visit(clinic))
    await made(clinic, visit(clinic, customer_id=clinic.ola, starts_at=LATER + DAY))
    assert await count_prunable(clinic.db, clinic.account, LATER) == {"claims": 1, "customers": 1}
    assert (await pruned(clinic))["customers"] == 1
    kari, ola = [await get_customer(clinic.ctx(LATER), each) for each in (clinic.kari, clinic.ola)]
    assert (kari.erased_at is not None, kari.last_name) == (True, "")
    assert (ola.erased_at, ola.last_name) == (None, "Nordmann")
    assert await broken(clinic) == []


async def test_nothing_goes_of_what_is_kept_for_ever(clinic: World) -> None:
    clinic = await keeping(clinic, keep_claims_months=0)
    await made(clinic, visit(clinic))
    await made(clinic, seat(clinic, await clinic.class_of(3)))
    before = [await count(clinic, table) for table in ("claim", "journal", "outbox", "customer")]
    assert await pruned(clinic) == {}
    assert before == [await count(clinic, table) for table in ("claim", "journal", "outbox", "customer")]


async def test_each_account_is_looked_after_once_a_day(clinic: World) -> None:
    await made(clinic, visit(clinic))
    assert await prune_due(clinic.db, LATER)
    assert await count(clinic, "claim") == 0
    assert not await prune_due(clinic.db, LATER + DAY / 2)
    assert await prune_due(clinic.db, LATER + 2 * DAY)
