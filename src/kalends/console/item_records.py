"""All that the panel of a booking tells, read through the actions."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.actions.accounts.actors import actor_names
from kalends.actions.billing.quotes import quotes
from kalends.actions.bookings.conflicts import has_conflicts
from kalends.actions.bookings.find import get_item, get_whole_booking, list_items
from kalends.actions.bookings.history import item_history
from kalends.actions.bookings.undo import find_undoable
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import list_services
from kalends.actions.context import Context
from kalends.actions.customers.history import record_reads
from kalends.actions.messages.about_item import MessageSent, list_messages_about
from kalends.actions.messages.bounces import list_bounced_of
from kalends.actions.messages.waiting import UntoldChange, find_untold_change, find_waiting_message
from kalends.console.at_site import AtSite
from kalends.engine.billing.quote import Quote
from kalends.engine.bookings.change_set import Change
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.undo import Undoable
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.messages.bounce import BouncedAddress
from kalends.engine.messages.message import OutboxMessage
from kalends.engine.refusals import NotFound

_MOST_CHANGES = 30


class Visits(msgspec.Struct, frozen=True):
    """What a customer came to before an item, as far as that is over: how many times, how many of them they missed, and
    the last one."""

    count: int
    missed: int
    last: ItemView | None


class ItemRecords(msgspec.Struct, frozen=True, kw_only=True):
    """An item with its booking (None for blocked time), what it refers to by id, its messages, and its history, the
    newest first. `names` are those of who made the changes; `overlaps`: it takes time that is taken; `bounced`: the
    customer's addresses that take no messages."""

    view: ItemView
    booking: BookingWithItems | None
    quote: Quote | None
    resources: Mapping[int, Resource]
    services: Mapping[int, Service]
    visits: Visits | None
    messages: Sequence[MessageSent]
    changes: Sequence[Change]
    names: Mapping[str, str]
    overlaps: bool
    bounced: Sequence[BouncedAddress]


class LastChange(msgspec.Struct, frozen=True):
    """What can still be done about what was just done to an item: taken back, not told, or told: `waiting` is the
    message that waits, `untold` the change of which the customer is not told."""

    undoable: Undoable | None
    waiting: OutboxMessage | None
    untold: UntoldChange | None


async def last_change(ctx: Context, item_id: int) -> LastChange:
    """That of an item. Raises NotFound(item)."""
    waiting = await find_waiting_message(ctx, item_id)
    untold = None if waiting else await find_untold_change(ctx, item_id)
    return LastChange(await find_undoable(ctx, item_id), waiting, untold)


async def item_at(ctx: Context, at: AtSite, item_id: int) -> ItemView:
    """An item that is at the site of the page, or at no site. Raises NotFound(item)."""
    view = await get_item(ctx, item_id)
    if view.site_id not in (None, at.site.id):
        raise NotFound("item", item_id)
    return view


async def load_item(ctx: Context, at: AtSite, item_id: int) -> ItemRecords:
    """All about an item at the site of the page. That its customer is shown is written down. Raises NotFound(item)."""
    view = await item_at(ctx, at, item_id)
    booking = None if view.item.kind == "block" else await get_whole_booking(ctx, view.item.booking_id)
    await record_reads(ctx, [view.item.customer_id])
    changes = await item_history(ctx, item_id, _MOST_CHANGES)
    return ItemRecords(
        view=view,
        booking=booking,
        quote=(await quotes(ctx, [booking]))[0] if booking else None,
        resources={resource.id: resource for resource in await list_resources(ctx, with_inactive=True)},
        services={service.id: service for service in await list_services(ctx, with_inactive=True)},
        visits=await _visits(ctx, view) if view.customer else None,
        bounced=await list_bounced_of(ctx, view.customer) if view.customer else (),
        messages=await list_messages_about(ctx, item_id) if booking else (),
        changes=changes,
        names=await actor_names(ctx, {change.actor for change in changes}),
        overlaps=view.item.overlap_allowed and await has_conflicts(ctx, item_id),
    )


async def _visits(ctx: Context, view: ItemView) -> Visits:
    of_customer = ItemQuery(
        listing="all",
        customer_ids=(view.item.customer_id or 0,),
        ends_before=min(ctx.now, view.item.starts_at),
        states=("confirmed",),
        limit=1,
    )
    past = await list_items(ctx, msgspec.structs.replace(of_customer, newest_first=True))
    missed = await list_items(ctx, msgspec.structs.replace(of_customer, statuses=("no_show",)))
    return Visits(past.total, missed.total, past.rows[0] if past.rows else None)
