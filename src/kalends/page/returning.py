"""Who comes again by the link to what they have booked need not say once more who they are, if the link proves it."""

import re
from collections.abc import Mapping

from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.bookings.own import find_own_customer
from kalends.actions.context import Context
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.customers.customer import Customer
from kalends.engine.refusals import Forbidden, NotFound, Unauthenticated
from kalends.page.choices import AGAIN
from kalends.page.chosen import sent_of
from kalends.page.offered import list_bookable_services
from kalends.page.views.links import Links

_SECRET = re.compile("[0-9a-f]{1,100}")


async def known_details(ctx: Context, sent: Mapping[str, str]) -> dict[str, str]:
    """The name and addresses of whose link is sent along; nothing if it proves none."""
    secret = sent.get(AGAIN, "")
    if not _SECRET.fullmatch(secret):
        return {}
    try:
        own = await authenticate_secret(ctx.db, ctx.now, ctx.door, secret)
        customer = await find_own_customer(own, own.principal.booking_id or 0)
    except (Unauthenticated, Forbidden, NotFound):
        return {}
    return details_of(customer) if customer and own.account.id == ctx.account.id else {}


def details_of(customer: Customer) -> dict[str, str]:
    """What the form has of a customer."""
    return {"name": customer.name, "email": customer.email or "", "phone": customer.phone or ""}


async def again_path(ctx: Context, links: Links, secret: str, booking: BookingWithItems) -> str:
    """Where the same is booked once more: with the same person, if it was one; "" if the page does not offer it."""
    first = booking.items[0]
    item, resource = first.item, first.resource
    if not await list_bookable_services(ctx, [first.service] if first.service else []):
        return ""
    with_whom = {"resource": resource.id} if resource and resource.public and item.session_id is None else {}
    return links.to(f"/{item.service_id}", **with_whom, **sent_of(booking), **{AGAIN: secret})
