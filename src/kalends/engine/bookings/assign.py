"""Assigns resources to a line: the requested one, or the first that serves the service and is free.

If the service also needs other resources (a room for a person), the first free one of each kind at the same site is
assigned too. The length of a line depends on its resource: a service may take longer with one person than another.
"""

from collections.abc import Iterator, Mapping, Set
from datetime import datetime, timedelta

import msgspec

from kalends.engine.availability.capacity import BusyInterval
from kalends.engine.availability.companions import companions_of
from kalends.engine.availability.free_slots import (
    BookingTerms,
    ResourceTimeline,
    booking_refusals,
    full_refusal,
    nearest,
)
from kalends.engine.bookings.extras import has_extras
from kalends.engine.bookings.new_items import AssignedLine, may_overlap, units_of
from kalends.engine.bookings.references import References, require
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.resolve import ResolvedLine
from kalends.engine.bookings.terms import line_span, terms_for
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.refusals import Closed, Full, Refusal
from kalends.engine.time.span import Span

_NEAREST_STEP = timedelta(minutes=15)


class Planning(msgspec.Struct):
    """A request, its references, and the timelines of resources by ids of service and resource.

    A resource has one timeline per service, whose hours there may be its own. None is the service of a line without.
    Without `timelines` the first candidate is assigned unchecked, as the commit checks what is free.
    `taken` holds what the lines assigned so far take, so that later lines see it.
    """

    request: BookingRequest
    references: References
    now: datetime
    timelines: Mapping[tuple[int | None, int], ResourceTimeline] = {}
    taken: list[BusyInterval] = []

    def timeline(self, service: Service | None, resource_id: int) -> ResourceTimeline:
        """The timeline of a resource for a service, including what this request has taken in its tree so far."""
        timeline = self.timelines[service.id if service else None, resource_id]
        tree_ids = {node.id for node in timeline.tree} if self.taken else set()
        own = [busy for busy in self.taken if busy.resource_id in tree_ids]
        return msgspec.structs.replace(timeline, busy=[*timeline.busy, *own]) if own else timeline


def needs_timelines(resolved: ResolvedLine, request: BookingRequest, references: References) -> bool:
    """Whether timelines must be loaded before this line can be assigned."""
    if resolved.session is not None:
        return False
    must_choose = resolved.resource is None or bool(_missing_kinds(resolved, references))
    return must_choose or request.public or request.open_only or request.on_conflict in ("skip", "nearest")


def candidates(resolved: ResolvedLine, references: References) -> list[Resource]:
    """The resources that may be booked for a line, best first: those with which its extras can be.

    Resources of a kind that the service also needs (rooms, for a service by a person) are companions instead.
    """
    if resolved.resource is not None:
        return [resolved.resource]
    if resolved.service is None:
        return []
    serving = (references.resources[resource_id] for resource_id in references.serving.get(resolved.service.id, ()))
    companion_kinds, site_id, kind = resolved.service.also_needs, resolved.line.site_id, resolved.line.resource_kind
    fitting = [
        resource
        for resource in serving
        if resource.kind not in companion_kinds
        and site_id in (None, resource.site_id)
        and kind in (None, resource.kind)
        and has_extras(resource, resolved.line.extras, references)
    ]
    return _preferred_first(resolved, fitting)


def companions(resolved: ResolvedLine, kind: str, main: Resource, references: References) -> list[Resource]:
    """The resources of a kind that a line may take besides its main one, best first."""
    overrides = references.overrides.get(resolved.service.id, ()) if resolved.service else ()
    assigned_ids, every = {override.resource_id for override in overrides}, references.resources.values()
    return _preferred_first(resolved, companions_of(main, kind, every, assigned_ids, references.own_ids))


def all_candidates(resolved: ResolvedLine, references: References) -> list[Resource]:
    """The resources whose timelines are needed to assign a line: its candidates and their companions."""
    mains = candidates(resolved, references)
    kinds = _missing_kinds(resolved, references)
    return [
        *mains,
        *_requested_also(resolved, references),
        *(other for main in mains for kind in kinds for other in companions(resolved, kind, main, references)),
    ]


