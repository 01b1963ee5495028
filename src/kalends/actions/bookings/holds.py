"""Holds times for somebody who is about to book them; holds are extended, changed, confirmed and released."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec import UNSET

from kalends.actions.access import acting_as, allow, own_hold
from kalends.actions.accounts.booking_page import get_booking_page
from kalends.actions.bookings.change_booking import change_booking
from kalends.actions.bookings.change_state import change_booking_state
from kalends.actions.bookings.find import get_whole_booking
from kalends.actions.bookings.guest_links import AFTER_THE_LAST, create_booking_link, move_own_link
from kalends.actions.bookings.lock import lock_whole_booking
from kalends.actions.bookings.suggest import book_or_suggest, change_or_suggest
from kalends.actions.catalog.custom_fields import list_questions
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import list_services
from kalends.actions.context import Context, transaction
from kalends.engine.all_refusals import check_found, of_line
from kalends.engine.bookings.hold import (
    LONGEST_HOLD,
    HeldBooking,
    HoldPatch,
    check_end,
    check_held,
    is_held,
    item_patches,
    longest_hold,
    request_of,
)
from kalends.engine.bookings.patch import BookingPatch
from kalends.engine.bookings.request import BY_POLICY, SILENT, Booked, BookingRequest, MessageOverrides
from kalends.engine.bookings.states import is_active
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.catalog.extra import Extra
from kalends.engine.refusals import Forbidden, NotFound


class Held(msgspec.Struct, frozen=True):
    """A new hold. `secret` is a link to it, for visitors of a page: with it they extend and release it."""

    booked: Booked
    secret: str | None = None


@allow("book", "guest")
async def add_hold(ctx: Context, request: BookingRequest, until: datetime, secret: str | None = None) -> Held:
    """Hold all lines of a request until a time. Nobody is told.

    Visitors of a page hold what is offered to the public, and as long as the account's policy has it. `secret` is that
    of their link, if they have been given one already.

    Raises what `book` raises, Invalid(expires_at: past, out_of_range), Duplicate(secret) if something is held by that
    link already, and Forbidden to guests with a link.
    """
    request = own_hold(ctx, request)
    check_end(until, ctx.now, longest_hold(ctx.principal, ctx.account.policy))
    async with transaction(ctx) as tx:
        booked = await book_or_suggest(tx, msgspec.structs.replace(request, hold_until=until, messages=SILENT))
        if ctx.principal.kind != "guest":
            return Held(booked)
        ends_at = ctx.now + LONGEST_HOLD
        return Held(booked, await create_booking_link(tx, ctx.door, booked.booking.id, ends_at, secret))


@allow("book", "guest")
async def hold_instead(ctx: Context, booking_id: int, request: BookingRequest, until: datetime) -> Booked:
    """Hold the lines of a request instead of what a visitor holds, which is given free only if that can be done. Their
    link leads to the new hold.

    Raises NotFound(hold), what `add_hold` raises.
    """
    check_end(until, ctx.now, longest_hold(ctx.principal, ctx.account.policy))
    held = msgspec.structs.replace(request, public=True, hold_until=until, messages=SILENT)
    return await _book_instead(ctx, booking_id, held, ctx.now + LONGEST_HOLD)


@allow("book", "guest")
async def book_hold(ctx: Context, booking_id: int, wanted: HeldBooking) -> Booked:
    """Book what is held for its holder, as the account's policy has it: with verification or confirmation before, or at
    once. The holder's link leads to the booking. If the hold has lapsed, it is booked if it is still free.

    Raises NotFound(hold), Invalid(custom_field ID: blank, not_a_number, not_included, invalid, too_long, for answers;
    consent: blank, also for a text that has changed), what `book` raises.
    """
    hold = await get_hold(ctx, booking_id)
    await _check_public(ctx, wanted.extras)
    request = request_of(hold.items, wanted, await list_questions(ctx), await get_booking_page(ctx), ctx.now)
    last = max(view.item.ends_at for view in hold.items)
    return await _book_instead(ctx, booking_id, request, last + AFTER_THE_LAST)


async def _book_instead(ctx: Context, booking_id: int, request: BookingRequest, link_until: datetime) -> Booked:
    """Book a request in place of a hold, whose time nobody else can take meanwhile."""
    async with transaction(ctx) as tx:
        await lock_whole_booking(tx, booking_id)
        hold = await get_hold(tx, booking_id)
        if any(is_active(view.item, tx.now) for view in hold.items):
            await change_booking_state(acting_as(tx, tx.actor, None), hold.booking.uid, "remove", SILENT)
        booked = await book_or_suggest(tx, request)
        await move_own_link(tx, booked.booking.id, link_until)
        return booked


async def _check_public(ctx: Context, extras: Iterable[Extra]) -> None:
    """Raises NotFound(resource, service) for extras that visitors are not shown."""
    services = {service.id for service in await list_services(ctx) if service.public}
    resources = {resource.id for resource in await list_resources(ctx) if resource.public}
    check_found(
        ("resource", [extra.resource_id for extra in extras], resources),
        ("service", [extra.service_id for extra in extras], services),
    )


@allow("read", "guest")
async def get_hold(ctx: Context, booking_id: int) -> BookingWithItems:
    """A hold, also one that has lapsed. Raises NotFound(hold), also once it is confirmed or released."""
    try:
        booking = await get_whole_booking(ctx, booking_id)
    except NotFound:
        raise NotFound("hold", booking_id) from None
    if not all(is_held(view.item) for view in booking.items):
        raise NotFound("hold", booking_id)
    return booking


@allow("book", "guest")
async def change_hold(ctx: Context, booking_id: int, patch: HoldPatch) -> BookingWithItems:
    """Change the end of a hold, and times and resources of its items; all or nothing. Guests change the end only.

    Raises NotFound(hold, item), Forbidden, IllegalTransition if it has lapsed, Invalid(expires_at: past, out_of_range),
    and what `change_or_suggest` raises, as of the line that the item is in the patch.
    """
    if patch.items and ctx.principal.kind == "guest":
        raise Forbidden()
    if patch.until is not UNSET:
        check_end(patch.until, ctx.now, longest_hold(ctx.principal, ctx.account.policy))
    async with transaction(ctx) as tx:
        hold = await _lock_hold(tx, booking_id, "change")
        for item_id, own in item_patches(hold.items, patch).items():
            with of_line(list(patch.items).index(item_id) if item_id in patch.items else None):
                await change_or_suggest(tx, item_id, own, messages=SILENT)
        return await get_hold(tx, booking_id)


@allow("book")
async def confirm_hold(
    ctx: Context, booking_id: int, patch: BookingPatch, messages: MessageOverrides = BY_POLICY
) -> BookingWithItems:
    """Turn a hold into a booking: its items are confirmed, with the customer, title and other fields of the patch.

    Raises NotFound(hold, customer), IllegalTransition if it has lapsed, Stale, Forbidden if some items are at sites
    that the caller may not see, Duplicate (a field of the customer), Invalid(the customer's fields).
    """
    async with transaction(ctx) as tx:
        await _lock_hold(tx, booking_id, "confirm")
        confirmed = msgspec.structs.replace(patch, state="confirmed")
        return await change_booking(tx, booking_id, confirmed, messages=messages)


@allow("book", "guest")
async def release_hold(ctx: Context, booking_id: int) -> None:
    """Give the times of a hold free again, and remove it; a guest cancels it. Nobody is told.

    Raises NotFound(hold), Stale, IllegalTransition to a guest if it has lapsed.
    """
    hold = await get_hold(ctx, booking_id)
    verb = "cancel" if ctx.principal.kind == "guest" else "remove"
    await change_booking_state(ctx, hold.booking.uid, verb, SILENT)


async def _lock_hold(ctx: Context, booking_id: int, verb: str) -> BookingWithItems:
    """The hold, locked with its items. Raises NotFound(hold), Outdated, IllegalTransition if it has lapsed."""
    await lock_whole_booking(ctx, booking_id)
    hold = await get_hold(ctx, booking_id)
    check_held(hold.items, verb, ctx.now)
    return hold
