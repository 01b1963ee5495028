"""Why a line can or can't be booked: every option that there is for it, with all that speaks against each.

It is found out by the code that assigns resources and that offers times, and by the guard. Each line is looked at by
itself, as if it were the only one of its request.
"""

import msgspec

from kalends.engine.availability.free_slots import booking_refusals
from kalends.engine.bookings.assign import NearTime, Planning, candidates, refusals_on
from kalends.engine.bookings.new_items import AssignedLine, may_overlap
from kalends.engine.bookings.request import RequestedLine
from kalends.engine.bookings.resolve import ResolvedLine
from kalends.engine.bookings.terms import booking_terms, line_span
from kalends.engine.catalog.resource import Resource
from kalends.engine.refusals import Full, OffStep, Refusal


class Option(msgspec.Struct, frozen=True):
    """A resource or session on which a line may be booked, with what it would take besides as far as that is free.

    `refusals` are all reasons why it can't be booked then. `off_step`: the public is not offered this start, as it is
    not on the service's grid, though it could be booked.
    """

    assigned: AssignedLine
    refusals: tuple[Refusal, ...] = ()
    off_step: bool = False


class LineExplanation(msgspec.Struct, frozen=True):
    """A line with its options, best first, and the free times nearest to it if it can't be booked.

    `refusal`: what is asked for can't be booked at any time; then there are no options.
    """

    line: RequestedLine
    options: tuple[Option, ...] = ()
    refusal: Refusal | None = None
    nearest: tuple[NearTime, ...] = ()

    @property
    def bookable(self) -> bool:
        """Whether the line can be booked by itself."""
        return any(not option.refusals for option in self.options)

    @property
    def first_refusal(self) -> Refusal | None:
        """What the line by itself would be refused with: its own, or that of its best option."""
        return None if self.bookable else self.refusal or self.options[0].refusals[0]


def options_of(planning: Planning, resolved: ResolvedLine) -> list[Option]:
    """The options of a line whose timelines are loaded, before the guard is asked.

    Raises Invalid(starts_at, ends_at: blank; ends_at: before_start, out_of_range).
    """
    span = line_span(resolved.line, resolved.service, None, resolved.session)
    if resolved.session is not None:
        return [Option(AssignedLine(resolved, resolved.resource, (), span))]
    return [_option(planning, resolved, resource) for resource in candidates(resolved, planning.references)]


def with_guard(option: Option, found: Refusal | None) -> Option:
    """The option with what the guard found in its way, which says more of what is full than was known before."""
    if found is None:
        return option
    named = {conflict.which for conflict in found.conflicts} if isinstance(found, Full) else set()
    others = (refusal for refusal in option.refusals if not (isinstance(refusal, Full) and refusal.which in named))
    return msgspec.structs.replace(option, refusals=(*others, found))


def _option(planning: Planning, resolved: ResolvedLine, resource: Resource) -> Option:
    assigned, refusals = refusals_on(planning, resolved, resource)
    if may_overlap(resolved.line, planning.request):
        return Option(assigned)
    return Option(assigned, refusals, _is_off_step(planning, assigned))


def _is_off_step(planning: Planning, assigned: AssignedLine) -> bool:
    service, resource = assigned.resolved.service, assigned.resource
    if service is None or resource is None or not planning.request.public:
        return False
    override = planning.references.override(service.id, resource.id)
    terms = booking_terms(service, override, assigned.span.duration, on_step=True)
    found = booking_refusals(planning.timeline(service, resource.id), terms, assigned.span.start, planning.now)
    return any(isinstance(refusal, OffStep) for refusal in found)
