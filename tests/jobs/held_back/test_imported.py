"""What waits when an account comes to another server is told there as it would have been here."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import pytest

from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.suggest import change_or_suggest
from kalends.actions.messages.waiting import get_waiting_notice, reschedule_message
from kalends.engine.bookings.patch import ItemPatch
from kalends.store.db import open_pool
from tests.console.test_moving import weekly
from tests.desk import HOUR, MINUTE
from tests.jobs.delivery import deliver
from tests.jobs.held_back.staff import staff
from tests.mail import MailServer
from tests.store.test_account_file import exported, imported
from tests.world import World


@pytest.fixture
async def elsewhere(own_database: str) -> AsyncIterator[asyncpg.Pool]:
    """Another server, on which there is nothing yet."""
    pool = await open_pool(own_database, 1, 2)
    yield pool
    await pool.close()


async def test_what_was_put_off_and_what_waits_are_told_of_the_same_times_there(
    clinic: World, mail: MailServer, olga: int, elsewhere: asyncpg.Pool, tmp_path: Path
) -> None:
    first, _, third, _ = [view.item for view in await weekly(clinic)]
    await deliver(clinic, mail)
    await change_item(staff(clinic, olga, 1), first.id, ItemPatch(starts_at=first.starts_at + HOUR))
    await reschedule_message(staff(clinic, olga, 2), first.id, clinic.now + HOUR)
    by_an_hour = ItemPatch(starts_at=third.starts_at + HOUR)
    await change_or_suggest(staff(clinic, olga, 3), third.id, by_an_hour, scope="following")
    await imported(elsewhere, await exported(clinic, tmp_path), other_secret=True)
    there = msgspec.structs.replace(clinic, db=elsewhere)
    for item in (first, third):
        notices = [await get_waiting_notice(staff(world, olga, 4), item.id) for world in (clinic, there)]
        assert notices[0] == notices[1]
    for minutes in (1, 60):
        told = [await deliver(world, mail, clinic.now + minutes * MINUTE) for world in (clinic, there)]
        assert told[0] == told[1] != []
