"""Holds that keep times for somebody who is about to book them: until an end, or until they are confirmed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.accounts.account import Policy
from kalends.engine.accounts.booking_page import BookingPage
from kalends.engine.accounts.principal import Principal
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.consent import consent_to
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.states import is_active, state_at
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.custom_field import CustomField, FieldValue
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.question import answers_of, asked_by, titled_answers
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.patch import Patch
from kalends.engine.refusals import Fault, IllegalTransition, Invalid, NotFound

LONGEST_HOLD = timedelta(days=1)
"""What is kept longer for somebody is a booking that awaits confirmation."""


class HoldPatch(Patch, frozen=True, kw_only=True):
    """Changes of a hold: its end, and its items, by their ids."""

    until: datetime | UnsetType = UNSET
    items: Mapping[int, ItemPatch] = {}


class HeldBooking(msgspec.Struct, frozen=True, kw_only=True):
    """What the holder of a hold says of themselves when they book it. Extras go with the first of its times. `answers`
    are those to the questions that its services ask, by their ids; `agreed_version` is that of the text of the booking
    page which they agree to."""

    customer: CustomerPatch
    comments: str = ""
    extras: tuple[Extra, ...] = ()
    answers: Mapping[int, FieldValue] = {}
    agreed_version: int | None = None
    details: Mapping[str, Any] = {}


def request_of(
    views: Iterable[ItemView],
    wanted: HeldBooking,
    questions: Sequence[CustomField],
    page: BookingPage,
    now: datetime,
) -> BookingRequest:
    """The request that books what is held, as it is held. What has lapsed is booked by the rules for the public again.

    `questions` are those of the account, `page` is its booking page. Raises NotFound(hold) if nothing is held, and what
    `answers_of` and `consent_to` raise.
    """
    held = [view.item for view in views if is_held(view.item)]
    if not held:
        raise NotFound("hold")
    answers = answers_of(asked_by(questions, {item.service_id for item in held}), wanted.answers)
    return BookingRequest(
        lines=tuple(
            _line(
                item,
                wanted.extras if item is held[0] else (),
                titled_answers(asked_by(questions, {item.service_id}), answers) or None,
            )
            for item in held
        ),
        customer=wanted.customer,
        comments=wanted.comments,
        details=wanted.details,
        consent=consent_to(page, wanted.agreed_version, now),
        initiate=True,
        public=any(not is_active(item, now) for item in held),
    )


def _line(item: Item, extras: tuple[Extra, ...], custom: Mapping[str, str] | None) -> RequestedLine:
    if item.session_id is not None:
        return RequestedLine(session_id=item.session_id, units=item.units, extras=extras, custom=custom)
    return RequestedLine(
        service_id=item.service_id,
        resource_id=item.resource_id,
        also_resource_ids=item.also_resource_ids,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        units=item.units,
        extras=extras,
        custom=custom,
    )


def check_end(until: datetime, now: datetime, longest: timedelta = LONGEST_HOLD) -> None:
    """Raises Invalid(expires_at: past, out_of_range if it is more than `longest` from now)."""
    if until <= now:
        raise Invalid(Fault("expires_at", "past"))
    if until - now > longest:
        raise Invalid(Fault("expires_at", "out_of_range"))


def longest_hold(principal: Principal, policy: Policy) -> timedelta:
    """For how long somebody may hold a time: visitors of a page as long as the account's policy has it."""
    return timedelta(minutes=policy.hold_minutes) if principal.kind == "guest" else LONGEST_HOLD


def is_held(item: Item) -> bool:
    """Whether an item is, or was until it lapsed, held for somebody who was about to confirm it."""
    has_end = item.expires_at is not None and item.verification_method is None
    return has_end and item.state in ("awaiting_confirmation", "verification_expired")


def is_released(item: Item) -> bool:
    """Whether an item was held, and given back before it was anybody's."""
    return item.state == "cancelled" and item.customer_id is None


def check_held(views: Iterable[ItemView], verb: str, now: datetime) -> None:
    """Raises IllegalTransition if one of these items of a hold has lapsed."""
    for view in views:
        if (state := state_at(view.item, now)) != "awaiting_confirmation":
            raise IllegalTransition(state, verb)


def item_patches(views: Iterable[ItemView], patch: HoldPatch) -> dict[int, ItemPatch]:
    """The patches of the items of a hold, by their ids, without items that stay as they are.

    Raises NotFound(item) for an item that is not of the hold.
    """
    ids = [view.item.id for view in views]
    for item_id in patch.items:
        if item_id not in ids:
            raise NotFound("item", item_id)
    patches = {item_id: patch.items.get(item_id, ItemPatch()) for item_id in ids}
    if patch.until is not UNSET:
        patches = {item_id: msgspec.structs.replace(own, expires_at=patch.until) for item_id, own in patches.items()}
    return {item_id: own for item_id, own in patches.items() if own != ItemPatch()}
