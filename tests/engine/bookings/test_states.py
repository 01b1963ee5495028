"""What may become of an item: the whole table, state by verb, and what the database thinks of it."""

from datetime import timedelta

import pytest

from kalends.engine.accounts.account import Account, Policy
from kalends.engine.bookings.change_set import Author
from kalends.engine.bookings.new_items import AssignedLine, new_booking, new_item
from kalends.engine.bookings.references import References
from kalends.engine.bookings.resolve import ResolvedLine
from kalends.engine.bookings.states import (
    ACTIVE,
    HOLDING,
    STATES,
    STATUSES,
    TRANSITIONS,
    is_active,
    next_state,
    state_at,
)
from kalends.engine.refusals import IllegalTransition
from kalends.engine.time.span import Span
from kalends.store.db import Db
from tests.acts import request
from tests.world import NOW

PLAIN = Policy()
MANUAL = Policy(confirm_manually=True)
BY_SMS = Policy(verification="sms")
CAREFUL = Policy(verification="email", confirm_manually=True)
POLICIES = (PLAIN, MANUAL, BY_SMS, CAREFUL)
HOUR = timedelta(hours=1)

# What each verb makes of each state: of the plain account, of those that confirm by hand, verify, or do both.
#   d draft  v awaiting_verification  x verification_expired  p awaiting_payment  c awaiting_confirmation
#   C confirmed  D declined  O cancelled  X deleted  . not allowed
LETTERS = dict(zip("dvxpcCDOX", STATES, strict=True))
TABLE = {
    "initiate": ("C........", "c........", "v........", "v........"),
    "verify": (".C.......", ".c.......", ".C.......", ".c......."),
    "send_code": 4 * (".v.......",),
    "pay": ("...C.....", "...c.....", "...C.....", "...c....."),
    "confirm": 4 * ("CC.CC....",),
    "decline": 4 * (".D.DD....",),
    "cancel": 4 * ("OO.OOO...",),
    "shelve": 4 * (".d.ddd...",),
    "request_confirmation": 4 * ("c.c..ccc.",),
    "reopen": 4 * ("..C...CC.",),
    "expire": 4 * (".x.xx....",),
    "remove": 4 * ("XXXXXXXX.",),
}


def walked(state: str, verb: str, policy: Policy) -> str:
    try:
        reached = next_state(state, verb, policy)
    except IllegalTransition:
        return "."
    return next(letter for letter, name in LETTERS.items() if name == reached)


def test_the_table_is_whole() -> None:
    assert TABLE.keys() == TRANSITIONS.keys()


@pytest.mark.parametrize("verb", TABLE)
def test_each_verb_on_each_state(verb: str) -> None:
    assert tuple("".join(walked(state, verb, policy) for state in STATES) for policy in POLICIES) == TABLE[verb]


def test_a_refusal_names_both() -> None:
    with pytest.raises(IllegalTransition) as refused:
        next_state("deleted", "remove", PLAIN)
    assert (refused.value.state, refused.value.verb) == ("deleted", "remove")


def test_what_is_over_is_only_reopened_or_removed() -> None:
    for state in ("verification_expired", "declined", "cancelled"):
        assert {verb for verb in TRANSITIONS if walked(state, verb, PLAIN) != "."} == {
            "reopen",
            "request_confirmation",
            "remove",
        }
    assert {verb for verb in TRANSITIONS if walked("deleted", verb, PLAIN) != "."} == set()


async def test_the_database_knows_the_same_states(db: Db) -> None:
    allowed = "select is_item('block', null, $1, $2, null, 1)"
    assert all([await db.fetchval(allowed, state, status) for state in STATES for status in (None, *STATUSES)])
    assert not await db.fetchval(allowed, "booked", None)
    assert not await db.fetchval(allowed, "confirmed", "late")


async def test_the_database_knows_the_same_of_them_to_be_active(db: Db) -> None:
    rows = await db.fetch("select state, is_active(state) as active from unnest($1::text[]) state", list(STATES))
    assert {row["state"] for row in rows if row["active"]} == set(ACTIVE)


@pytest.mark.parametrize("state", STATES)
def test_only_a_hold_can_be_over(state: str) -> None:
    account = Account(1, "clinic", "Clinic", "Europe/Oslo", "nb", "NOK", "NO", BY_SMS)
    booking_request = request(resource_id=1, initiate=True, expires_at=NOW + HOUR)
    assigned = AssignedLine(ResolvedLine(booking_request.lines[0], None, None, None), None, (), Span(NOW, NOW + HOUR))
    author = Author("Tester", "tests", NOW)
    booking = new_booking(account, References(), booking_request, None, author)
    held = new_item(account, booking, 1, assigned, booking_request, author)
    item = type(held)(**{**{name: getattr(held, name) for name in held.__struct_fields__}, "state": state})
    before, after = NOW + HOUR - timedelta(microseconds=1), NOW + HOUR
    assert (is_active(item, before), state_at(item, before)) == (state in ACTIVE, state)
    assert not is_active(item, after)
    assert state_at(item, after) == ("verification_expired" if state in HOLDING else state)
