"""A clinic that tells its customers everything by mail, half a minute after its staff did it, and one of its staff."""

import pytest

from kalends.actions.accounts.users import create_user
from kalends.engine.bookings.booking import Item
from kalends.store.db import Db
from tests.desk import made, visit
from tests.jobs.delivery import deliver
from tests.mail import MailServer
from tests.world import World, open_clinic


@pytest.fixture
async def clinic(db: Db) -> World:
    """The clinic."""
    await db.execute("delete from outbox")
    return await open_clinic(db, verification="email", undo_seconds=30)


@pytest.fixture
async def olga(clinic: World) -> int:
    """The id of a staff user."""
    user, _ = await create_user(clinic.ctx(), "olga@example.org", "staff")
    return user.id


@pytest.fixture
async def item(clinic: World, mail: MailServer) -> Item:
    """Kari's booking, which was confirmed to her."""
    booked = await made(clinic, visit(clinic))
    assert len(await deliver(clinic, mail)) == 1
    return booked
