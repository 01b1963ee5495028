from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kalends.engine.money import cent, rounded, share

CURRENCIES = st.sampled_from(("EUR", "JPY", "KWD"))
CENTS = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("amount", "currency", "paid"),
    [
        ("2.345", "EUR", "2.35"),
        ("2.3449", "EUR", "2.34"),
        ("-2.345", "EUR", "-2.35"),
        ("0.5", "JPY", "1"),
        ("1.23450", "KWD", "1.235"),
    ],
)
def test_half_a_cent_is_rounded_up(amount: str, currency: str, paid: str) -> None:
    assert str(rounded(Decimal(amount), currency)) == paid


def test_a_huge_amount_keeps_its_cents() -> None:
    assert rounded(Decimal("123456789012345678901234567890.125"), "EUR") == Decimal("123456789012345678901234567890.13")


def test_cents_that_are_over_go_to_who_lost_most() -> None:
    assert share(Decimal("0.05"), [Decimal(1), Decimal(1), Decimal(2)], "EUR") == [
        Decimal("0.01"),
        Decimal("0.01"),
        Decimal("0.03"),
    ]


def test_of_equals_the_first_gets_the_cent_that_is_over() -> None:
    assert share(Decimal(100), [Decimal(1)] * 3, "JPY") == [34, 33, 33]


@given(CURRENCIES, CENTS, st.lists(CENTS, min_size=1, max_size=30))
def test_shares_sum_and_none_is_a_cent_off(currency: str, cents: int, weights: list[int]) -> None:
    assume(sum(weights))
    step = cent(currency)
    shares = share(cents * step, [weight * step for weight in weights], currency)
    assert sum(shares) == cents * step
    for part, weight in zip(shares, weights, strict=True):
        assert abs(part / step * sum(weights) - cents * weight) < sum(weights)
        assert part == rounded(part, currency)


@given(CURRENCIES, st.lists(CENTS, min_size=1, max_size=30), st.data())
def test_no_share_of_a_part_is_more_than_its_weight(currency: str, weights: list[int], data: st.DataObject) -> None:
    assume(sum(weights))
    step = cent(currency)
    cents = data.draw(st.integers(0, sum(weights)))
    shares = share(cents * step, [weight * step for weight in weights], currency)
    assert all(0 <= part <= weight * step for part, weight in zip(shares, weights, strict=True))
