"""The decisions of a receptionist, one by one."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from kalends.engine.booking import ACTIVE, STATES, Item
from kalends.engine.catalogue import GroupSession, Resource, Service, ServiceOverride
from kalends.engine.change import Claim
from kalends.engine.pattern import pattern_wish, with_pattern
from kalends.engine.placing import (
    Ids,
    check_reachable,
    check_terms,
    claims_of,
    new_booking,
    new_item,
    offering,
    plain,
    reminder_at,
    serves,
    span_of,
)
from kalends.engine.policy import Account, Policy
from kalends.engine.recurrence import Recurrence
from kalends.engine.refusals import Invalid, NotServed, Refusal, Retired, TooMany, Unreachable
from kalends.engine.span import Span
from kalends.engine.wish import MessageOverrides, Wish
from tests.desk import shifted
from tests.world import NOW

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
AN_HOUR = Span(NOW, NOW + HOUR)
ADA, BO = 1, 2
_TIMES = {"duration": 45, "step": 15, "buffer_before": 5, "buffer_after": 15, "notice": 60, "horizon": 1440}
_TEXTS = {"kind": "appointment", "title": "Physio", "description": "", "image": ""}
_REST = {"account_id": 1, "id": 5, "position": 0, "most_units": 2, "active": True, "details": {}}
_WHO = {"own_hours": False, "served_by_all": True, "also_needs": (), "created_at": NOW, "updated_at": NOW}
PHYSIO = msgspec.convert(dict.fromkeys(Service.__struct_fields__) | _TIMES | _TEXTS | _REST | _WHO, Service)
OWN = ServiceOverride(1, 5, BO, duration=90, buffer_after=0)
YOGA = GroupSession(
    1, 7, 5, None, "Yoga", "", NOW + 3 * HOUR, NOW + 4 * HOUR, 5, None, None, None, {}, 0, None, None, NOW, "", NOW, ""
)


def account(**policy: Any) -> Account:
    return Account(1, "clinic", "Clinic", "Europe/Oslo", "nb", "NOK", "NO", Policy(**policy))


def item(wish: Wish, **policy: Any) -> Item:
    return new_item(account(**policy), Ids(10, 20, "u"), wish, AN_HOUR, NOW, "Tester")


def resource(resource_id: int, active: bool = True) -> Resource:
    return Resource(1, resource_id, 1, None, (resource_id,), "person", "", "", 1, True, 0, None, active, {}, NOW, NOW)


def test_a_service_is_offered_as_it_says_and_where_that_differs_as_it_is_there() -> None:
    usual, special = offering(PHYSIO), offering(PHYSIO, OWN)
    assert (usual.duration, usual.before, usual.after) == (45 * MINUTE, 5 * MINUTE, 15 * MINUTE)
    assert (special.duration, special.before, special.after) == (90 * MINUTE, 5 * MINUTE, timedelta())
    assert (usual.notice, usual.horizon, usual.most_units) == (HOUR, 24 * HOUR, 2)
    assert offering(PHYSIO, OWN, 2 * HOUR).duration == 2 * HOUR
    assert plain(HOUR).occupied(AN_HOUR) == AN_HOUR


@pytest.mark.parametrize(
    ("wish", "span"),
    [
        (Wish(starts_at=NOW), Span(NOW, NOW + 45 * MINUTE)),
        (Wish(starts_at=NOW, ends_at=NOW + HOUR), AN_HOUR),
        (Wish(starts_at=NOW, ends_at=NOW + 3660 * 24 * HOUR), Span(NOW, NOW + 3660 * 24 * HOUR)),
    ],
)
def test_the_time_is_as_wished_or_as_long_as_the_service(wish: Wish, span: Span) -> None:
    assert span_of(wish, PHYSIO, None, None) == span
    assert span_of(wish, PHYSIO, None, YOGA) == Span(YOGA.starts_at, YOGA.ends_at)


def test_a_resource_may_take_longer() -> None:
    assert span_of(Wish(starts_at=NOW), PHYSIO, OWN, None).duration == 90 * MINUTE


@pytest.mark.parametrize(
    ("wish", "field", "reason"),
    [
        (Wish(), "starts_at", "blank"),
        (Wish(ends_at=NOW), "starts_at", "blank"),
        (Wish(starts_at=NOW), "ends_at", "blank"),
        (Wish(starts_at=NOW, ends_at=NOW), "ends_at", "before_start"),
        (Wish(starts_at=NOW, ends_at=NOW - HOUR), "ends_at", "before_start"),
        (Wish(starts_at=NOW, ends_at=NOW + 3661 * 24 * HOUR), "ends_at", "out_of_range"),
    ],
)
def test_a_time_that_is_none_is_refused(wish: Wish, field: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        span_of(wish, None, None, None)
    assert [(fault.field, fault.reason) for fault in refused.value.faults] == [(field, reason)]


@pytest.mark.parametrize(
    ("wish", "session", "refusal"),
    [
        (Wish(units=0), None, Invalid),
        (Wish(units=-1, force=True), None, Invalid),
        (Wish(units=100_001, force=True), None, Invalid),
        (Wish(units=3), None, TooMany),
        (Wish(units=3, force=True), None, TooMany),
        (Wish(units=3, force=True), YOGA, TooMany),
        (Wish(), msgspec.structs.replace(YOGA, deleted_at=NOW), Retired),
        (Wish(), msgspec.structs.replace(YOGA, archived_at=NOW), Retired),
    ],
)
def test_what_can_not_be_granted(wish: Wish, session: GroupSession | None, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        check_terms(wish, PHYSIO, session, None)


def test_what_can_be_granted() -> None:
    for wish in (Wish(), Wish(units=2)):
        check_terms(wish, PHYSIO, YOGA, None)
    check_terms(Wish(units=100_000), None, None, None)
    with pytest.raises(Retired):
        check_terms(Wish(), msgspec.structs.replace(PHYSIO, active=False), None, None)


def test_who_serves_what() -> None:
    assert serves(resource(BO), PHYSIO, (OWN,)) == OWN
    assert serves(resource(ADA), PHYSIO, ()) is None
    assert serves(resource(ADA), None, ()) is None
    with pytest.raises(NotServed):
        serves(resource(ADA), PHYSIO, (OWN,))
    with pytest.raises(Retired):
        serves(resource(BO, active=False), PHYSIO, (OWN,))


@pytest.mark.parametrize(
    ("wish", "policy", "state", "expires_at"),
    [
        (Wish(), {"verification": "email"}, "confirmed", None),
        (Wish(expires_at=NOW + HOUR), {}, "confirmed", None),
        (Wish(initiate=True), {}, "confirmed", None),
        (Wish(initiate=True), {"confirm_manually": True}, "awaiting_confirmation", None),
        (Wish(initiate=True, expires_at=NOW), {}, "confirmed", None),
        (Wish(initiate=True, expires_at=NOW + HOUR), {"confirm_manually": True}, "awaiting_confirmation", NOW + HOUR),
        (Wish(initiate=True), {"verification": "sms"}, "awaiting_verification", NOW + 20 * MINUTE),
        (Wish(initiate=True), {"verification": "sms", "hold_minutes": 5}, "awaiting_verification", NOW + 5 * MINUTE),
        (Wish(initiate=True, expires_at=NOW + HOUR), {"verification": "sms"}, "awaiting_verification", NOW + HOUR),
    ],
)
def test_where_an_item_begins(wish: Wish, policy: dict[str, Any], state: str, expires_at: datetime | None) -> None:
    made = item(wish, **policy)
    assert (made.state, made.expires_at) == (state, expires_at)
    assert made.verification_method == ("sms" if state == "awaiting_verification" else None)


@pytest.mark.parametrize("policy", [{"verification": "sms"}, {"confirm_manually": True}])
def test_a_hold_does_not_begin_when_it_is_over(policy: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        item(Wish(initiate=True, expires_at=NOW), **policy)
    assert [(fault.field, fault.reason) for fault in refused.value.faults] == [("expires_at", "past")]


def test_nobody_forces_in_public() -> None:
    assert item(Wish(force=True)).overlap_allowed
    assert not item(Wish(force=True, public=True)).overlap_allowed


def test_nobody_is_not_reachable() -> None:
    check_reachable(item(Wish()), None, Policy(verification="email"))
    with pytest.raises(Unreachable):
        check_reachable(item(Wish(initiate=True), verification="email"), None, Policy(verification="email"))


@pytest.mark.parametrize("state", STATES)
def test_only_what_is_active_takes_anything(state: str) -> None:
    made = msgspec.structs.replace(item(Wish(resource_id=ADA, units=2)), state=state)
    taken = (Claim(ADA, NOW - 5 * MINUTE, NOW + HOUR + 15 * MINUTE, item_id=10, units=2),)
    assert claims_of(made, PHYSIO, None) == (taken if state in ACTIVE else ())


def test_what_an_item_takes() -> None:
    assert claims_of(item(Wish(resource_id=ADA)), None, None) == (Claim(ADA, NOW, NOW + HOUR, item_id=10, units=1),)
    assert claims_of(item(Wish(session_id=7, resource_id=ADA)), PHYSIO, None) == ()
    assert claims_of(item(Wish()), PHYSIO, None) == ()
    block = msgspec.structs.replace(item(Wish(resource_id=ADA)), kind="block")
    assert [claim.units for claim in claims_of(block, None, None)] == [None]
    held = item(Wish(resource_id=ADA, initiate=True, force=True), verification="sms")
    assert [(claim.overlap_allowed, claim.expires_at) for claim in claims_of(held, None, None)] == [
        (True, NOW + 20 * MINUTE)
    ]


def test_a_reminder_comes_at_noon_of_the_day_before() -> None:
    start = datetime(2027, 3, 29, 7, tzinfo=UTC)  # the day after the clocks went forward
    assert reminder_at(account(), start, NOW) == datetime(2027, 3, 28, 10, tzinfo=UTC)
    week = account(reminder_days_before=7, reminder_minute=480)
    assert reminder_at(week, start, NOW) == datetime(2027, 3, 22, 7, tzinfo=UTC)
    assert reminder_at(account(), start, datetime(2027, 3, 28, 10, tzinfo=UTC)) is None


def test_the_account_may_remind_everybody() -> None:
    def reminded(remind: bool | None, **policy: Any) -> bool:
        wish = Wish(remind=remind)
        tomorrow = shifted(AN_HOUR, 24 * HOUR)
        made = new_item(account(**policy), Ids(10, 20, "u"), wish, tomorrow, NOW, "Tester")
        return made.reminder_at is not None

    assert [reminded(remind) for remind in (True, None, False)] == [True, False, False]
    assert [reminded(remind, remind_by_sms=True) for remind in (True, None, False)] == [True, True, False]


def test_a_pattern_keeps_all_that_was_wished() -> None:
    wish = Wish(
        starts_at=NOW,
        ends_at=NOW + HOUR,
        customer_id=3,
        paid_amount=Decimal("9.50"),
        custom={"shoe": "43"},
        details={"a": {"x": None}},
        asked=MessageOverrides({("confirmation", "sms"): True}),
        recurrence=Recurrence(rrule="FREQ=DAILY;COUNT=2"),
    )
    order = with_pattern(new_booking(account(), Ids(1, 2, "u"), wish, None, NOW, "Tester"), wish)
    kept = msgspec.json.decode(msgspec.json.encode(order), type=type(order))
    assert pattern_wish(kept, AN_HOUR, told=False) == msgspec.structs.replace(wish, recurrence=None)
    later = pattern_wish(kept, shifted(AN_HOUR, 24 * HOUR), told=True)
    assert (later.starts_at, later.ends_at) == (NOW + 24 * HOUR, NOW + 25 * HOUR)
    assert set(later.asked.flags.values()) == {False}
    assert len(later.asked.flags) == 12
