"""Which resources a line takes: the one that is named, or the first that serves its service and is free then.

A line whose service also needs other resources (a room for a person) takes the first free one of each kind at the same
site. The length of a line is known only when its resource is: a service may take longer with somebody.
"""

from collections.abc import Mapping, Set
from datetime import datetime, timedelta

import msgspec

from kalends.engine.availability.capacity import BusyInterval
from kalends.engine.availability.offers import BookingTerms, ResourceTimeline, full, nearest, why_not
from kalends.engine.bookings.new_items import AssignedLine, may_overlap, units_of
from kalends.engine.bookings.references import References
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.resolve import ResolvedLine, needed
from kalends.engine.bookings.terms import line_span, terms_for
from kalends.engine.catalog.resource import Resource
from kalends.engine.refusals import Full, Refusal
from kalends.engine.time.span import Span

_NEAREST_STEP = timedelta(minutes=15)


class Planning(msgspec.Struct):
    """A request, what it refers to, and what is known of the time of resources, by id.

    `taken` is what lines of the request take, for the lines after them. Without `timelines` the first candidate is
    taken unasked: the guard says what is free.
    """

    request: BookingRequest
    references: References
    now: datetime
    timelines: Mapping[int, ResourceTimeline] = {}
    taken: list[BusyInterval] = []

    def timeline(self, resource_id: int) -> ResourceTimeline:
        """The timeline of a resource, with what the request takes of its tree."""
        known = self.timelines[resource_id]
        nodes = {node.id for node in known.tree} if self.taken else set()
        mine = [busy for busy in self.taken if busy.resource_id in nodes]
        return msgspec.structs.replace(known, busy=[*known.busy, *mine]) if mine else known


def needs_timelines(resolved: ResolvedLine, request: BookingRequest, references: References) -> bool:
    """Whether it must be known what is free before a line can be assigned."""
    if resolved.session is not None:
        return False
    unnamed = resolved.resource is None or bool(_missing_kinds(resolved, references))
    return unnamed or request.public or request.on_conflict != "refuse"


def candidates(resolved: ResolvedLine, references: References) -> list[Resource]:
    """The resources that may take a line, best first; not those that its service needs beside them."""
    if resolved.resource is not None:
        return [resolved.resource]
    if resolved.service is None:
        return []
    serving = (references.resources[one] for one in references.serving.get(resolved.service.id, ()))
    also, site_id = resolved.service.also_needs, resolved.line.site_id
    return [one for one in serving if one.kind not in also and (site_id is None or one.site_id == site_id)]


def companions(resolved: ResolvedLine, kind: str, main: Resource, references: References) -> list[Resource]:
    """Resources of a kind that a line may take with its own: at its site, of those named for the service if any are."""
    near = [
        one
        for one in references.resources.values()
        if one.kind == kind and one.active and one.site_id == main.site_id and one.path[0] != main.path[0]
    ]
    overrides = references.overrides.get(resolved.service.id, ()) if resolved.service else ()
    named = {one.resource_id for one in overrides}
    able = [one for one in near if one.id in named] or near
    return sorted(able, key=lambda one: (one.position, one.id))


def all_candidates(resolved: ResolvedLine, references: References) -> list[Resource]:
    """The resources whose time must be known to assign a line."""
    mains = candidates(resolved, references)
    kinds = _missing_kinds(resolved, references)
    return [*mains, *(one for main in mains for kind in kinds for one in companions(resolved, kind, main, references))]


def assign(planning: Planning, resolved: ResolvedLine, excluded: Set[int] = frozenset()) -> AssignedLine | Refusal:
    """The line with resources that are free for it, none of those excluded; or why there are none.

    Raises Invalid(starts_at, ends_at) for a time that is none.
    """
    if resolved.session is not None:
        if resolved.session.id in excluded:
            return Full("session", resolved.session.id)
        return AssignedLine(resolved, resolved.resource, (), line_span(resolved.line, None, None, resolved.session))
    refusals: list[Refusal] = []
    able = [one for one in candidates(resolved, planning.references) if one.id not in excluded]
    for resource in able:
        found = _assigned_to(planning, resolved, resource, excluded)
        if isinstance(found, AssignedLine):
            return found
        refusals.append(found)
    if able and may_overlap(resolved.line, planning.request):
        also = _explicit(resolved, planning.references)
        return AssignedLine(resolved, able[0], also, span_on(planning, resolved, able[0]))
    if not able:
        line_span(resolved.line, resolved.service, None, None)
    return refusals[0] if refusals else Full("resource")


