"""The link in a message by which customers see, move and cancel what they have booked, on the account's booking page.

There is one where the account has a page and the operator has said under which address everybody reaches it.
"""

import msgspec

from kalends.actions.access import internal
from kalends.actions.accounts.booking_page import get_booking_page
from kalends.actions.bookings.find import get_whole_booking
from kalends.actions.bookings.guest_links import AFTER_THE_LAST, create_booking_link, remove_link
from kalends.actions.context import Context
from kalends.engine.bookings.own import proof_of
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.customers.customer import Customer
from kalends.engine.messages.facts import LINKED, MessageFacts
from kalends.store.db import Db

DOOR = "page"
HIDDEN = "..."
"""What stands for the secret of a link where nobody is to follow it."""


@internal
async def with_own_link(ctx: Context, facts: MessageFacts) -> MessageFacts:
    """The facts of a message with a link of its own, which leads to what of the booking is its recipient's until 30
    days after its end."""
    booking = await _linked_booking(ctx, facts)
    if booking is None or facts.customer is None:
        return facts
    ends_at = max(view.item.ends_at for view in booking.items) + AFTER_THE_LAST
    secret = await create_booking_link(
        ctx,
        DOOR,
        booking.booking.id,
        ends_at,
        proof=proof_of(facts.channel, facts.customer),
        without=[view.item.id for view in booking.items if not _is_of(view, facts.customer)],
    )
    return msgspec.structs.replace(facts, link=_link(ctx, secret))


@internal
async def with_sample_link(ctx: Context, facts: MessageFacts) -> MessageFacts:
    """The facts of a message that is only shown, with a link that leads nowhere if it would have one."""
    booking = await _linked_booking(ctx, facts)
    return facts if booking is None else msgspec.structs.replace(facts, link=_link(ctx, HIDDEN))


@internal
async def withdraw_link(db: Db, facts: MessageFacts) -> None:
    """Remove the link of a message that was not delivered."""
    if facts.link:
        await remove_link(db, facts.account.id, facts.link.rpartition("/")[2])


def hide_link(text: str, link: str) -> str:
    """The text of a message without the secret of its link."""
    return text.replace(link, link.rpartition("/")[0] + f"/{HIDDEN}") if link else text


async def _linked_booking(ctx: Context, facts: MessageFacts) -> BookingWithItems | None:
    """The booking to which a message may lead its recipient: whose it is, or who comes to each time of it or has booked
    it."""
    customer = facts.customer
    if not ctx.public_url or facts.kind not in LINKED or facts.audience != "customer" or customer is None:
        return None
    if not (await get_booking_page(ctx)).active:
        return None
    booking = await get_whole_booking(ctx, facts.items[0].item.booking_id)
    is_theirs = booking.booking.customer_id == customer.id and any(_is_of(view, customer) for view in booking.items)
    return booking if is_theirs or all(_is_of(view, customer) for view in booking.items) else None


def _is_of(view: ItemView, customer: Customer) -> bool:
    return customer.id in (view.item.customer_id, view.item.booked_by_customer_id)


def _link(ctx: Context, secret: str) -> str:
    return f"{ctx.public_url}/book/{ctx.account.slug}/h/{secret}"
