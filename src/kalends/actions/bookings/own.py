"""What customers do themselves with what they have booked, by the link to it: cancel it, or move it to a free time."""

from datetime import datetime, timedelta

import msgspec

from kalends.actions.access import acting_as, allow
from kalends.actions.accounts.booking_page import get_booking_page
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.explain import explain
from kalends.actions.bookings.find import get_item, get_whole_booking
from kalends.actions.bookings.guest_links import prove_own_link
from kalends.actions.bookings.sessions import get_session
from kalends.actions.bookings.slots import slots
from kalends.actions.bookings.starts import list_starts
from kalends.actions.bookings.verification import try_code
from kalends.actions.context import Context, transaction
from kalends.actions.customers.change import change_customer
from kalends.engine.availability.slots import Slot
from kalends.engine.availability.starts import StartsQuery
from kalends.engine.bookings.own import changeable, movable, proof_of, proven_contact
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.states import state_at
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.customers.customer import Customer, CustomerPatch
from kalends.engine.patch import changes
from kalends.engine.refusals import Forbidden, Full, IllegalTransition, Unreachable
from kalends.engine.time.span import Span

_MOMENT = timedelta(seconds=1)


@allow("book", "guest")
async def cancel_own(ctx: Context, booking_id: int, reason: str = "") -> BookingWithItems:
    """Cancel those times of a booking that its customer may still cancel; returns the booking.

    Raises NotFound(booking), IllegalTransition if there is none, Stale.
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
    awaited = [view.item.id for view in booking.items if state_at(view.item, ctx.now) == "awaiting_verification"]
    if not awaited:
        raise IllegalTransition(state_at(booking.items[0].item, ctx.now), "verify")
    await try_code(ctx, awaited[0], code)
    async with transaction(acting_as(ctx, ctx.actor, None)) as tx:
        for item_id in awaited:
            await change_item_state(tx, item_id, "verify")
        first = booking.items[0]
        if first.customer and first.item.verification_method:
            await prove_own_link(tx, ctx.principal, proof_of(first.item.verification_method, first.customer))
    return await get_whole_booking(ctx, booking_id)


@allow("book", "guest")
async def move_own(
    ctx: Context,
    item_id: int,
    *,
    starts_at: datetime | None = None,
    resource_id: int | None = None,
    session_id: int | None = None,
) -> ItemView:
    """Move an item to a start that the public could book, of this resource or (None) of whoever is free then, or a seat
    to another session of its service that is offered to the public. What it takes besides moves along, or is another of
    its kind that is free then. The old time is kept until the new one stands.

    Raises NotFound(item, session), IllegalTransition if its customer may not move it any more, Full if the time is not
    offered, and what `change_item` raises.
    """
    view = await get_item(ctx, item_id)
    booking = await get_whole_booking(ctx, view.item.booking_id)
    if movable(booking, await get_booking_page(ctx), ctx.now) is None:
        raise IllegalTransition(view.item.state, "move")
    if session_id is not None:
        await _check_offered(ctx, view, session_id)
        return await change_item(ctx, item_id, ItemPatch(session_id=session_id))
    slot = await _offered(ctx, view, starts_at or ctx.now, resource_id)
    own = view.item.resource_id
    chosen = own if own in slot.resource_ids else slot.resource_ids[0]
    patch = ItemPatch(starts_at=slot.span.start, ends_at=slot.span.end, resource_id=chosen)
    if view.item.also_resource_ids:
        patch = msgspec.structs.replace(patch, also_resource_ids=await _free_besides(ctx, view, slot, chosen))
    return await change_item(ctx, item_id, patch)


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
    """Correct name, e-mail address and phone of the customer of a booking, but for the contact that is proven.

    Raises NotFound(booking), Forbidden to whoever `find_own_customer` does not tell of the customer and for other
    fields, Duplicate(email, phone), Invalid(first_name: blank; email, phone: invalid), Unreachable(phone) for a number
    that can't be dialled.
    """
    customer = await find_own_customer(ctx, booking_id)
    correctable = {"name", "email", "phone"} - {proven_contact(ctx.principal, customer)}
    if customer is None or not changes(patch).keys() <= correctable:
        raise Forbidden()
    async with transaction(ctx) as tx:
        corrected = await change_customer(tx, customer.id, patch)
        if corrected.phone and corrected.phone_e164 is None and corrected.phone != customer.phone:
            raise Unreachable("phone", "invalid")
        return corrected


async def _check_offered(ctx: Context, view: ItemView, session_id: int) -> None:
    """Raises NotFound(session), Full unless it is that of the seat already, or one of its service to come with room."""
    session = await get_session(ctx, session_id)
    window = Span(session.starts_at, session.starts_at + _MOMENT)
    if view.item.session_id == session_id:
        return
    if view.item.session_id is None or view.item.service_id is None:
        raise Full("session", session_id)
    offered = await slots(ctx, view.item.service_id, window, units=view.item.units)
    if session_id not in {slot.session_id for slot in offered}:
        raise Full("session", session_id)


async def _offered(ctx: Context, view: ItemView, starts_at: datetime, resource_id: int | None) -> Slot:
    """The slot of the item's service that begins then. Raises Full if there is none."""
    if view.item.service_id is None:
        raise Full("resource")
    query = StartsQuery(
        service_id=view.item.service_id,
        window=Span(starts_at, starts_at + _MOMENT),
        resource_ids=None if resource_id is None else (resource_id,),
        units=view.item.units,
    )
    starts = await list_starts(ctx, query)
    if not starts:
        raise Full("resource")
    return starts[0].slot


async def _free_besides(ctx: Context, view: ItemView, slot: Slot, resource_id: int) -> tuple[int, ...]:
    """What an item takes besides its resource, if that is free in this slot, else others that its service needs.

    Raises Full if nothing is.
    """
    anything = RequestedLine(
        service_id=view.item.service_id, resource_id=resource_id, starts_at=slot.span.start, units=view.item.units
    )
    same = msgspec.structs.replace(anything, also_resource_ids=view.item.also_resource_ids)
    for line in await explain(ctx, BookingRequest(lines=(same, anything))):
        for option in line.options:
            if not option.refusals:
                return tuple(resource.id for resource in option.assigned.also)
    raise Full("resource")
