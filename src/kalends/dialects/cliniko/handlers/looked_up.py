"""What responses about bookings show beside the items and sessions themselves."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kalends.actions.billing.query import standings_of
from kalends.actions.bookings.repeats import repeated_from
from kalends.actions.bookings.sessions import customers_in
from kalends.actions.catalog.query import query_resources
from kalends.actions.context import Context
from kalends.actions.messages.reminders import reminders_sent
from kalends.dialects.cliniko.fields.view import RenderContext
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.views import ItemView
from kalends.engine.query import Filter, OffsetPage, Query


async def of_attendees(ctx: Context, views: Sequence[ItemView]) -> Mapping[str, Any]:
    """The invoices of items, and the reminders of them."""
    if not views:
        return {}
    item_ids = [view.item.id for view in views]
    return {"standings": await standings_of(ctx, item_ids), "reminders": await reminders_sent(ctx, views)}


async def of_appointments(ctx: Context, views: Sequence[ItemView]) -> Mapping[str, Any]:
    """As `of_attendees`, and what they repeat."""
    return {**await of_attendees(ctx, views), **await of_blocks(ctx, views)}


async def of_blocks(ctx: Context, views: Sequence[ItemView]) -> Mapping[str, Any]:
    """What they repeat."""
    return {"firsts": await repeated_from(ctx, views)}


async def of_groups(ctx: Context, sessions: Sequence[GroupSession]) -> Mapping[str, Any]:
    """What they repeat, who attends, and their resources."""
    if not sessions:
        return {}
    ids = list({session.resource_id for session in sessions if session.resource_id is not None})
    query = Query(OffsetPage(len(ids)), (Filter("id", "in", ids),))
    return {
        "firsts": await repeated_from(ctx, sessions),
        "attending": await customers_in(ctx, [session.id for session in sessions]),
        "resources": {resource.id: resource for resource in (await query_resources(ctx, query)).rows},
    }


async def of_bookings(ctx: Context, rows: Sequence[ItemView | GroupSession]) -> Mapping[str, Any]:
    """All of that, for a list of both."""
    views = [row for row in rows if isinstance(row, ItemView)]
    sessions = [row for row in rows if isinstance(row, GroupSession)]
    looked_up = {**await of_attendees(ctx, views), **await of_groups(ctx, sessions)}
    return {**looked_up, "firsts": await repeated_from(ctx, rows)}


def customers_shown(row: ItemView | GroupSession, context: RenderContext) -> Iterable[int | None]:
    """The customer of an item, or those who attend a session."""
    return (row.item.customer_id,) if isinstance(row, ItemView) else context.attending.get(row.id, ())
