"""What an account calls the states of its bookings, and which of its names is shown."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.engine.bookings.booking_status import (
    STANDARD,
    STATUS_STATES,
    BookingStatus,
    BookingStatusPatch,
    changed_status,
    default_status,
    nearest_state,
    new_status,
    own_request_with_status,
    status_of,
    verb_to_status,
    with_statuses,
)
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.states import ACTIVE, STATES, TRANSITIONS
from kalends.engine.refusals import Fault, IllegalTransition, Invalid, NotFound, Retired
from tests.world import NOW

PENDING, CONFIRMED, CANCELLED = (new_status(patch, 1, number, NOW) for number, patch in enumerate(STANDARD, 1))
STANDARD_STATUSES = [PENDING, CONFIRMED, CANCELLED]


def status(number: int, state: str, **fields: Any) -> BookingStatus:
    return new_status(BookingStatusPatch(name=f"No {number}", state=state, **fields), 1, number, NOW)


statuses = st.lists(
    st.builds(
        lambda state, position, active: (state, position, active),
        st.sampled_from(STATUS_STATES),
        st.integers(0, 3),
        st.booleans(),
    ),
    max_size=6,
).map(lambda rows: [status(nr, row[0], position=row[1], active=row[2]) for nr, row in enumerate(rows, 1)])


@given(statuses, st.sampled_from(STATES), st.none() | st.integers(1, 7))
def test_what_is_shown_never_contradicts_the_engine(known: list[BookingStatus], state: str, set_id: int | None) -> None:
    shown = status_of(known, set_id, state)
    occupies = state in ACTIVE
    fitting = [one for one in known if (one.state in ACTIVE) == occupies]
    assert (shown in fitting) if fitting else shown is None
    own = next((one for one in known if one.id == set_id), None)
    if own is not None and own.state == nearest_state(state):
        assert shown == own
    elif any(one.state == nearest_state(state) for one in known):
        assert shown is not None
        assert shown.state == nearest_state(state)


def test_the_usual_one_is_shown_where_another_door_has_changed_the_state() -> None:
    deposit = status(4, "confirmed")
    known = [*STANDARD_STATUSES, deposit]
    shown = {
        state: status_of(known, deposit.id, state) for state in ("confirmed", "cancelled", "awaiting_verification")
    }
    assert shown == {"confirmed": deposit, "cancelled": CANCELLED, "awaiting_verification": PENDING}


def test_new_bookings_get_the_default_one() -> None:
    assert default_status(STANDARD_STATUSES) == CONFIRMED
    assert default_status([PENDING, CANCELLED]) == PENDING
    assert default_status([]) is None


def test_names_are_in_many_languages() -> None:
    assert [PENDING.name_in([language]) for language in ("cs", "de", "fr")] == [
        "Čeká na potvrzení",
        "Angefragt",
        "Pending",
    ]
    assert PENDING.name_in(["fr", "nb", "cs"]) == "Venter"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"name": " "}, Fault("name", "blank")),
        ({"names": {"cs": ""}}, Fault("names", "blank")),
        ({"state": "draft"}, Fault("state", "unknown")),
        ({"position": 2**31}, Fault("position", "out_of_range")),
        ({"is_default": True, "active": False}, Fault("is_default", "invalid")),
    ],
)
def test_what_a_status_can_not_be(fields: dict[str, Any], fault: Fault) -> None:
    with pytest.raises(Invalid) as refused:
        changed_status(PENDING, BookingStatusPatch(**fields))
    assert refused.value.faults == (fault,)


@pytest.mark.parametrize("state", [state for state in STATES if state != "deleted"])
@pytest.mark.parametrize("target", STATUS_STATES)
def test_each_status_can_follow_each_state(state: str, target: str) -> None:
    verb = verb_to_status(state, target)
    if verb is None:
        assert nearest_state(state) == target
    else:
        assert state in TRANSITIONS[verb][0]
        assert TRANSITIONS[verb][1] == target


def test_what_is_deleted_stays_so() -> None:
    with pytest.raises(IllegalTransition):
        verb_to_status("deleted", "confirmed")


def test_a_request_has_the_state_of_its_status() -> None:
    lines = (RequestedLine(session_id=1), RequestedLine(session_id=2, booking_status_id=CANCELLED.id))
    resolved = with_statuses(BookingRequest(lines=lines, booking_status_id=PENDING.id), STANDARD_STATUSES)
    assert (resolved.state, [line.state for line in resolved.lines]) == ("awaiting_confirmation", [None, "cancelled"])
    usual = with_statuses(BookingRequest(lines=lines), STANDARD_STATUSES)
    assert (usual.state, usual.booking_status_id) == ("confirmed", CONFIRMED.id)
    for known, refusal in (([CONFIRMED], NotFound), ([msgspec.structs.replace(CANCELLED, active=False)], Retired)):
        with pytest.raises(refusal):
            with_statuses(BookingRequest(lines=lines), known)


def test_customers_get_the_default_status_only() -> None:
    asked = BookingRequest(lines=(RequestedLine(session_id=1, booking_status_id=PENDING.id),))
    own = own_request_with_status(asked, PENDING)
    assert (own.state, own.booking_status_id, own.lines[0].booking_status_id) == (
        "awaiting_confirmation",
        PENDING.id,
        None,
    )
    with pytest.raises(Invalid) as refused:
        own_request_with_status(asked, CONFIRMED)
    assert refused.value.faults == (Fault("booking_status_id", "not_included"),)
