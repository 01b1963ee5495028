"""From an order to its items, and from the items that there are to those that are wanted."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import msgspec

from kalends.engine.booking import ACTIVE, STATUSES, TRANSITIONS, Item
from kalends.engine.catalogue import Resource, Service, ServiceOverride
from kalends.engine.extra import Extra, combined
from kalends.engine.listing import ItemView
from kalends.engine.order import Place
from kalends.engine.recurrence import MOST
from kalends.engine.refusals import Fault, IllegalTransition, Invalid, TooManyOccurrences
from kalends.engine.span import Span

MOST_ITEMS = 5_000
"""Items in one order, and with their inventory twice as many claims: what is checked in one transaction."""

MADE: Mapping[str, Any] = {"rule": None, "asked": [], "wish": {}}
"""The recurrence of a series whose items are all made, with no wish left to make more of."""

STATES = ("confirmed", "draft", "awaiting_confirmation", "cancelled")
_MOST_UNITS = 100_000
# state wanted -> the verbs that may lead there
_VERBS = {"confirmed": ("confirm", "reopen"), "draft": ("shelve",), "cancelled": ("cancel",)}


class Spot(msgspec.Struct, frozen=True):
    """A place at one of the times: what becomes one item."""

    place: Place
    span: Span


def check_words(state: str | None, status: str | None) -> None:
    """Raises Invalid(state, status: unknown)."""
    asked = ("state", state, STATES), ("status", status, STATUSES)
    if faults := [Fault(name, "unknown") for name, word, known in asked if word is not None and word not in known]:
        raise Invalid(*faults)


def laid_out(places: Sequence[Place], spans: Iterable[Span]) -> list[Spot]:
    """Each place at each of the times, the earliest first; of equal extras of a place the units are added up.

    Raises Invalid(resource_id, starts_at: blank; extras: not_positive, out_of_range or invalid), TooManyOccurrences.
    """
    times = sorted(spans)
    empty = ("resource_id", places), ("starts_at", times)
    if faults := [Fault(name, "blank") for name, given in empty if not given]:
        raise Invalid(*faults)
    if len(times) > MOST:
        raise TooManyOccurrences(MOST)
    merged = [Place(place.resource_id, combined(place.extras)) for place in places]
    _check_extras([extra for place in places for extra in place.extras])
    _check_extras([extra for place in merged for extra in place.extras])
    claims = sum(1 + sum(extra.resource_id is not None for extra in place.extras) for place in merged)
    if len(times) * len(places) > MOST_ITEMS or len(times) * claims > 2 * MOST_ITEMS:
        raise TooManyOccurrences(MOST_ITEMS)
    return [Spot(place, span) for span in times for place in merged]


def check_goes_with(
    place: Place,
    resource: Resource,
    inventories: Mapping[int, Resource],
    goes_with: Mapping[int, frozenset[int]],
    services: Mapping[int, tuple[Service, Sequence[ServiceOverride]]],
) -> None:
    """Whether each extra of a place can be had there: by `goes_with` an inventory, by those offering it a service.

    What is named for a whole holds for its parts. Raises Invalid(extras: not_served).
    """
    above = set(resource.path)
    for extra in place.extras:
        if extra.resource_id is not None:
            thing = inventories[extra.resource_id]
            named = goes_with.get(thing.id)
            served = thing.kind == "inventory" and thing.active and thing.id not in above
            served = served and (named is None or bool(above & named))
        else:
            service, offered = services[extra.service_id or 0]
            by = {one.resource_id for one in offered}
            served = service.kind == "product" and service.active and bool(above & by if by else service.served_by_all)
        if not served:
            raise Invalid(Fault("extras", "not_served"))


def counting(entries: Sequence[ItemView], at_states: Sequence[str]) -> list[ItemView]:
    """The entries that a change of the whole means: those that are not over, or all of them if all are over."""
    alive = [entry for entry, state in zip(entries, at_states, strict=True) if state in ("draft", *ACTIVE)]
    return alive or list(entries)


def places_of(items: Sequence[Item]) -> tuple[Place, ...]:
    """The places that items are at, each once, in the items' order."""
    spots = (Place(item.resource_id, item.extras) for item in items if item.resource_id is not None)
    found: dict[int, Place] = {}
    for place in spots:
        found.setdefault(place.resource_id, place)
    return tuple(found.values())


def spans_of(items: Sequence[Item]) -> tuple[Span, ...]:
    """The times that items are at, each once."""
    return tuple(sorted({Span(item.starts_at, item.ends_at) for item in items}))


def with_extras_kept(places: Sequence[Place], present: Sequence[Place]) -> tuple[Place, ...]:
    """The places, those that bring no extras with what is at the same resource now, else with what is in their turn."""
    by_resource = {place.resource_id: place for place in present}
    left = [place for place in present if place.resource_id not in {wanted.resource_id for wanted in places}]
    turns = iter(left)
    kept = []
    for place in places:
        was = by_resource.get(place.resource_id) or next(turns, None)
        kept.append(place if place.extras or was is None else Place(place.resource_id, was.extras))
    return tuple(kept)


def paired(items: Sequence[Item], spots: Sequence[Spot]) -> list[tuple[Item | None, Spot | None]]:
    """Which item becomes which spot: one that is there already stays, the others follow in the order of time.

    An item without a spot is not needed any more, a spot without an item is new.
    """
    waiting: dict[tuple[int | None, Span], list[Item]] = {}
    for item in items:
        waiting.setdefault((item.resource_id, Span(item.starts_at, item.ends_at)), []).append(item)
    pairs: list[tuple[Item | None, Spot | None]] = []
    unmet = []
    for spot in spots:
        there = waiting.get((spot.place.resource_id, spot.span))
        if there:
            pairs.append((there.pop(0), spot))
        else:
            unmet.append(spot)
    stayed = {item.id for item, _ in pairs if item is not None}
    movable = [item for item in items if item.id not in stayed]
    pairs += zip_longest(movable, unmet)
    return pairs


def verb_to(state: str, wanted: str) -> str | None:
    """The verb that leads from one state to another; None when it is there. Raises IllegalTransition."""
    if state == wanted:
        return None
    verbs = _VERBS.get(wanted, ("initiate",))
    for verb in verbs:
        if wanted in _VERBS and state in TRANSITIONS[verb][0]:
            return verb
    raise IllegalTransition(state, verbs[-1])


def _check_extras(extras: Iterable[Extra]) -> None:
    reasons = set()
    for extra in extras:
        if (extra.resource_id is None) == (extra.service_id is None):
            reasons.add("invalid")
        if not 1 <= extra.units <= _MOST_UNITS:
            reasons.add("not_positive" if extra.units < 1 else "out_of_range")
    if reasons:
        raise Invalid(*(Fault("extras", reason) for reason in sorted(reasons)))