def take(planning: Planning, assigned: AssignedLine) -> None:
    """Count what an assigned line takes, for the lines after it."""
    if assigned.resource is None or not planning.timelines:
        return
    span = _terms(planning, assigned.resolved, assigned.resource).occupied(assigned.span)
    units = units_of(assigned.line, assigned.resource)
    planning.taken.append(BusyInterval(assigned.resource.id, span, units))
    planning.taken += [BusyInterval(one.id, span, 1) for one in assigned.also]


def span_on(planning: Planning, resolved: ResolvedLine, resource: Resource) -> Span:
    """The time of a line on a resource. Raises Invalid(starts_at, ends_at)."""
    service, references = resolved.service, planning.references
    override = references.override(service.id, resource.id) if service else None
    return line_span(resolved.line, service, override, None)


def nearest_span(planning: Planning, resolved: ResolvedLine) -> Span | None:
    """The free time nearest to a line's, on any of its candidates; None when the timelines have none."""
    found: list[Span] = []
    for resource in candidates(resolved, planning.references):
        start = span_on(planning, resolved, resource).start
        terms = _terms(planning, resolved, resource)
        step = timedelta(minutes=resolved.service.step) if resolved.service else _NEAREST_STEP
        terms = msgspec.structs.replace(terms, step=step)
        units = units_of(resolved.line, resource)
        found += nearest(planning.timeline(resource.id), terms, start, planning.now, units)
    start_at = resolved.line.starts_at
    return min(found, key=lambda span: (abs(span.start - start_at), span.start)) if found and start_at else None


def _assigned_to(
    planning: Planning, resolved: ResolvedLine, resource: Resource, excluded: Set[int]
) -> AssignedLine | Refusal:
    span, also = span_on(planning, resolved, resource), list(_explicit(resolved, planning.references))
    if not planning.timelines:
        return AssignedLine(resolved, resource, tuple(also), span)
    refusal = _why_not(planning, resolved, resource)
    if refusal is not None:
        return refusal
    terms = _terms(planning, resolved, resource)
    for kind in _missing_kinds(resolved, planning.references):
        able = [one for one in companions(resolved, kind, resource, planning.references) if one.id not in excluded]
        refusals = [full(planning.timeline(one.id), terms, span) for one in able]
        free = next((one for one, refusal in zip(able, refusals, strict=True) if refusal is None), None)
        if free is None:
            return next((refusal for refusal in refusals if refusal), Full("resource"))
        also.append(free)
    return AssignedLine(resolved, resource, tuple(also), span)


def _why_not(planning: Planning, resolved: ResolvedLine, resource: Resource) -> Refusal | None:
    span, terms = span_on(planning, resolved, resource), _terms(planning, resolved, resource)
    timeline, units = planning.timeline(resource.id), units_of(resolved.line, resource)
    if planning.request.public:
        return why_not(timeline, terms, span.start, planning.now, units)
    return full(timeline, terms, span, units)


def _terms(planning: Planning, resolved: ResolvedLine, resource: Resource) -> BookingTerms:
    service, references = resolved.service, planning.references
    override = references.override(service.id, resource.id) if service else None
    return terms_for(service, override, span_on(planning, resolved, resource).duration)


def _explicit(resolved: ResolvedLine, references: References) -> tuple[Resource, ...]:
    return tuple(needed("resource", one, references.resources) for one in resolved.line.also_resource_ids)


def _missing_kinds(resolved: ResolvedLine, references: References) -> list[str]:
    """The kinds of resources that the service also needs and the line names none of."""
    if resolved.service is None:
        return []
    missing = list(resolved.service.also_needs)
    for one in _explicit(resolved, references):
        if one.kind in missing:
            missing.remove(one.kind)
    return missing