def assign(planning: Planning, resolved: ResolvedLine, excluded: Set[int] = frozenset()) -> AssignedLine | Refusal:
    """The line with free resources assigned to it, or the refusal of the best candidate.

    `excluded` are ids of resources and sessions that turned out to be taken. Raises Invalid(starts_at, ends_at: blank;
    ends_at: before_start, out_of_range).
    """
    if resolved.session is not None:
        if resolved.session.id in excluded:
            return Full("session", resolved.session.id)
        return AssignedLine(resolved, resolved.resource, (), line_span(resolved.line, None, None, resolved.session))
    refusals: list[Refusal] = []
    options = [resource for resource in candidates(resolved, planning.references) if resource.id not in excluded]
    for resource in options:
        result = _assigned_to(planning, resolved, resource, excluded)
        if isinstance(result, AssignedLine):
            return result
        refusals.append(result)
    also = _requested_also(resolved, planning.references)
    may_take = options and planning.references.takes_part(options[0], *also)
    if may_take and may_overlap(resolved.line, planning.request):
        return AssignedLine(resolved, options[0], also, span_on(planning, resolved, options[0]))
    if not options:
        line_span(resolved.line, resolved.service, None, None)  # an invalid time is reported rather than Full
    return refusals[0] if refusals else Full("resource")


def take(planning: Planning, assigned: AssignedLine) -> None:
    """Record what an assigned line takes, so that later lines of the request see it as busy."""
    if assigned.resource is None or not planning.timelines:
        return
    terms = _terms(planning, assigned.resolved, assigned.resource, assigned.span)
    span = terms.occupied(assigned.span)
    units = units_of(assigned.line, assigned.resource) * terms.resource_units
    planning.taken.append(BusyInterval(assigned.resource.id, span, units))
    planning.taken += [BusyInterval(other.id, span, 1) for other in assigned.also]


def span_on(planning: Planning, resolved: ResolvedLine, resource: Resource) -> Span:
    """The time of a line on a resource.

    Raises Invalid(starts_at, ends_at: blank; ends_at: before_start, out_of_range).
    """
    override = _override(planning, resolved, resource)
    return line_span(resolved.line, resolved.service, override, None)


class NearTime(msgspec.Struct, frozen=True):
    """A time that is free for a line, and the resource or session that is free then."""

    resource: Resource | None
    span: Span
    session_id: int | None = None


def nearest_times(planning: Planning, resolved: ResolvedLine) -> Iterator[NearTime]:
    """The times of the timelines at which a line can be booked, on any candidate, the nearest to the requested first.

    Raises Invalid(starts_at, ends_at: blank; ends_at: before_start, out_of_range).
    """
    starts_at = resolved.line.starts_at
    times = [
        (resource, span)
        for resource in candidates(resolved, planning.references)
        for span in _free_spans(planning, resolved, resource)
    ]
    if starts_at is None:
        return
    for resource, span in sorted(times, key=lambda time: (abs(time[1].start - starts_at), time[1].start)):
        findings = _findings(planning, moved_to(resolved, span), resource)
        if not any(isinstance(finding, Refusal) for finding in findings):
            yield NearTime(resource, span)


def moved_to(resolved: ResolvedLine, span: Span) -> ResolvedLine:
    """The line at another time."""
    line = msgspec.structs.replace(resolved.line, starts_at=span.start, ends_at=span.end)
    return msgspec.structs.replace(resolved, line=line)


def refusals_on(
    planning: Planning, resolved: ResolvedLine, resource: Resource
) -> tuple[AssignedLine, tuple[Refusal, ...]]:
    """All reasons why a line can't be assigned to a resource, whose timeline is loaded; none if it can. And what would
    be assigned, as far as it is free.

    Raises Invalid(starts_at, ends_at: blank; ends_at: before_start, out_of_range).
    """
    findings = list(_findings(planning, resolved, resource))
    also = (finding for finding in findings if isinstance(finding, Resource))
    refusals = tuple(finding for finding in findings if isinstance(finding, Refusal))
    also_taken = (*_requested_also(resolved, planning.references), *also)
    return AssignedLine(resolved, resource, also_taken, span_on(planning, resolved, resource)), refusals


