"""What an account calls the states of its bookings: statuses are listed, added, changed, and set."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow
from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_booking import change_booking, plan_booking_change
from kalends.actions.bookings.plan import plan
from kalends.actions.bookings.unknown_ids import checked
from kalends.actions.context import Context, transaction
from kalends.actions.save import add, save
from kalends.engine.all_refusals import AllRefusals
from kalends.engine.bookings.booking_status import (
    STANDARD,
    BookingStatus,
    BookingStatusPatch,
    changed_status,
    default_status,
    new_status,
    own_request_with_status,
    require_status,
    with_statuses,
    without_statuses,
)
from kalends.engine.bookings.patch import BookingPatch
from kalends.engine.bookings.request import Booked, BookingRequest
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.refusals import NotFound
from kalends.store.bookings import statuses
from kalends.store.ids import next_ids


@allow("read", "customer", "guest", "practitioner")
async def list_statuses(ctx: Context) -> list[BookingStatus]:
    """List the account's booking statuses, active or not, in display order."""
    return await statuses.find_statuses(ctx.db, ctx.account.id)


@allow("manage", whole_account=True)
async def add_status(ctx: Context, patch: BookingStatusPatch) -> BookingStatus:
    """Add a booking status. If it is the default, the one before is no longer.

    Raises Forbidden to a key that is limited to sites, Invalid(name, names: blank, invalid, too_long; state: unknown;
    position: out_of_range; is_default: invalid), Duplicate(name, is_default).
    """
    async with transaction(ctx) as tx:
        (status_id,) = await next_ids(tx.db, "booking_status")
        status = new_status(patch, ctx.account.id, status_id, ctx.now)
        await _replace_default(tx, status)
        await add(tx, status)
    return status


@allow("manage", whole_account=True)
async def change_status(ctx: Context, status_id: int, patch: BookingStatusPatch) -> BookingStatus:
    """Change a booking status. If it becomes the default, the one before is no longer. Bookings stay in their state.

    Raises Forbidden to a key that is limited to sites, NotFound(booking_status), Invalid(name, names: blank, invalid,
    too_long; state: unknown; position: out_of_range; is_default: invalid), Duplicate(name, is_default).
    """
    async with transaction(ctx) as tx:
        present = await statuses.lock_status(tx.db, ctx.account.id, status_id)
        if present is None:
            raise NotFound("booking_status", status_id)
        changed = changed_status(present, patch)
        await _replace_default(tx, changed)
        return await save(tx, present, changed)


@allow("manage", whole_account=True)
async def add_standard_statuses(ctx: Context) -> list[BookingStatus]:
    """Give an account without booking statuses the standard ones. Returns all that it has then."""
    async with transaction(ctx) as tx:
        present = await list_statuses(tx)
        return present or [await add_status(tx, patch) for patch in STANDARD]


@allow("book", "customer")
async def book_with_status(ctx: Context, request: BookingRequest) -> Booked:
    """Book a request in the state for which its status, or that of each line, stands; by default the default status.

    Customers get the default status only, and the state that the account's policy begins with; one that awaits
    confirmation stays so. Raises what `book` raises, NotFound(booking_status), Retired(booking_status), and
    Invalid(booking_status_id: not_included) if a customer names another status than the default one.
    """
    known, refusals = await list_statuses(ctx), AllRefusals()
    with refusals:
        if ctx.principal.kind == "customer":
            request = own_request_with_status(request, default_status(known))
        else:
            request = with_statuses(request, known)
    if refusals:
        with refusals:  # what else is wrong with it
            await plan(ctx, await checked(ctx, without_statuses(request)))
        refusals.raise_any()
    return await book(ctx, request)


@allow("book")
async def change_booking_with_status(ctx: Context, booking_id: int, patch: BookingPatch) -> BookingWithItems:
    """Change a booking as a whole, and put it into the state for which its new status stands.

    A `booking_status_id` of None is the default status. Raises what `change_booking` raises,
    NotFound(booking_status) and Retired(booking_status).
    """
    if patch.booking_status_id is UNSET:
        return await change_booking(ctx, booking_id, patch)
    known, refusals = await list_statuses(ctx), AllRefusals()
    with refusals:
        patch = _in_state_of_status(patch, known)
    if refusals:
        with refusals:  # what else is wrong with it
            await plan_booking_change(ctx, booking_id, patch)
        refusals.raise_any()
    return await change_booking(ctx, booking_id, patch)


def _in_state_of_status(patch: BookingPatch, known: Sequence[BookingStatus]) -> BookingPatch:
    status_id = patch.booking_status_id
    status = require_status(known, status_id) if isinstance(status_id, int) else default_status(known)
    return msgspec.structs.replace(patch, booking_status_id=status.id, state=status.state) if status else patch


async def _replace_default(ctx: Context, status: BookingStatus) -> None:
    """Take the default from the status that has it, if this one is to be the default."""
    if not status.is_default:
        return
    present = await statuses.lock_default(ctx.db, ctx.account.id)
    if present is not None and present.id != status.id:
        await save(ctx, present, msgspec.structs.replace(present, is_default=False))
