from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from kalends.engine.event import Document, Occasion, faults_of, faults_of_document, new_event, next_number
from kalends.engine.refusals import Fault
from tests.world import NOW

PLAIN = new_event(
    {
        "account_id": 1,
        "id": 2,
        "title": "Jazz night",
        "starts_at": NOW,
        "ends_at": NOW + timedelta(hours=5),
        "created_at": NOW,
        "updated_at": NOW,
    }
)
OFFER = Document(1, 3, 2, "offer", "OFFER 1", Decimal("11.5"), NOW.date(), None, None, NOW)


def event(**fields: Any) -> Occasion:
    return msgspec.structs.replace(PLAIN, **fields)


def test_what_is_not_said_of_an_event_is_blank() -> None:
    assert (PLAIN.headline, PLAIN.ticket_price, PLAIN.entrance_minute, PLAIN.active) == ("", "", None, True)
    assert faults_of(PLAIN) == []


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"title": "  "}, Fault("title", "blank")),
        ({"headline": "x" * 256}, Fault("headline", "too_long")),
        ({"description": "x" * 65_536}, Fault("description", "too_long")),
        ({"notice": "a\0b"}, Fault("notice", "invalid")),
        ({"entrance_minute": 1440}, Fault("entrance_minute", "out_of_range")),
        ({"beginning_minute": -1}, Fault("beginning_minute", "out_of_range")),
        ({"ends_at": NOW}, Fault("ends_at", "before_start")),
    ],
)
def test_what_is_wrong_with_an_event_is_told(fields: dict[str, Any], fault: Fault) -> None:
    assert faults_of(event(**fields)) == [fault]


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(faults_of(event(title="", entrance_minute=2000, ends_at=NOW))) == 3


def test_what_is_wrong_with_a_document_is_told() -> None:
    assert faults_of_document(OFFER) == []
    strange = msgspec.structs.replace(OFFER, number=" ", amount=Decimal(-1))
    assert faults_of_document(strange) == [Fault("number", "blank"), Fault("amount", "out_of_range")]
    long = msgspec.structs.replace(OFFER, number="1" * 256, amount=Decimal(10**10))
    assert faults_of_document(long) == [Fault("number", "too_long"), Fault("amount", "out_of_range")]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "0.00001", "-0.01", "10000000000"])
def test_an_amount_that_cannot_be_kept_is_told(amount: str) -> None:
    document = msgspec.structs.replace(OFFER, amount=Decimal(amount))
    assert faults_of_document(document) == [Fault("amount", "out_of_range")]


def test_numbers_are_counted_for_each_kind() -> None:
    assert next_number("offer", []) == "OFFER 1"
    assert next_number("order_confirmation", ["CONF 1", "CONF 10", "CONF 9"]) == "CONF 11"
    assert next_number("invoice", ["2027/17", "INVOICE", "INVOICE x", "INVOICE ²", "INVOICE 4"]) == "INVOICE 5"
