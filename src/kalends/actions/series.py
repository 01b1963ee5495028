"""Series of bookings after one pattern: begun by a request, made by a job, ended together."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.catalogue import resources_of, zone_at
from kalends.actions.context import Context, transaction
from kalends.actions.customers import retry_on_conflict
from kalends.actions.drafting import Case, place_first, prepare
from kalends.actions.holding import with_items_held
from kalends.actions.revising import advanced, kept
from kalends.engine.booking import ACTIVE, Booking, next_state, state_at
from kalends.engine.change import ChangeSet
from kalends.engine.listing import ItemView, Outcome
from kalends.engine.messages import messages
from kalends.engine.pattern import pattern_resource, pattern_sites, pattern_wish, with_pattern
from kalends.engine.placing import Ids, new_booking
from kalends.engine.recurrence import MOST, expand
from kalends.engine.refusals import IllegalTransition, NotFound, Refusal
from kalends.engine.span import Span
from kalends.engine.wish import BY_POLICY, MessageOverrides, Wish
from kalends.store import commit, items, series
from kalends.store.jobs import enqueue
from kalends.store.orders import find_items, hold_series
from kalends.store.resources import find_resources
from kalends.store.series import is_uid


async def start(ctx: Context, wish: Wish) -> str:
    """Accept a series: its first occurrence is tried out, the rest is left to a job. Answers the collection's uid.

    It recurs by the clock of the site where its resource stands, or the best of those that serve its service. Raises
    what booking the first occurrence would raise, and what `expand` raises. Source: MakePlans reference, Add recurring
    bookings.
    """
    return await retry_on_conflict(lambda: _start(ctx, wish))


async def _start(ctx: Context, wish: Wish) -> str:
    assert wish.recurrence is not None
    case = await prepare(ctx, wish)
    spans = expand(wish.recurrence, case.span, await _zone(ctx, case), MOST)
    case = case if case.span in spans else _at(case, spans[0])
    await _try_out(ctx, case)
    ids = Ids(case.ground.item_id, case.ground.booking_id, case.ground.uid)
    booking = new_booking(ctx.account, ids, case.wish, case.customer, ctx.now, ctx.who)
    async with transaction(ctx) as tx:
        customers = (case.customer,) if case.customer and case.is_new_customer else ()
        booking = with_pattern(booking, case.wish, ctx.site_ids)
        change = ChangeSet(at=ctx.now, actor=ctx.who, verb="add", customers=customers, bookings=(booking,))
        await commit.commit(tx.db, ctx.account.id, change)
        await series.add_occurrences(tx.db, booking, spans)
        await enqueue(tx.db, "make_series", {"account_id": ctx.account.id, "booking_id": booking.id})
    return booking.uid


async def pending(ctx: Context, booking_id: int) -> list[datetime]:
    """When the occurrences of a series begin that are still to be made, in order. Raises NotFound."""
    booking = await series.load_series(ctx.db, ctx.account.id, booking_id)
    if booking is None or booking.recurrence is None:
        raise NotFound("series", booking_id)
    return await series.list_pending(ctx.db, ctx.account.id, booking_id)


async def make_occurrence(ctx: Context, booking_id: int, starts_at: datetime) -> bool:
    """Make one occurrence of a series, or note why it is refused; was it still to be made?

    Safe to run again, and beside itself: an occurrence is pending until the transaction that settles it is kept. It is
    made in the name of whoever asked for the series, and at the sites that they see.
    """
    async with transaction(ctx) as tx:
        taken = await series.take_pending(tx.db, ctx.account.id, booking_id, starts_at)
        if taken is None:
            return False
        booking, span, told = taken
        theirs = msgspec.structs.replace(tx, who=booking.created_by, site_ids=pattern_sites(booking))
        try:
            async with transaction(theirs) as attempt:  # a refusal may leave a transaction that can't go on
                item_id = await _make(attempt, booking, pattern_wish(booking, span, told=told))
        except Refusal as refusal:
            await series.settle(tx.db, booking, span, None, {"code": refusal.code})
        else:
            await series.settle(tx.db, booking, span, item_id, None)
        return True


async def occurrences(ctx: Context, uid: str) -> list[ItemView]:
    """All items of a collection, which is any booking, that are not deleted, at the sites that the key sees.

    Raises NotFound, also for a collection that has nothing there.
    """
    booking = await _find(ctx, uid)
    return [entry for entry in await _items(ctx, booking) if entry.item.state != "deleted"]


async def outcomes(ctx: Context, uid: str) -> list[Outcome]:
    """What became of each occurrence of a series, in order of time. Raises NotFound."""
    booking = await _find(ctx, uid)
    found = await series.list_outcomes(ctx.db, ctx.account.id, booking.id)
    if ctx.site_ids is None:
        return found
    seen = {entry.item.id for entry in await _items(ctx, booking)}
    return [outcome for outcome in found if outcome.item_id is None or outcome.item_id in seen]


async def end_all(ctx: Context, uid: str, verb: str, asked: MessageOverrides = BY_POLICY) -> list[ItemView]:
    """Cancel or remove all items of a collection that allow it, and withdraw what is still pending.

    What the key doesn't see stays. One message for all. Raises NotFound, and IllegalTransition when nothing is pending
    and no item allows the verb.
    """
    booking = await _find(ctx, uid)

    async def find(tx: Context) -> Collection[int]:
        await hold_series(tx.db, ctx.account.id, booking.id)
        return await find_items(tx.db, ctx.account.id, booking.id)

    async def hold(tx: Context, items: Collection[int]) -> None:
        await commit.lock(tx.db, ctx.account.id, ctx.now, sorted(items))

    async def act(tx: Context) -> list[ItemView]:
        seen = await _sees_pending(tx, booking)
        withdrawn = await series.withdraw_pending(tx.db, ctx.account.id, booking.id) if seen else 0
        every = await _items(tx, booking)
        ended = [after for after in (_ended(tx, entry, verb) for entry in every) if after is not None]
        if every and not ended and not withdrawn:
            raise IllegalTransition(state_at(every[0].item, ctx.now), verb)
        if ended:
            expected = {entry.item.id for entry in every if entry.item.state in ACTIVE}
            first = next((entry for entry in ended if entry.item.id in expected), ended[0])
            active = first.item.id in expected
            sent = messages(verb, first.item, first.customer, ctx.account, asked, was_active=active)
            await commit.commit(tx.db, ctx.account.id, kept(tx, verb, ended, sent))
        return ended

    return await with_items_held(ctx, find, hold, act)


def _ended(ctx: Context, entry: ItemView, verb: str) -> ItemView | None:
    try:
        state = next_state(state_at(entry.item, ctx.now), verb, ctx.account.policy)
    except IllegalTransition:
        return None
    return advanced(ctx, entry, state, verb)


async def _find(ctx: Context, uid: str) -> Booking:
    booking = await series.find_series(ctx.db, ctx.account.id, uid) if is_uid(uid) else None
    if booking is None or not (await _sees_pending(ctx, booking) or await _items(ctx, booking)):
        raise NotFound("series", uid)
    return booking


async def _sees_pending(ctx: Context, booking: Booking) -> bool:
    """Whether the key may see what is still to be made: at the resource named, else wherever it may be made."""
    if ctx.site_ids is None:
        return True
    resource_id = pattern_resource(booking)
    if resource_id is not None:
        return bool(await find_resources(ctx.db, ctx.account.id, [resource_id], ctx.site_ids))
    sites = pattern_sites(booking)
    return sites is not None and sites <= ctx.site_ids


async def _items(ctx: Context, booking: Booking) -> list[ItemView]:
    named = await find_items(ctx.db, ctx.account.id, booking.id)
    found = await items.find_entries(ctx.db, ctx.account.id, named)
    return [entry for entry in found if ctx.sees(entry.site_id)]


async def _zone(ctx: Context, case: Case) -> ZoneInfo:
    resource, service = case.ground.resource, case.ground.service
    if resource is None and service is not None and case.ground.session is None:
        resource = next(iter(await resources_of(ctx, service.id)), None)
    return await zone_at(ctx, resource)


def _at(case: Case, span: Span) -> Case:
    wish = msgspec.structs.replace(case.wish, starts_at=span.start, ends_at=span.end)
    return msgspec.structs.replace(case, wish=wish, span=span)


async def _try_out(ctx: Context, case: Case) -> None:
    """Book the first occurrence and take it back: nothing else finds out as much."""
    try:
        async with transaction(ctx) as tx:
            await place_first(tx, case)
            raise _TakenBack
    except _TakenBack:
        return


class _TakenBack(Exception):
    pass


async def _make(ctx: Context, booking: Booking, wish: Wish) -> int:
    case = await prepare(ctx, wish)
    ground = msgspec.structs.replace(case.ground, booking_id=booking.id, uid=booking.uid)
    entry = await place_first(ctx, msgspec.structs.replace(case, ground=ground), opens=False)
    return entry.item.id