def _preferred_first(resolved: ResolvedLine, resources: list[Resource]) -> list[Resource]:
    preferred = resolved.line.preferred_ids
    return sorted(resources, key=lambda resource: resource.id not in preferred) if preferred else resources


def _free_spans(planning: Planning, resolved: ResolvedLine, resource: Resource) -> list[Span]:
    """The spans at which a resource is free for the line, without what it needs besides, the nearest first."""
    span = span_on(planning, resolved, resource)
    terms = _terms(planning, resolved, resource, span)
    step = timedelta(minutes=resolved.service.step) if resolved.service else _NEAREST_STEP
    terms = msgspec.structs.replace(terms, step=step)
    units = units_of(resolved.line, resource)
    return nearest(planning.timeline(resolved.service, resource.id), terms, span.start, planning.now, units)


def _assigned_to(
    planning: Planning, resolved: ResolvedLine, resource: Resource, excluded: Set[int]
) -> AssignedLine | Refusal:
    span, also = span_on(planning, resolved, resource), list(_requested_also(resolved, planning.references))
    if planning.timelines:
        for finding in _findings(planning, resolved, resource, excluded):
            if isinstance(finding, Refusal):
                return finding
            also.append(finding)
    return AssignedLine(resolved, resource, tuple(also), span)


def _findings(
    planning: Planning, resolved: ResolvedLine, resource: Resource, excluded: Set[int] = frozenset()
) -> Iterator[Refusal | Resource]:
    """What there is to find out about a line on a resource, in order: each reason why it can't be booked, and each
    resource that is free to be taken besides."""
    span = span_on(planning, resolved, resource)
    terms = _terms(planning, resolved, resource, span)
    yield from _why_not(planning, resolved, resource, span, terms)
    requested_also = _requested_also(resolved, planning.references)
    full = (full_refusal(planning.timeline(resolved.service, other.id), terms, span) for other in requested_also)
    yield from (refusal for refusal in full if refusal is not None)
    taken_trees = {other.path[0] for other in requested_also}
    for kind in _missing_kinds(resolved, planning.references):
        others = companions(resolved, kind, resource, planning.references)
        options = [other for other in others if other.id not in excluded and other.path[0] not in taken_trees]
        refusals = [full_refusal(planning.timeline(resolved.service, other.id), terms, span) for other in options]
        free = next((other for other, refusal in zip(options, refusals, strict=True) if refusal is None), None)
        if free is None:
            yield next((refusal for refusal in refusals if refusal), Full("resource"))
        else:
            taken_trees.add(free.path[0])
            yield free


def _why_not(
    planning: Planning, resolved: ResolvedLine, resource: Resource, span: Span, terms: BookingTerms
) -> Iterator[Refusal]:
    timeline, units = planning.timeline(resolved.service, resource.id), units_of(resolved.line, resource)
    if planning.request.public:
        yield from booking_refusals(timeline, terms, span.start, planning.now, units)
        return
    if planning.request.open_only and not timeline.open.covers(span):
        yield Closed()
    full = full_refusal(timeline, terms, span, units)
    if full is not None:
        yield full


def _terms(planning: Planning, resolved: ResolvedLine, resource: Resource, span: Span) -> BookingTerms:
    """The terms on which the line takes the resource for the span."""
    return terms_for(resolved.service, _override(planning, resolved, resource), span.duration)


def _override(planning: Planning, resolved: ResolvedLine, resource: Resource) -> ServiceOverride | None:
    return planning.references.override(resolved.service.id, resource.id) if resolved.service else None


def _requested_also(resolved: ResolvedLine, references: References) -> tuple[Resource, ...]:
    return tuple(
        require("resource", resource_id, references.resources) for resource_id in resolved.line.also_resource_ids
    )


def _missing_kinds(resolved: ResolvedLine, references: References) -> list[str]:
    """The kinds of resources that the service also needs and the request does not name."""
    if resolved.service is None:
        return []
    missing = list(resolved.service.also_needs)
    for resource in _requested_also(resolved, references):
        if resource.kind in missing:
            missing.remove(resource.kind)
    return missing
