"""Booking statuses: what an account calls the states of its bookings.

Each status stands for one state of the engine, which alone decides what occupies its time. A booking and its items keep
the status that was set. It is shown as long as it stands for the state they are in; otherwise another one is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.all_refusals import AllRefusals
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.states import ACTIVE, TRANSITIONS
from kalends.engine.limits import LONGEST_LINE, position_faults, raise_if_faults, text_faults
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault, IllegalTransition, Invalid, NotFound, Retired

STATUS_STATES = ("awaiting_confirmation", "confirmed", "cancelled")
"""The states that a status can stand for; the first two occupy the time."""

# For the other states the status of the nearest one is shown.
_NEAREST: Mapping[str, str] = {
    "draft": "cancelled",
    "awaiting_verification": "awaiting_confirmation",
    "awaiting_payment": "awaiting_confirmation",
    "verification_expired": "cancelled",
    "declined": "cancelled",
    "deleted": "cancelled",
}
_VERBS = {
    "awaiting_confirmation": ("request_confirmation",),
    "confirmed": ("confirm", "reopen"),
    "cancelled": ("cancel",),
}
BY_PROMINENCE = ("confirmed", "awaiting_confirmation", "cancelled")
"""States of items in the order in which the first that one has is that of their booking."""


class BookingStatus(msgspec.Struct, frozen=True):
    """A status. `names`: its name in other languages, by language code. New bookings get the default one.

    An inactive one is no longer set.
    """

    account_id: int
    id: int
    name: str
    names: dict[str, str]
    state: str
    is_default: bool
    position: int
    active: bool
    created_at: datetime
    updated_at: datetime

    def name_in(self, languages: Iterable[str]) -> str:
        """Its name in the first of these languages in which it has one."""
        return next((self.names[language] for language in languages if language in self.names), self.name)


class BookingStatusPatch(Patch, frozen=True, kw_only=True):
    """Changes of a status. A new one needs a `name`; it stands for confirmed unless it says otherwise."""

    name: str | UnsetType = UNSET
    names: dict[str, str] | UnsetType = UNSET
    state: str | UnsetType = UNSET
    is_default: bool | UnsetType = UNSET
    position: int | UnsetType = UNSET
    active: bool | UnsetType = UNSET


STANDARD = (
    BookingStatusPatch(
        name="Pending",
        names={
            "en": "Pending",
            "de": "Angefragt",
            "sk": "Čaká na potvrdenie",
            "cs": "Čeká na potvrzení",
            "nb": "Venter",
        },
        state="awaiting_confirmation",
    ),
    BookingStatusPatch(
        name="Confirmed",
        names={"en": "Confirmed", "de": "Bestätigt", "sk": "Potvrdené", "cs": "Potvrzeno", "nb": "Bekreftet"},
        state="confirmed",
        is_default=True,
        position=1,
    ),
    BookingStatusPatch(
        name="Cancelled",
        names={"en": "Cancelled", "de": "Storniert", "sk": "Zrušené", "cs": "Zrušeno", "nb": "Avbestilt"},
        state="cancelled",
        position=2,
    ),
)
"""The statuses of an account that has not described any of its own."""


def new_status(patch: BookingStatusPatch, account_id: int, status_id: int, now: datetime) -> BookingStatus:
    """A new status.

    Raises Invalid(name: blank, invalid, too_long; names: blank, invalid, too_long; state: unknown; position:
    out_of_range; is_default: invalid if it is inactive).
    """
    blank = BookingStatus(account_id, status_id, "", {}, "confirmed", False, 0, True, now, now)
    return changed_status(blank, patch)


def changed_status(current: BookingStatus, patch: BookingStatusPatch) -> BookingStatus:
    """The status with the patch applied.

    Raises Invalid(name: blank, invalid, too_long; names: blank, invalid, too_long; state: unknown; position:
    out_of_range; is_default: invalid if it is inactive).
    """
    status = patched(current, patch)
    faults = text_faults("name", status.name, LONGEST_LINE, required=True)
    for name in status.names.values():
        faults += text_faults("names", name, LONGEST_LINE, required=True)
    faults += [] if status.state in STATUS_STATES else [Fault("state", "unknown")]
    faults += position_faults("position", status.position)
    faults += [Fault("is_default", "invalid")] if status.is_default and not status.active else []
    raise_if_faults(faults)
    return status


def nearest_state(state: str) -> str:
    """The state that is nearest to a state of the engine among those that a status can stand for."""
    return _NEAREST.get(state, state)


def default_status(statuses: Sequence[BookingStatus]) -> BookingStatus | None:
    """The default among the active statuses, else the first that stands for confirmed, else the first; or None."""
    active = [status for status in statuses if status.active]
    return _first(active, lambda status: (not status.is_default, status.state != "confirmed"))


def status_of(statuses: Sequence[BookingStatus], status_id: int | None, state: str) -> BookingStatus | None:
    """The status to show for what is in a state of the engine, and has had this status set: that one if it stands for
    the state, else the usual one."""
    nearest = nearest_state(state)
    own = next((status for status in statuses if status.id == status_id and status.state == nearest), None)
    return own or usual_status(statuses, nearest)


def usual_status(statuses: Sequence[BookingStatus], state: str) -> BookingStatus | None:
    """The status to show for a state if none was set that stands for it: the default of those that do.

    If none does, the default of those that occupy their time as the state does; None if there is none either.
    """
    fitting = [status for status in statuses if status.state == state]
    fitting = fitting or [status for status in statuses if (status.state in ACTIVE) == (state in ACTIVE)]
    return _first(fitting, lambda status: (not status.active, not status.is_default))


def verb_to_status(state: str, target: str) -> str | None:
    """The verb that leads from a state to the one of a status; None if it is in that state or the nearest to it.

    Raises IllegalTransition for what is deleted.
    """
    if state == "deleted":
        raise IllegalTransition(state, "change")
    if nearest_state(state) == target and state != "draft":
        return None
    return next(verb for verb in _VERBS[target] if state in TRANSITIONS[verb][0])


def require_status(statuses: Iterable[BookingStatus], status_id: int) -> BookingStatus:
    """The active status with this id. Raises NotFound(booking_status), Retired(booking_status)."""
    status = status_with_id(statuses, status_id)
    if not status.active:
        raise Retired("booking_status")
    return status


def status_with_id(statuses: Iterable[BookingStatus], status_id: int) -> BookingStatus:
    """The status with this id, active or not. Raises NotFound(booking_status)."""
    status = next((status for status in statuses if status.id == status_id), None)
    if status is None:
        raise NotFound("booking_status", status_id)
    return status


def with_statuses(request: BookingRequest, statuses: Sequence[BookingStatus]) -> BookingRequest:
    """The request in the state of its status, by default the default one; lines with their own status in its state.

    Raises, for the request and all lines at once, NotFound(booking_status), Retired(booking_status).
    """
    refusals = AllRefusals()
    with refusals:
        request = _with_status_of_booking(request, statuses)
    lines = list(request.lines)
    for index, line in enumerate(request.lines):
        with refusals.of_line(index):
            lines[index] = _with_status(line, statuses)
    refusals.raise_any()
    return msgspec.structs.replace(request, lines=tuple(lines))


def own_request_with_status(request: BookingRequest, default: BookingStatus | None) -> BookingRequest:
    """The request of a customer, with the default status; in its state if that awaits confirmation.

    Raises Invalid(booking_status_id: not_included) if the customer names another status.
    """
    refusals = AllRefusals()
    with refusals:
        _check_is_default(request, default)
    for index, line in enumerate(request.lines):
        with refusals.of_line(index):
            _check_is_default(line, default)
    refusals.raise_any()
    state = default.state if default and default.state == "awaiting_confirmation" else "confirmed"
    return msgspec.structs.replace(without_statuses(request), booking_status_id=default and default.id, state=state)


def without_statuses(request: BookingRequest) -> BookingRequest:
    """The request without the statuses of it and its lines."""
    lines = tuple(msgspec.structs.replace(line, booking_status_id=None) for line in request.lines)
    return msgspec.structs.replace(request, lines=lines, booking_status_id=None)


def _with_status_of_booking(request: BookingRequest, statuses: Sequence[BookingStatus]) -> BookingRequest:
    status_id = request.booking_status_id
    status = default_status(statuses) if status_id is None else require_status(statuses, status_id)
    return msgspec.structs.replace(request, booking_status_id=status.id, state=status.state) if status else request


def _with_status(line: RequestedLine, statuses: Sequence[BookingStatus]) -> RequestedLine:
    if line.booking_status_id is None:
        return line
    return msgspec.structs.replace(line, state=require_status(statuses, line.booking_status_id).state)


def _check_is_default(named: BookingRequest | RequestedLine, default: BookingStatus | None) -> None:
    if named.booking_status_id not in (None, default.id if default else None):
        raise Invalid(Fault("booking_status_id", "not_included"))


def _first(
    statuses: Iterable[BookingStatus], rank: Callable[[BookingStatus], tuple[bool, ...]]
) -> BookingStatus | None:
    """The one of the lowest rank, and among those the first in display order."""
    return min(statuses, key=lambda status: (rank(status), status.position, status.id), default=None)
