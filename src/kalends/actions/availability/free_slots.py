"""Load what the engine needs to compute free slots, and compute them for stored services and resources."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import TypeAlias

import msgspec

from kalends.actions.access import internal
from kalends.actions.catalog.resources import list_resources, resources_of
from kalends.actions.context import Context
from kalends.engine.availability.capacity import BusyInterval, Node
from kalends.engine.availability.companions import Need, companions_of, is_offered_by, with_companions
from kalends.engine.availability.free_slots import BookingTerms, FreeSlot, ResourceTimeline, count_starts, lookup_window
from kalends.engine.availability.free_slots import list_free_slots as offers_of
from kalends.engine.availability.openings import open_spans
from kalends.engine.bookings.terms import booking_terms
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.refusals import Fault, Invalid
from kalends.engine.time.clock import DAY, day_span, wall
from kalends.engine.time.span import Span, Spans
from kalends.store.availability.openings import hours_of
from kalends.store.availability.timelines import load_busy, load_trees
from kalends.store.catalog.services import find_overrides

MOST_SLOTS = 110_000
"""Slots of all resources that one request may compute, free or not: those of a year in steps of five minutes."""

Terms: TypeAlias = Sequence[tuple[Resource, BookingTerms]]
"""Resources, each with the terms on which it is booked."""


@internal
async def load_terms(
    ctx: Context, service: Service, resource_ids: Sequence[int] | None = None, length: timedelta | None = None
) -> Terms:
    """Return the resources that serve a service (only those in `resource_ids`, if given), each with its terms. `length`
    replaces the duration.

    Only those whose times are offered to the caller, see `is_offered_by`. Empty if the service is inactive or is not an
    appointment.
    """
    if not service.active or service.kind != "appointment":
        return []
    serving = await resources_of(ctx, service.id)
    overrides = {
        override.resource_id: override for override in await find_overrides(ctx.db, ctx.account.id, [service.id])
    }
    return [
        (resource, booking_terms(service, overrides.get(resource.id), length, on_step=True))
        for resource in serving
        if (resource_ids is None or resource.id in resource_ids) and is_offered_by(service, resource, ctx.principal)
    ]


@internal
async def find_free_slots(
    ctx: Context,
    service: Service,
    terms: Terms,
    window: Span,
    units: int = 1,
    people: int = 1,
    *,
    besides: Collection[int] = (),
) -> list[FreeSlot]:
    """Return the slots of a service that the public can book for so many units, in the order of the resources.

    What the service needs besides is free then, too, for each of so many people who come at once, and so are the
    resources `besides`. Raises Invalid(last: out_of_range) if there could be more than 110,000.
    """
    served = await _load_served(ctx, service, terms, window, people, besides)
    if sum(count_starts(each.timeline, each.terms, window, ctx.now) for each in served) > MOST_SLOTS:
        raise Invalid(Fault("last", "out_of_range"))
    return [slot for each in served for slot in each.free_slots(window, ctx.now, units)]


@internal
async def find_free_dates(ctx: Context, service: Service, terms: Terms, first: date, last: date) -> list[date]:
    """Return the dates from `first` to `last`, in the account's zone, with a slot that the public can book.

    It is computed in parts, between which other requests have their turn.
    """
    window = Span(day_span(first, ctx.zone).start, day_span(last, ctx.zone).end)
    served = await _load_served(ctx, service, terms, window)
    dates = set[date]()
    for part in _parts(first, last):
        span = Span(day_span(part[0], ctx.zone).start, day_span(part[-1], ctx.zone).end)
        for each in served:
            dates |= {wall(slot.span.start, ctx.zone)[0] for slot in each.free_slots(span, ctx.now)}
            await asyncio.sleep(0)
            if dates.issuperset(part):
                break
    return sorted(dates)


class _Served(msgspec.Struct, frozen=True):
    """A resource that serves a service, with its terms and what it needs besides."""

    timeline: ResourceTimeline
    terms: BookingTerms
    needs: tuple[Need, ...] = ()

    def free_slots(self, window: Span, now: datetime, units: int = 1) -> list[FreeSlot]:
        slots = offers_of(self.timeline, self.terms, window, now, units)
        return with_companions(slots, self.terms, self.needs) if self.needs else slots


async def _load_served(
    ctx: Context, service: Service, terms: Terms, window: Span, people: int = 1, besides: Collection[int] = ()
) -> list[_Served]:
    """The resources that serve a service in a window, and their companions, in the order of the terms."""
    if not (service.also_needs or besides):
        timelines = await load_timelines(ctx, terms, window, service)
        return [_Served(timelines[resource.id], own_terms) for resource, own_terms in terms]
    overrides = await find_overrides(ctx.db, ctx.account.id, [service.id])
    assigned_ids = {override.resource_id for override in overrides}
    every, numbers, own_ids = await list_resources(ctx), Counter(service.also_needs), ctx.principal.resource_ids
    named = [(1, [other]) for other in every if other.id in besides]
    companions = {
        main.id: [
            *(
                (number * people, companions_of(main, kind, every, assigned_ids, own_ids))
                for kind, number in numbers.items()
            ),
            *named,
        ]
        for main, _ in terms
    }
    others = [(other, own) for main, own in terms for _, of_kind in companions[main.id] for other in of_kind]
    timelines = await load_timelines(ctx, [*terms, *others], window, service)
    needs = {
        main_id: tuple(Need(number, [timelines[other.id] for other in of_kind]) for number, of_kind in groups)
        for main_id, groups in companions.items()
    }
    return [_Served(timelines[main.id], own_terms, needs[main.id]) for main, own_terms in terms]


@internal
async def load_timelines(
    ctx: Context, terms: Terms, window: Span, service: Service | None = None
) -> dict[int, ResourceTimeline]:
    """Load the opening hours and busy times that decide what these resources offer in a window, by resource id.

    They are open for a `service` during its validity only.
    """
    if not terms:
        return {}
    service_id = service.id if service else None
    ids = [resource.id for resource, _ in terms]
    hours = await hours_of(ctx.db, ctx.account.id, ids, service_id)
    windows = [lookup_window(resource_terms, window, hours[resource.id].zone) for resource, resource_terms in terms]
    loaded_window = Span(min(span.start for span in windows), max(span.end for span in windows))
    trees = await load_busy_trees(ctx, ids, loaded_window)
    valid = service.validity(loaded_window) if service else Spans.of([loaded_window])
    # Cached because most resources of a site have the same hours.
    cached_open_spans = cache(partial(open_spans, window=loaded_window, service_id=service_id))
    return {
        resource.id: ResourceTimeline(
            resource.id,
            hours[resource.id].zone,
            cached_open_spans(hours[resource.id]) & valid,
            trees[resource.path[0]].nodes,
            trees[resource.path[0]].busy,
        )
        for resource, _ in terms
    }


class BusyTree(msgspec.Struct, frozen=True):
    """A tree of resources, and what is claimed of them in a window."""

    nodes: list[Node] = []
    busy: list[BusyInterval] = []


@internal
async def load_busy_trees(ctx: Context, resource_ids: Sequence[int], window: Span) -> dict[int, BusyTree]:
    """Load the trees of these resources with their busy intervals in a window, by the id of the root."""
    nodes = await load_trees(ctx.db, ctx.account.id, resource_ids)
    busy = defaultdict[int, list[BusyInterval]](list)
    ids = [node.id for node in nodes]
    for interval in await load_busy(ctx.db, ctx.account.id, ids, window, ctx.now, without=ctx.given_up):
        busy[interval.resource_id].append(interval)
    return {
        root: BusyTree(tree, [interval for node in tree for interval in busy[node.id]])
        for root, tree in _by_root(nodes).items()
    }


def _parts(first: date, last: date) -> Iterator[list[date]]:
    """The dates from `first` to `last`, a week at a time."""
    days = [first + offset * DAY for offset in range((last - first).days + 1)]
    for start in range(0, len(days), 7):
        yield days[start : start + 7]


def _by_root(nodes: Sequence[Node]) -> dict[int, list[Node]]:
    """Group the nodes by the id of their tree's root."""
    parents = {node.id: node.parent_id for node in nodes}
    trees = defaultdict[int, list[Node]](list)
    for node in nodes:
        root = node.id
        while (parent := parents[root]) is not None:
            root = parent
        trees[root].append(node)
    return trees
