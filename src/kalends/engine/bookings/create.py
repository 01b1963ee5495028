"""Plans the change set that books assigned lines."""

from collections.abc import Sequence
from functools import partial

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.bookings.assign import Planning
from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.change_set import Author, ChangeSet, Claim, Message, change_set
from kalends.engine.bookings.claims import item_claims
from kalends.engine.bookings.messages import messages, told_apart
from kalends.engine.bookings.new_items import AssignedLine, check_reachable, new_booking, new_item
from kalends.engine.bookings.references import References, trees_of
from kalends.engine.bookings.request import MessageOverrides
from kalends.engine.bookings.stored_series import repeating, with_series
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.customers.customer import Customer


class Booker(msgspec.Struct, frozen=True):
    """The customer of a booking (None: nobody), and whether the customer is saved with it, as new or filled in."""

    customer: Customer | None = None
    to_save: bool = False

    @property
    def saved(self) -> tuple[Customer, ...]:
        """The customers to be saved with the booking."""
        return (self.customer,) if self.customer and self.to_save else ()


class PlannedBooking(msgspec.Struct, frozen=True):
    """The change set to commit, and the booking as it will be."""

    change_set: ChangeSet
    booked: BookingWithItems


def plan_booking(
    account: Account,
    planning: Planning,
    assigned: Sequence[AssignedLine],
    booker: Booker,
    author: Author,
    into: Booking | None = None,
) -> PlannedBooking:
    """Plan a new booking of these lines, or more items of the existing booking `into`.

    Raises Unreachable(email, phone), Invalid(expires_at: past).
    """
    request, references, customer = planning.request, planning.references, booker.customer
    booking = into or _new_booking(account, planning, customer, author)
    item_ids = references.item_ids
    items = [
        new_item(account, booking, item_id, line, request, author, time_zone=references.time_zone_of(line.resource))
        for item_id, line in zip(item_ids, assigned, strict=False)
    ]
    for item in items:
        check_reachable(item, customer, account.policy)
    view_of = partial(_view, booking, customer, len(items), references)
    views = tuple(view_of(item, line) for item, line in zip(items, assigned, strict=True))
    claims = tuple(claim for view in views for claim in _claims(view, references))
    planned = change_set(
        author,
        "create",
        customers=booker.saved,
        bookings=() if into else (booking,),
        items=tuple(items),
        claims=claims,
        trees=trees_of(references.resources_of(claims)),
        messages=_messages(views, account, request.messages),
    )
    views = tuple(sorted(views, key=lambda view: (view.item.starts_at, view.item.id)))
    return PlannedBooking(planned, BookingWithItems(booking, customer, views))


def _messages(views: Sequence[ItemView], account: Account, overrides: MessageOverrides) -> tuple[Message, ...]:
    """Each customer is told of their own items by a message that names the first of these."""
    first_of: dict[int | None, ItemView] = {}
    for view in views:
        first_of.setdefault(view.item.customer_id, view)
    return told_apart([messages("create", view.item, view.customer, account, overrides) for view in first_of.values()])


def _new_booking(account: Account, planning: Planning, customer: Customer | None, author: Author) -> Booking:
    booking = new_booking(account, planning.references, planning.request, customer, author)
    repeats = planning.request.repeats
    return with_series(booking, repeating(repeats)) if repeats else booking


def _view(
    booking: Booking, customer: Customer | None, siblings: int, references: References, item: Item, line: AssignedLine
) -> ItemView:
    if item.customer_id != booking.customer_id:
        customer = references.customers[item.customer_id or 0]
    time_zone = references.time_zone_of(line.resource)
    service, session = line.resolved.service, line.resolved.session
    recurs = booking.recurrence is not None
    return ItemView(item, booking.uid, siblings, customer, line.resource, service, session, recurs, time_zone)


def _claims(view: ItemView, references: References) -> tuple[Claim, ...]:
    return item_claims(view.item, view.service, references.override(view.item.service_id, view.item.resource_id))
