"""Codecs come in pairs: what one side writes, the other reads."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable, WireContext

CONTEXT = WireContext(ZoneInfo("Europe/Oslo"), datetime(2027, 3, 1, 9, tzinfo=UTC))
KEEPABLE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)


def read(codec: Codec, value: Any) -> Any:
    return codec.read(value, CONTEXT)


def written(codec: Codec, value: Any) -> Any:
    """What a client would see."""
    shown = codec.writer(CONTEXT)(value) if codec.writer else value
    return msgspec.json.decode(msgspec.json.encode(shown))


def why_not(codec: Codec, value: Any) -> str:
    with pytest.raises(Unreadable) as caught:
        read(codec, value)
    return caught.value.reason


def why_not_each(codec: Codec, *values: Any) -> list[str]:
    return [why_not(codec, value) for value in values]


@given(st.integers(-(2**63), 2**63 - 1))
def test_numbers(number: int) -> None:
    assert read(codecs.number(), number) == read(codecs.number(), f" {number} ") == number
    assert written(codecs.number(), number) == number


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("x", "not_a_number"),
        (True, "not_a_number"),
        (1.5, "not_a_number"),
        ([1], "not_a_number"),
        ({}, "not_a_number"),
        ("٣", "not_a_number"),
        ("1" * 5000, "not_a_number"),
        (2**63, "invalid"),
        (-(2**63) - 1, "invalid"),
        ("9" * 30, "invalid"),
        (float(2**70), "invalid"),
    ],
)
def test_what_is_no_number(value: Any, reason: str) -> None:
    assert why_not(codecs.identifier, value) == reason


def test_numbers_have_bounds() -> None:
    assert read(codecs.identifier, 2**53 - 1) == 2**53 - 1
    assert why_not(codecs.identifier, 2**53) == "out_of_range"
    count = codecs.number(1, 10)
    assert (read(count, "3.0"), read(count, 3.0), read(count, "")) == (3, 3, None)
    assert (why_not(count, 0), why_not(count, 11)) == ("not_positive", "out_of_range")


@given(st.decimals(-(10**9), 10**9, places=4))
def test_decimals(amount: Decimal) -> None:
    text = written(codecs.decimal, amount)
    assert "." in text
    assert "e" not in text.lower()
    assert read(codecs.decimal, text) == amount


def test_decimals_are_as_short_as_they_can_be() -> None:
    shown = [written(codecs.decimal, Decimal(text)) for text in ("115", "9.9500", "0", "1E+2", "-0.5000")]
    assert shown == ["115.0", "9.95", "0.0", "100.0", "-0.5"]


def test_decimals_are_digits_a_sign_and_a_point() -> None:
    spelled = (9.95, 1e-7, "+1.5", " .5 ", "7.", "-0", "-0.00001")
    assert [written(codecs.decimal, read(codecs.decimal, value)) for value in spelled] == [
        "9.95", "0.0", "1.5", "0.5", "7.0", "0.0", "0.0",
    ]  # fmt: skip
    assert why_not_each(codecs.decimal, "NaN", "Infinity", True, [], "dear") == ["not_a_number"] * 5
    assert why_not_each(codecs.decimal, "١٢", "1_000", "1e3", ".", "1" * 10**6 + "x") == ["not_a_number"] * 5


def test_decimals_have_bounds_also_once_they_are_rounded() -> None:
    assert read(codecs.decimal, "9999999999.99994") == Decimal("9999999999.9999")
    beyond = ("10000000000", "9999999999.99995", "-9999999999.99999", "9" * 400, 1e22)
    assert why_not_each(codecs.decimal, *beyond) == ["out_of_range"] * 5


@given(KEEPABLE)
def test_texts(text: str) -> None:
    assert read(codecs.text(), text) == text == written(codecs.text(), text)


def test_texts_that_cannot_be_kept() -> None:
    assert (why_not(codecs.text(), "a\0b"), why_not(codecs.text(), "\ud800")) == ("invalid", "invalid")
    assert (why_not(codecs.text(3), "abcd"), why_not(codecs.text(), [])) == ("too_long", "invalid")
    assert why_not(codecs.text(), True) == "invalid"
    assert (read(codecs.text(), 17), read(codecs.text(null=""), None)) == ("17", "")


def test_flags() -> None:
    assert [read(codecs.flag, value) for value in (True, "true", "1", 1, "TRUE", "on")] == [True] * 6
    assert [read(codecs.flag, value) for value in (False, "false", "0", 0)] == [False] * 4
    assert read(codecs.flag, "") is None
    assert why_not_each(codecs.flag, 2, "perhaps", [], {}, 1.0) == ["invalid"] * 5


def test_moments_may_be_said() -> None:
    assert read(codecs.moment_or_word, "now") == CONTEXT.now
    assert read(codecs.moment_or_word, "today") == datetime(2027, 2, 28, 23, tzinfo=UTC)
    assert why_not(codecs.moment, "now") == why_not(codecs.moment, 17) == "invalid"


def test_a_kept_moment_is_shown_in_the_zone() -> None:
    kept = read(codecs.moment_text, "2027-03-01 09:00")
    assert (kept, written(codecs.moment_text, kept)) == ("2027-03-01T08:00:00+00:00", "2027-03-01T09:00:00+01:00")


def test_days_choices_and_uids() -> None:
    assert read(codecs.day, "1980-05-17") == date(1980, 5, 17)
    assert written(codecs.day, date(1980, 5, 17)) == "1980-05-17"
    assert (read(codecs.choice("a"), "a"), why_not(codecs.choice("a"), "b")) == ("a", "not_included")
    assert why_not(codecs.choice("a"), ["a"]) == "not_included"
    uid = "8D3C1B62-8A4E-4A9B-9A52-0D5A7C1F9F11"
    assert read(codecs.uuid, uid) == uid.lower()
    assert why_not_each(codecs.uuid, "1337", 7, [], "x" * 36) == ["invalid"] * 4


def test_one_or_many() -> None:
    ids = codecs.one_or_many(codecs.identifier, comma=True)
    assert [read(ids, value) for value in (1, "1", ["1", 2], "1,2", [""], "", [])] == [
        (1,), (1,), (1, 2), (1, 2), None, None, None,
    ]  # fmt: skip
    assert read(ids, {"0": "1", "10": "3", "2": "2"}) == (1, 2, 3)
    assert [why_not(ids, value) for value in (["1", "x"], {"a": "1"}, {"0": "x"})] == ["not_a_number"] * 3


@given(st.dictionaries(KEEPABLE.filter(lambda name: not name.endswith("_at")), KEEPABLE))
def test_notes(notes: dict[str, str]) -> None:
    kept = read(codecs.custom_data, notes)
    assert kept == (notes or None)
    if kept:
        assert read(codecs.custom_data, written(codecs.custom_data, kept)) == kept


def test_notes_are_strings_inside_and_more_outside() -> None:
    kept = read(codecs.custom_data, {"ok": True, "no": False, "n": 3, "signed_at": "2027-03-01 09:00", "gone": None})
    assert kept == {"ok": "true", "no": "false", "n": "3", "signed_at": "2027-03-01T08:00:00+00:00"}
    assert written(codecs.custom_data, {**kept, "seen_at": "soon"}) == {
        "ok": True,
        "no": False,
        "n": "3",
        "signed_at": "2027-03-01T09:00:00+01:00",
        "seen_at": "soon",
    }
    lists = read(codecs.custom_data, {"sizes": ["S", 2, None], "on": {"å": False}})
    assert lists == {"sizes": '["S",2,null]', "on": '{"å":false}'}
    nothing: tuple[Any, ...] = ({}, [], "", {"a": None})
    assert [read(codecs.custom_data, value) for value in nothing] == [None] * 4
    assert why_not_each(codecs.custom_data, [1], "x", {"a": "\0"}, {"\0": "a"}) == ["invalid"] * 4
