"""A booking that is there: what becomes of its items when it changes as a whole. The caller holds their locks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.actions.customers import match_or_make, normal
from kalends.actions.ordering import check_bookable, look_up, made, whole
from kalends.actions.revising import advanced, revised, revised_booking, with_reminder
from kalends.engine.booking import ACTIVE, Booking, Item, state_at
from kalends.engine.change import ChangeSet, Claim, Message
from kalends.engine.details import merged
from kalends.engine.listing import ItemView
from kalends.engine.messages import messages
from kalends.engine.order import BookingWithItems, Place
from kalends.engine.ordering import (
    MADE,
    Spot,
    check_words,
    counting,
    laid_out,
    paired,
    places_of,
    spans_of,
    verb_to,
    with_extras_kept,
)
from kalends.engine.pattern import for_customer
from kalends.engine.people import Customer
from kalends.engine.placing import claims_of, serves
from kalends.engine.refusals import Retired
from kalends.engine.span import Span
from kalends.store.orders import Ground

_KEYS = ("national_id", "phone_e164", "email")
_NAMES = ("first_name", "last_name", "company")
_OCCUPYING = ("resource_id", "starts_at", "ends_at", "units", "extras")
_OF_ALL = ("title", "customer_id")


class Turn(msgspec.Struct, frozen=True):
    """One item: as it was, None when it is new, as it becomes, and the verb that its state goes by."""

    was: ItemView | None
    item: Item
    verb: str | None = None

    @property
    def claims_anew(self) -> bool:
        """Whether it takes time that it did not have."""
        return self.item.state in ACTIVE and (not self._was_active or self._is_moved)

    @property
    def frees(self) -> bool:
        """Whether it lets go of what it had."""
        return self._was_active and (self.item.state not in ACTIVE or self._is_moved)

    @property
    def _was_active(self) -> bool:
        return self.was is not None and self.was.item.state in ACTIVE

    @property
    def _is_moved(self) -> bool:
        return self.was is None or any(getattr(self.was.item, name) != getattr(self.item, name) for name in _OCCUPYING)


async def drafted_change(ctx: Context, present: BookingWithItems, fields: Mapping[str, Any]) -> ChangeSet | None:
    """The change that gives a booking some other fields; None when it has them. Raises what `change_order` raises."""
    check_words(fields.get("state"), fields.get("status"))
    counted = counting(present.entries, [state_at(entry.item, ctx.now) for entry in present.entries])
    laid = _laid_out(counted, fields)
    places = tuple(dict.fromkeys(spot.place for _, spot in laid if spot))
    services = [entry.item.service_id for entry in counted if entry.item.service_id is not None]
    added = sum(item is None for item, _ in laid)
    ground = await look_up(ctx, places, fields.get("customer_id"), items=added, services=services)
    check_bookable(places if "places" in fields else (), ground)
    customer, is_new = await _customer(ctx, present, fields, ground)
    booking = _booking(present.booking, fields, customer)
    turns = _turns(ctx, booking, (present.entries, counted, laid), fields, ground)
    if not turns and booking == present.booking:
        return None
    return ChangeSet(
        at=ctx.now,
        actor=ctx.who,
        verb=_verb(turns),
        customers=(customer,) if customer and is_new else (),
        bookings=(revised_booking(ctx, booking),) if booking != present.booking else (),
        items=tuple(turn.item for turn in turns),
        released=tuple(turn.item.id for turn in turns if turn.frees),
        claims=tuple(claim for turn in turns if turn.claims_anew for claim in _claims(turn, ground)),
        messages=_told(ctx, turns, customer),
    )


def _laid_out(counted: Sequence[ItemView], fields: Mapping[str, Any]) -> list[tuple[Item | None, Spot | None]]:
    """Where each item is to be, if that is to change: see `paired`."""
    items = [entry.item for entry in counted]
    if not {"places", "spans", "retimed"} & fields.keys() or any(item.session_id is not None for item in items):
        return []
    present: tuple[Place, ...] = places_of(items)
    places = with_extras_kept(fields["places"], present) if "places" in fields else present
    return paired(items, laid_out(places, _spans(items, fields)))


def _spans(items: Sequence[Item], fields: Mapping[str, Any]) -> Sequence[Span]:
    """The times from now on: those named, those made of the present ones, or these."""
    if "spans" in fields:
        named: Sequence[Span] = fields["spans"]
        return named
    retimed: Callable[[Sequence[Span]], Sequence[Span]] | None = fields.get("retimed")
    return retimed(spans_of(items)) if retimed else spans_of(items)


async def _customer(
    ctx: Context, present: BookingWithItems, fields: Mapping[str, Any], ground: Ground
) -> tuple[Customer | None, bool]:
    """The customer from now on, and whether it is new."""
    if "customer_id" in fields:
        return ground.customer, False
    given = fields.get("customer")
    if not given or (present.customer and _is_meant(present.customer, normal(ctx, given))):
        return present.customer, False
    return await match_or_make(ctx, given)


def _is_meant(customer: Customer, given: Mapping[str, Any]) -> bool:
    """Whether what customers are matched on says the same, or where there is nothing of it, the name."""
    named = [name for name in _KEYS if given.get(name)] or [name for name in _NAMES if given.get(name)]
    return all(getattr(customer, name) == given[name] for name in named)


def _booking(booking: Booking, fields: Mapping[str, Any], customer: Customer | None) -> Booking:
    wanted: dict[str, Any] = {name: fields[name] for name in ("title", "comments") if name in fields}
    if fields.get("details"):
        wanted["details"] = merged(booking.details, fields["details"])
    if "recurs" in fields and not (booking.recurrence or {}).get("wish"):
        wanted["recurrence"] = dict(MADE) if fields["recurs"] else None
    booking = msgspec.structs.replace(booking, **wanted)
    if not _names_customer(fields):
        return booking
    booking = msgspec.structs.replace(booking, customer_id=customer.id if customer else None)
    return for_customer(booking, booking.customer_id)


def _names_customer(fields: Mapping[str, Any]) -> bool:
    return "customer_id" in fields or bool(fields.get("customer"))


def _turns(
    ctx: Context,
    booking: Booking,
    present: tuple[Sequence[ItemView], Sequence[ItemView], Sequence[tuple[Item | None, Spot | None]]],
    fields: Mapping[str, Any],
    ground: Ground,
) -> list[Turn]:
    """What becomes of the items, those left out that stay as they are."""
    entries, counted, laid = present
    spots = {item.id: spot for item, spot in laid if item is not None}
    counts = {entry.item.id for entry in counted}
    turns = []
    for entry in entries:
        item_id = entry.item.id
        if item_id in spots and spots[item_id] is None:
            turns.append(Turn(entry, advanced(ctx, entry, "deleted", "remove").item, "remove"))
        else:
            mine = fields if item_id in counts else {}
            wanted = _wanted(entry, mine, spots.get(item_id), ground) | _of_all(booking, fields)
            turn = _turn(ctx, entry, wanted, mine)
            turns += [turn] if turn else []
    new = [spot for item, spot in laid if item is None and spot is not None]
    words = fields.get("state") or counted[0].item.state, fields.get("status", counted[0].item.status)
    added = ((spot, (one, whole(ground, spot))) for one, spot in zip(ground.item_ids, new, strict=True))
    return turns + [Turn(None, made(ctx, booking, spot, of, words)) for spot, of in added]


def _of_all(booking: Booking, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What every item says as its booking does."""
    named = {"title": "title" in fields, "customer_id": _names_customer(fields)}
    return {name: getattr(booking, name) for name in _OF_ALL if named[name]}


