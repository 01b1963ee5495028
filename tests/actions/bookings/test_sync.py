"""What systems that keep a copy of the bookings have yet to be told, whatever becomes of the server."""

from datetime import UTC, datetime, timedelta

import msgspec

from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.sync import confirm_sync, list_to_follow
from kalends.actions.context import Context
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.queries import FollowQuery, ItemQuery
from kalends.store.backup import forget_transactions
from kalends.store.db import open_pool
from tests.desk import HOUR, SOON, made, visit
from tests.world import World, open_clinic

SECOND = timedelta(seconds=1)


async def follower(clinic: World) -> Context:
    """What an action is told when a system with a key of its own asks."""
    return await authenticate_secret(clinic.db, clinic.now, "makeplans", await clinic.key("makeplans"))


async def changed_since(ctx: Context, since: datetime | None, at: datetime) -> list[int]:
    """The ids of the items in a list that is read at this time."""
    follow = FollowQuery(query=ItemQuery(listing="all"), since=since)
    page = await list_to_follow(msgspec.structs.replace(ctx, now=at), follow)
    return [followed.view.item.id for followed in page.rows]


async def test_each_key_has_its_own_state(clinic: World) -> None:
    first, second = await follower(clinic), await follower(clinic)
    item = await made(clinic, visit(clinic))
    query = FollowQuery(query=ItemQuery(), only_unsynced=True)
    for ctx in (first, second):
        (followed,) = (await list_to_follow(ctx, query)).rows
        assert (followed.view.item.id, followed.needs_sync) == (item.id, True)
    await confirm_sync(first, item.id, "A-1")
    assert (await list_to_follow(first, query)).rows == []
    (followed,) = (await list_to_follow(second, query)).rows
    assert followed.external_id is None


async def test_changes_are_told_after_a_restore(own_database: str) -> None:
    """The journal's transaction ids are those of another server then, and so are the marks of what was read."""
    pool = await open_pool(own_database, 1, 2)
    clinic = await open_clinic(pool, datetime.now(UTC))
    ctx, now = await follower(clinic), clinic.now
    items = [await made(clinic, visit(clinic, starts_at=SOON + turn * HOUR)) for turn in range(3)]
    assert len(await changed_since(ctx, now - HOUR, now + SECOND)) == 3
    await change_item(clinic.ctx(now), items[0].id, ItemPatch(notes="Told late: it began before the list."))
    await pool.close()
    await forget_transactions(own_database)
    pool = await open_pool(own_database, 1, 2)
    ctx = msgspec.structs.replace(ctx, db=pool)
    assert await changed_since(ctx, now + SECOND, now + 2 * SECOND) == [items[0].id]
    assert await changed_since(ctx, now + 2 * SECOND, now + 3 * SECOND) == []
    await pool.close()
