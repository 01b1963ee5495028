"""What customers do themselves with what they have booked, by the link to it: cancel it, verify it, correct who they
are. See `move_own.py` for moving it."""

import msgspec

from kalends.actions.access import acting_as, allow
from kalends.actions.accounts.booking_page import get_booking_page
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.find import get_whole_booking
from kalends.actions.bookings.guest_links import prove_own_link
from kalends.actions.bookings.verification import try_code
from kalends.actions.context import Context, transaction
from kalends.actions.customers.change import change_customer
from kalends.engine.bookings.own import changeable, proof_of, proven_contact
from kalends.engine.bookings.request import SILENT
from kalends.engine.bookings.states import state_at
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.customers.customer import Customer, CustomerPatch
from kalends.engine.patch import changes
from kalends.engine.refusals import Duplicate, Forbidden, IllegalTransition, Unreachable


@allow("book", "guest")
async def cancel_own(ctx: Context, booking_id: int, reason: str = "") -> BookingWithItems:
    """Cancel those times of a booking that its customer may still cancel; returns the booking.

    Raises NotFound(booking), IllegalTransition if there is none, Stale, Invalid(reason: invalid, too_long).
    """
    booking = await get_whole_booking(ctx, booking_id)
    items = changeable(booking, await get_booking_page(ctx), ctx.now)
    if not items:
        raise IllegalTransition(booking.items[0].item.state, "cancel")
    async with transaction(ctx) as tx:
        for view in items:
            await change_item_state(tx, view.item.id, "cancel", reason=reason or None)
    return await get_whole_booking(ctx, booking_id)


@allow("book", "guest")
async def verify_own(ctx: Context, booking_id: int, code: str) -> BookingWithItems:
    """Verify all times of a booking with its one code, which is tried once; returns the booking. The link proves from
    then on that its holder is reached where the code was sent.

    It must not be called in a transaction. Raises NotFound(booking), IllegalTransition if none awaits it, WrongCode.
    """
    booking = await get_whole_booking(ctx, booking_id)
    awaited = _awaited(ctx, booking, "verify")
    await try_code(ctx, awaited[0], code)
    async with transaction(acting_as(ctx, ctx.actor, None)) as tx:
        for item_id in awaited:
            await change_item_state(tx, item_id, "verify")
        first = booking.items[0]
        if first.customer and first.item.verification_method:
            await prove_own_link(tx, ctx.principal, proof_of(first.item.verification_method, first.customer))
    return await get_whole_booking(ctx, booking_id)


@allow("book", "guest")
async def give_up_own(ctx: Context, booking_id: int) -> None:
    """Give up a booking that awaits its code, which may have gone to an address that nobody reads. Nobody is told.

    Raises NotFound(booking), IllegalTransition if none of its times awaits it, Stale.
    """
    booking = await get_whole_booking(ctx, booking_id)
    async with transaction(ctx) as tx:
        for item_id in _awaited(ctx, booking, "cancel"):
            await change_item_state(tx, item_id, "cancel", messages=SILENT)


@allow("read", "guest")
async def find_own_customer(ctx: Context, booking_id: int) -> Customer | None:
    """The customer of a booking, to whoever has shown that they are reached there: by the code, or as the link was sent
    to them, at a contact that the customer still has. None to anybody else: whose name and addresses they are is not
    told. Raises NotFound(booking)."""
    booking = await get_whole_booking(ctx, booking_id)
    customer = booking.customer if proven_contact(ctx.principal, booking.customer) else None
    return customer if customer and customer.deleted_at is None else None


@allow("book", "guest")
async def correct_own(ctx: Context, booking_id: int, patch: CustomerPatch) -> Customer:
    """Correct name, e-mail address and phone of the customer of a booking, but for the contact that is proven. One
    that another customer has is shared with them: a refusal would tell that they are a customer.

    Raises NotFound(booking), Forbidden to whoever `find_own_customer` does not tell of the customer and for other
    fields, Invalid(first_name: blank; email, phone: invalid), Unreachable(phone) for a number that can't be dialled.
    """
    customer = await find_own_customer(ctx, booking_id)
    correctable = {"name", "email", "phone"} - {proven_contact(ctx.principal, customer)}
    if customer is None or not changes(patch).keys() <= correctable:
        raise Forbidden()
    async with transaction(ctx) as tx:
        try:
            corrected = await change_customer(tx, customer.id, patch)
        except Duplicate:
            corrected = await change_customer(tx, customer.id, msgspec.structs.replace(patch, sole=False))
        if corrected.phone and corrected.phone_e164 is None and corrected.phone != customer.phone:
            raise Unreachable("phone", "invalid")
        return corrected


def _awaited(ctx: Context, booking: BookingWithItems, verb: str) -> list[int]:
    """The ids of the times that await their code. Raises IllegalTransition if there is none."""
    awaited = [view.item.id for view in booking.items if state_at(view.item, ctx.now) == "awaiting_verification"]
    if not awaited:
        raise IllegalTransition(state_at(booking.items[0].item, ctx.now), verb)
    return awaited
