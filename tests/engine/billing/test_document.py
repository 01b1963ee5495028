from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from kalends.engine.billing.document import Document, check_document, next_number
from kalends.engine.billing.occasion import OccasionPatch, changed_occasion, new_occasion
from kalends.engine.refusals import Fault, Invalid
from tests.world import NOW

PLAIN = new_occasion(OccasionPatch(title="Jazz night", starts_at=NOW, ends_at=NOW + timedelta(hours=5)), 1, 2, NOW)
OFFER = Document(1, 3, 2, "offer", "OFFER 1", Decimal("11.5"), NOW.date(), None, None, NOW)


def faults_of(**fields: Any) -> list[Fault]:
    """What is wrong with Jazz night once these fields of it are changed."""
    with pytest.raises(Invalid) as refused:
        changed_occasion(PLAIN, OccasionPatch(**fields))
    return list(refused.value.faults)


def faults_of_document(**fields: Any) -> list[Fault]:
    with pytest.raises(Invalid) as refused:
        check_document(msgspec.structs.replace(OFFER, **fields))
    return list(refused.value.faults)


def test_what_is_not_said_of_an_event_is_blank() -> None:
    assert (PLAIN.headline, PLAIN.ticket_price, PLAIN.entrance_minute, PLAIN.active) == ("", "", None, True)
    assert changed_occasion(PLAIN, OccasionPatch()) == PLAIN


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
    assert faults_of(**fields) == [fault]


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(faults_of(title="", entrance_minute=2000, ends_at=NOW)) == 3


def test_what_is_wrong_with_a_document_is_told() -> None:
    check_document(OFFER)
    assert faults_of_document(number=" ", amount=Decimal(-1)) == [
        Fault("number", "blank"),
        Fault("amount", "out_of_range"),
    ]
    long = faults_of_document(number="1" * 256, amount=Decimal(10**10))
    assert long == [Fault("number", "too_long"), Fault("amount", "out_of_range")]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "0.00001", "-0.01", "10000000000"])
def test_an_amount_that_cannot_be_kept_is_told(amount: str) -> None:
    assert faults_of_document(amount=Decimal(amount)) == [Fault("amount", "out_of_range")]


def test_numbers_are_counted_for_each_kind() -> None:
    assert next_number("offer", []) == "OFFER 1"
    assert next_number("order_confirmation", ["CONF 1", "CONF 10", "CONF 9"]) == "CONF 11"
    assert next_number("invoice", ["2027/17", "INVOICE", "INVOICE x", "INVOICE ²", "INVOICE 4"]) == "INVOICE 5"
