"""Times of a booking at which its resources are closed: staff may book them all the same."""

from collections import defaultdict
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.engine.availability.openings import outside_hours
from kalends.engine.bookings.states import ACTIVE, state_at
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.span import Span
from kalends.store.availability.openings import hours_of


class Closing(msgspec.Struct, frozen=True):
    """The booked times at which a resource is not open throughout, in order, and the zone in which it stands."""

    resource: Resource
    zone: ZoneInfo
    spans: Sequence[Span]


@allow("read")
async def closings_of(ctx: Context, booking: BookingWithItems) -> list[Closing]:
    """The resources of a booking that are closed at some of its times: on holidays, outside their hours."""
    resources: dict[int, Resource] = {}
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for view in booking.items:
        if view.resource and state_at(view.item, ctx.now) in ("draft", *ACTIVE):
            resources[view.resource.id] = view.resource
            spans[view.resource.id].append(Span(view.item.starts_at, view.item.ends_at))
    if not resources:
        return []
    hours = await hours_of(ctx.db, ctx.account.id, list(resources))
    closings = [
        Closing(resource, hours[resource_id].zone, outside_hours(hours[resource_id], spans[resource_id]))
        for resource_id, resource in resources.items()
    ]
    return [closing for closing in closings if closing.spans]