def _wanted(entry: ItemView, fields: Mapping[str, Any], spot: Spot | None, ground: Ground) -> dict[str, Any]:
    """What an item is to be; one that has the whole of its resource has the whole of another."""
    wanted = {"status": fields["status"]} if "status" in fields else {}
    if spot is not None:
        place, span = spot.place, spot.span
        wanted |= {"resource_id": place.resource_id, "extras": place.extras}
        wanted |= {"starts_at": span.start, "ends_at": span.end}
        if entry.resource and entry.item.units == max(1, entry.resource.capacity):
            wanted["units"] = whole(ground, spot)
    return wanted


def _turn(ctx: Context, entry: ItemView, wanted: dict[str, Any], fields: Mapping[str, Any]) -> Turn | None:
    was = entry.item
    verb = verb_to(state_at(was, ctx.now), fields["state"]) if fields.get("state") else None
    if verb is not None:
        ended = {"cancelled_at": ctx.now if verb == "cancel" else None, "cancellation_reason": None}
        wanted = {**wanted, **ended, "state": fields["state"], "expires_at": None}
    if all(getattr(was, name) == value for name, value in wanted.items()):
        return None
    turn = Turn(entry, revised(ctx, was, wanted), verb)
    if verb == "reopen" and entry.session is not None and (entry.session.deleted_at or entry.session.archived_at):
        raise Retired("session")
    if turn.claims_anew:
        turn = msgspec.structs.replace(turn, item=msgspec.structs.replace(turn.item, overlap_allowed=False))
    return msgspec.structs.replace(turn, item=with_reminder(ctx, was, turn.item))


def _claims(turn: Turn, ground: Ground) -> Iterator[Claim]:
    item, service = turn.item, turn.was.service if turn.was else None
    resource = ground.resources.get(item.resource_id or 0) or (turn.was.resource if turn.was else None)
    overrides = tuple(ground.offered.get(item.service_id or 0, ()))
    yield from claims_of(item, service, serves(resource, service, overrides) if resource else None)


def _verb(turns: Sequence[Turn]) -> str:
    """The verb of the states, if they go anywhere; what is left over is removed in passing."""
    return next((turn.verb for turn in turns if turn.verb not in (None, "remove")), None) or "change"


def _told(ctx: Context, turns: Sequence[Turn], customer: Customer | None) -> tuple[Message, ...]:
    """One message for all, none about what takes no time and took none."""
    told = [turn for turn in turns if turn.item.state in ACTIVE or turn.frees]
    verb = _verb(turns)
    return messages(verb, told[0].item, customer, ctx.account) if told else ()
