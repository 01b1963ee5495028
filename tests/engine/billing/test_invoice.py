from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.engine.billing.invoice import Charge, Discount, charges
from kalends.engine.billing.quote import Line, taxed
from kalends.engine.refusals import Fault, Invalid

CENTS = st.decimals(0, 10**6, places=2)
LINES = st.lists(st.tuples(CENTS, st.sampled_from((0, 7, 19))), min_size=1, max_size=20)


def line(price: Decimal, tax_rate: int = 19) -> Line:
    tax = taxed(price, Decimal(tax_rate), "EUR")
    amounts = (price, Decimal(1), price, Decimal(tax_rate), tax, price + tax)
    return Line(1, 2, 3, None, "Hall", "hour", *amounts, date(2027, 3, 1), False)


def charged(kind: str, rate: Decimal, *prices: int) -> list[Charge]:
    return charges([line(Decimal(price)) for price in prices], Discount(kind, rate), "EUR")


def test_a_discount_is_spread_and_tax_is_on_what_is_left() -> None:
    first, second = charged("amount", Decimal("10.01"), 60, 40)
    assert (first.discount, first.net, first.tax) == (Decimal("6.01"), Decimal("53.99"), Decimal("10.26"))
    assert (second.discount, second.total) == (Decimal(4), Decimal("42.84"))


def test_percent_of_the_sum() -> None:
    assert [charge.discount for charge in charged("percent", Decimal("12.5"), 1, 1, 1)] == [
        Decimal("0.13"),
        Decimal("0.13"),
        Decimal("0.12"),
    ]


def test_all_of_it_may_be_taken_off() -> None:
    assert [charge.total for charge in charged("percent", Decimal(100), 60, 40)] == [0, 0]
    assert [charge.total for charge in charged("amount", Decimal(100), 60, 40)] == [0, 0]
    assert [charge.total for charge in charged("percent", Decimal(10), 0, 0)] == [0, 0]


@pytest.mark.parametrize(
    ("kind", "rate", "fault"),
    [
        ("amount", "100.01", Fault("discount_rate", "out_of_range")),
        ("amount", "-1", Fault("discount_rate", "out_of_range")),
        ("percent", "100.1", Fault("discount_rate", "out_of_range")),
        ("percent", "NaN", Fault("discount_rate", "out_of_range")),
        ("voucher", "1", Fault("discount_kind", "unknown")),
    ],
)
def test_discounts_that_can_not_be(kind: str, rate: str, fault: Fault) -> None:
    with pytest.raises(Invalid) as refused:
        charged(kind, Decimal(rate), 60, 40)
    assert refused.value.faults == (fault,)


@given(LINES, st.data())
def test_the_parts_of_a_discount_sum_to_it(prices: list[tuple[Decimal, int]], data: st.DataObject) -> None:
    lines = [line(*each) for each in prices]
    net = sum(each.price for each in lines)
    off = data.draw(st.decimals(0, net, places=2))
    found = charges(lines, Discount("amount", off), "EUR")
    assert sum(charge.discount for charge in found) == off
    for charge in found:
        assert 0 <= charge.discount <= charge.line.price
        assert charge.tax == taxed(charge.net, charge.line.tax_rate, "EUR")
        assert charge.total == charge.line.price - charge.discount + charge.tax


@given(LINES)
def test_without_a_discount_it_is_the_quote(prices: list[tuple[Decimal, int]]) -> None:
    lines = [line(*each) for each in prices]
    found = charges(lines, None, "EUR")
    assert [(charge.tax, charge.total) for charge in found] == [(each.tax, each.total) for each in lines]
