"""One line of a request: on which terms, for how long, whether it can be granted, and the item that comes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from kalends.engine.accounts.account import Account, Policy
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.change_set import Author, Claim
from kalends.engine.bookings.claims import item_claims
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.new_items import AssignedLine, check_reachable, new_booking, new_item
from kalends.engine.bookings.references import References
from kalends.engine.bookings.reminders import reminder_at, reminder_rule
from kalends.engine.bookings.request import RequestedLine
from kalends.engine.bookings.resolve import ResolvedLine, check_request, resolve
from kalends.engine.bookings.states import ACTIVE, STATES
from kalends.engine.bookings.terms import booking_terms, check_serves, line_span, terms_for
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.refusals import Fault, Invalid, NotServed, Refusal, Retired, TooMany, Unreachable
from kalends.engine.time.span import Span
from tests.acts import request
from tests.world import NOW

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
AN_HOUR = Span(NOW, NOW + HOUR)
AUTHOR = Author("Tester", "tests", NOW)
ADA, BO = 1, 2
_TIMES = {"duration": 45, "step": 15, "buffer_before": 5, "buffer_after": 15, "notice": 60, "horizon": 1440}
_TEXTS = {"kind": "appointment", "title": "Physio", "description": "", "image": "", "also_needs": (), "texts": {}}
_REST = {"account_id": 1, "id": 5, "position": 0, "most_units": 2, "active": True, "details": {}}
_WHO = {"own_hours": False, "public": True, "served_by_all": True, "created_at": NOW, "updated_at": NOW}
PHYSIO = msgspec.convert(
    dict.fromkeys(Service.__struct_fields__) | {"revision": 0} | _TIMES | _TEXTS | _REST | _WHO, Service
)
OWN = ServiceOverride(1, 5, BO, duration=90, buffer_after=0)


def session(**fields: Any) -> GroupSession:
    values: dict[str, Any] = dict.fromkeys(GroupSession.__struct_fields__)
    times = {"starts_at": NOW + 3 * HOUR, "ends_at": NOW + 4 * HOUR}
    return GroupSession(**{**values, "id": 7, "service_id": 5, "also_resource_ids": (), **times, **fields})


def account(**policy: Any) -> Account:
    return Account(1, "clinic", "Clinic", "Europe/Oslo", "nb", "NOK", "NO", Policy(**policy))


def resource(resource_id: int, active: bool = True) -> Resource:
    return Resource(1, resource_id, 1, None, (resource_id,), "person", "", "", 1, True, 0, None, active, {}, NOW, NOW)


def item(span: Span = AN_HOUR, policy: Policy | None = None, **fields: Any) -> Item:
    booking_request = request(**fields)
    (line,) = booking_request.lines
    who = account() if policy is None else msgspec.structs.replace(account(), policy=policy)
    at = resource(line.resource_id) if line.resource_id else None
    assigned = AssignedLine(ResolvedLine(line, None, None, at), at, (), span)
    booking = new_booking(who, References(booking_id=20, uid="u"), booking_request, None, AUTHOR)
    return new_item(who, booking, 10, assigned, booking_request, AUTHOR)


def test_a_service_is_booked_as_it_says_and_where_that_differs_as_it_is_there() -> None:
    usual, special = booking_terms(PHYSIO), booking_terms(PHYSIO, OWN)
    assert (usual.duration, usual.before, usual.after) == (45 * MINUTE, 5 * MINUTE, 15 * MINUTE)
    assert (special.duration, special.before, special.after) == (90 * MINUTE, 5 * MINUTE, timedelta())
    assert (usual.notice, usual.horizon, usual.most_units) == (HOUR, 24 * HOUR, 2)
    assert booking_terms(PHYSIO, OWN, 2 * HOUR).duration == 2 * HOUR
    assert terms_for(None, None, HOUR).occupied(AN_HOUR) == AN_HOUR


@pytest.mark.parametrize(
    ("line", "span"),
    [
        (RequestedLine(starts_at=NOW), Span(NOW, NOW + 45 * MINUTE)),
        (RequestedLine(starts_at=NOW, ends_at=NOW + HOUR), AN_HOUR),
        (RequestedLine(starts_at=NOW, ends_at=NOW + 3660 * 24 * HOUR), Span(NOW, NOW + 3660 * 24 * HOUR)),
    ],
)
def test_the_time_is_as_requested_or_as_long_as_the_service(line: RequestedLine, span: Span) -> None:
    yoga = session()
    assert line_span(line, PHYSIO, None, None) == span
    assert line_span(line, PHYSIO, None, yoga) == Span(yoga.starts_at, yoga.ends_at)


def test_a_resource_may_take_longer() -> None:
    assert line_span(RequestedLine(starts_at=NOW), PHYSIO, OWN, None).duration == 90 * MINUTE


@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        (RequestedLine(), "starts_at", "blank"),
        (RequestedLine(ends_at=NOW), "starts_at", "blank"),
        (RequestedLine(starts_at=NOW), "ends_at", "blank"),
        (RequestedLine(starts_at=NOW, ends_at=NOW), "ends_at", "before_start"),
        (RequestedLine(starts_at=NOW, ends_at=NOW - HOUR), "ends_at", "before_start"),
        (RequestedLine(starts_at=NOW, ends_at=NOW + 3661 * 24 * HOUR), "ends_at", "out_of_range"),
    ],
)
def test_a_time_that_is_none_is_refused(line: RequestedLine, field: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        line_span(line, None, None, None)
    assert [(fault.field, fault.reason) for fault in refused.value.faults] == [(field, reason)]


@pytest.mark.parametrize(
    ("fields", "planned", "refusal"),
    [
        ({"units": 0}, None, Invalid),
        ({"units": -1, "overlap_allowed": True}, None, Invalid),
        ({"units": 100_001, "overlap_allowed": True}, None, Invalid),
        ({"units": 3}, None, TooMany),
        ({"units": 3, "overlap_allowed": True}, None, TooMany),
        ({"units": 3, "overlap_allowed": True}, session(), TooMany),
        ({}, session(deleted_at=NOW), Retired),
        ({}, session(archived_at=NOW), Retired),
    ],
)
def test_what_can_not_be_granted(fields: dict[str, Any], planned: GroupSession | None, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        grant(planned, **fields)


def test_what_can_be_granted() -> None:
    grant(session())
    grant(session(), units=2)
    grant(None, units=2)
    with pytest.raises(Retired):
        grant(None, msgspec.structs.replace(PHYSIO, archived_at=NOW))


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        check_request(request(service_id=5, starts_at=NOW, units=0, status="away"))
    assert refused.value.faults == (Fault("status", "unknown"), Fault("units", "not_positive"))


def grant(planned: GroupSession | None, service: Service = PHYSIO, **fields: Any) -> None:
    where = {"session_id": planned.id} if planned else {"service_id": service.id, "starts_at": NOW}
    booking_request = request(**where, **fields)
    check_request(booking_request)
    resolve(booking_request, References(services={5: service}, sessions={7: planned} if planned else {}), NOW)


def test_who_serves_what() -> None:
    assert check_serves(resource(BO), PHYSIO, (OWN,)) == OWN
    assert check_serves(resource(ADA), PHYSIO, ()) is None
    assert check_serves(resource(ADA), None, ()) is None
    with pytest.raises(NotServed):
        check_serves(resource(ADA), msgspec.structs.replace(PHYSIO, served_by_all=False), (OWN,))
    with pytest.raises(Retired):
        check_serves(resource(BO, active=False), PHYSIO, (OWN,))


BY_SMS, BY_HAND = {"verification": "sms"}, {"confirm_manually": True}


@pytest.mark.parametrize(
    ("fields", "policy", "state", "expires_at"),
    [
        ({}, {"verification": "email"}, "confirmed", None),
        ({"expires_at": NOW + HOUR}, {}, "confirmed", None),
        ({"initiate": True}, {}, "confirmed", None),
        ({"initiate": True}, BY_HAND, "awaiting_confirmation", None),
        ({"initiate": True, "expires_at": NOW}, {}, "confirmed", None),
        ({"initiate": True, "expires_at": NOW + HOUR}, BY_HAND, "awaiting_confirmation", NOW + HOUR),
        ({"initiate": True}, BY_SMS, "awaiting_verification", NOW + 20 * MINUTE),
        ({"initiate": True}, {**BY_SMS, "hold_minutes": 5}, "awaiting_verification", NOW + 5 * MINUTE),
        ({"initiate": True, "expires_at": NOW + HOUR}, BY_SMS, "awaiting_verification", NOW + HOUR),
    ],
)
def test_where_an_item_begins(
    fields: dict[str, Any], policy: dict[str, Any], state: str, expires_at: datetime | None
) -> None:
    made = item(policy=Policy(**policy), **fields)
    assert (made.state, made.expires_at) == (state, expires_at)
    assert made.verification_method == ("sms" if state == "awaiting_verification" else None)


@pytest.mark.parametrize("policy", [BY_SMS, BY_HAND])
def test_a_hold_does_not_begin_when_it_is_over(policy: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        item(policy=Policy(**policy), initiate=True, expires_at=NOW)
    assert [(fault.field, fault.reason) for fault in refused.value.faults] == [("expires_at", "past")]


def test_nobody_overlaps_in_public() -> None:
    assert item(overlap_allowed=True).overlap_allowed
    assert not item(overlap_allowed=True, public=True).overlap_allowed


def test_nobody_is_not_reachable() -> None:
    by_email = Policy(verification="email")
    check_reachable(item(), None, by_email)
    with pytest.raises(Unreachable):
        check_reachable(item(policy=by_email, initiate=True), None, by_email)


@pytest.mark.parametrize("state", STATES)
def test_only_what_is_active_takes_anything(state: str) -> None:
    made = msgspec.structs.replace(item(resource_id=ADA, units=2), state=state)
    taken = (Claim(ADA, NOW - 5 * MINUTE, NOW + HOUR + 15 * MINUTE, item_id=10, units=2),)
    assert item_claims(made, PHYSIO, None) == (taken if state in ACTIVE else ())


def test_what_an_item_takes() -> None:
    assert item_claims(item(resource_id=ADA), None, None) == (Claim(ADA, NOW, NOW + HOUR, item_id=10, units=1),)
    assert item_claims(item(session_id=7, resource_id=ADA), PHYSIO, None) == ()
    assert item_claims(item(), PHYSIO, None) == ()
    block = msgspec.structs.replace(item(resource_id=ADA), kind="block")
    assert [claim.units for claim in item_claims(block, None, None)] == [None]
    held = item(policy=Policy(verification="sms"), resource_id=ADA, initiate=True, overlap_allowed=True)
    claims = item_claims(held, None, None)
    assert [(claim.overlap_allowed, claim.expires_at) for claim in claims] == [(True, NOW + 20 * MINUTE)]


def test_a_room_is_taken_with_a_person_as_long_as_buffers_last() -> None:
    made = msgspec.structs.replace(item(resource_id=ADA), also_resource_ids=(BO,))
    person, room = item_claims(made, PHYSIO, None)
    assert (room.resource_id, room.units) == (BO, 1)
    assert (room.starts_at, room.ends_at) == (person.starts_at, person.ends_at)


def test_a_reminder_comes_at_noon_of_the_day_before() -> None:
    start = datetime(2027, 3, 29, 7, tzinfo=UTC)  # the day after the clocks went forward
    assert reminder_at(reminder_rule(account()), start, NOW) == datetime(2027, 3, 28, 10, tzinfo=UTC)
    week = account(reminder_days_before=7, reminder_minute=480)
    assert reminder_at(reminder_rule(week), start, NOW) == datetime(2027, 3, 22, 7, tzinfo=UTC)
    assert reminder_at(reminder_rule(account()), start, datetime(2027, 3, 28, 10, tzinfo=UTC)) is None


def test_the_account_may_remind_everybody() -> None:
    tomorrow = Span(NOW + 24 * HOUR, NOW + 25 * HOUR)

    def reminded(remind: bool | None, **policy: Any) -> bool:
        return item(tomorrow, Policy(**policy), remind=remind).reminder_at is not None

    assert [reminded(remind) for remind in (True, None, False)] == [True, False, False]
    assert [reminded(remind, remind_by_sms=True) for remind in (True, None, False)] == [True, True, False]
