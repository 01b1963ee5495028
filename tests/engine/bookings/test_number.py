"""Reservation numbers: short, each once, and no more to be guessed than a secret."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from kalends.engine.bookings.number import item_id_of, number_of

SECRET = b"s" * 32
IDS = st.integers(1, 2**53 - 1)


@given(IDS, st.integers(1, 2**40))
@example(36**6 - 1, 1)
@example(36**6, 1)
def test_a_number_leads_back_to_its_item(item_id: int, account_id: int) -> None:
    number = number_of(SECRET, account_id, item_id)
    assert re.fullmatch("[0-9a-z]{6}|[0-9a-z]{11}", number)
    assert len(number) == (6 if item_id < 36**6 else 11)
    assert item_id_of(SECRET, account_id, f" {number.upper()} ") == item_id


def test_numbers_tell_nothing() -> None:
    numbers = [number_of(SECRET, 1, item_id) for item_id in range(1, 2000)]
    assert len(set(numbers)) == len(numbers)
    assert len({number[0] for number in numbers}) == 36
    assert numbers[:50] != [number_of(SECRET, 2, item_id) for item_id in range(1, 51)]
    assert numbers[:50] != [number_of(b"t" * 32, 1, item_id) for item_id in range(1, 51)]


@given(st.text(max_size=12))
def test_any_text_may_be_asked_for(text: str) -> None:
    item_id = item_id_of(SECRET, 1, text)
    assert item_id is None or number_of(SECRET, 1, item_id) == text.strip().lower() or item_id == 0
