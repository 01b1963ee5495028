"""The chore that lapses holds steps aside for whoever is busy, and does the rest."""

from datetime import timedelta

from kalends.actions.bookings.find import get_item
from kalends.actions.catalog.services import change_service
from kalends.actions.context import Context
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.service import ServicePatch
from kalends.store.bookings.holds import lapse_due
from tests.acts import book_item
from tests.desk import HOUR, SOON, broken, hour_of, lapse_all, made, seat, visit
from tests.races.stage import staged
from tests.world import World

OVER = timedelta(minutes=20)


async def state(clinic: World, item: Item) -> str:
    found: str = await clinic.db.fetchval("select state from item where id = $1", item.id)
    return found


async def lapses(ctx: Context) -> None:
    await lapse_all(ctx.db, ctx.now + OVER)


async def test_a_tree_that_is_busy_is_left_for_later(clinic: World) -> None:
    busy = await made(clinic, visit(clinic, initiate=True))
    idle = await made(clinic, visit(clinic, resource_id=clinic.bo, initiate=True))

    async def books(ctx: Context) -> ItemView:
        return await book_item(ctx, hour_of(clinic.ada, SOON + 3 * HOUR))

    await staged(clinic, books, lapses, waits=False)
    assert (await state(clinic, busy), await state(clinic, idle)) == ("awaiting_verification", "verification_expired")
    await lapses(clinic.ctx())
    assert await state(clinic, busy) == "verification_expired"
    assert (await get_item(clinic.ctx(), busy.id)).item.revision == 1
    assert await broken(clinic) == []


async def test_a_booking_on_another_tree_does_not_wait_for_the_chore(clinic: World) -> None:
    await made(clinic, visit(clinic, initiate=True))
    _, booked = await staged(clinic, lapses, lambda ctx: book_item(ctx, hour_of(clinic.bo)), waits=False)
    assert isinstance(booked, ItemView)


async def test_one_call_takes_one_tree_or_one_class(clinic: World) -> None:
    await change_service(clinic.ctx(), clinic.yoga, ServicePatch(most_units=2))
    yoga = await clinic.class_of(2)
    for resource_id in (clinic.ada, clinic.bo):
        await made(clinic, visit(clinic, resource_id=resource_id, initiate=True))
    for _ in range(2):
        await made(clinic, seat(clinic, yoga, initiate=True))
    over = clinic.now + OVER
    await lapse_all(clinic.db, clinic.now)  # whatever others left
    left = "select count(*) from item where account_id = $1 and state = 'awaiting_verification'"
    counts = []
    while await lapse_due(clinic.db, over):
        counts.append(await clinic.db.fetchval(left, clinic.account.id))
    assert [count for count in dict.fromkeys(counts) if count < 4] == [3, 2, 0]
