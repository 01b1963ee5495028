from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.engine.billing.discount import Charge, Discount, charges
from kalends.engine.billing.tax import tax_on
from kalends.engine.refusals import Fault, Invalid
from tests.engine.billing.lines import line

CENTS = st.decimals(0, 10**6, places=2)
LINES = st.lists(st.tuples(CENTS, st.sampled_from((0, 7, 19))), min_size=1, max_size=20)


def charged(kind: str, rate: Decimal, *prices: int) -> list[Charge]:
    return charges([line(Decimal(price)) for price in prices], Discount(kind, rate), "EUR")


def test_a_discount_is_spread_and_tax_is_on_what_is_left() -> None:
    first, second = charged("amount", Decimal("10.01"), 60, 40)
    assert (first.discount, first.net, first.tax) == (Decimal("6.01"), Decimal("53.99"), Decimal("10.26"))
    assert (second.discount, second.total) == (Decimal(4), Decimal("42.84"))


def test_a_discount_off_gross_prices() -> None:
    (charge,) = charges([line("119")], Discount("percent", Decimal(10)), "EUR", included=True)
    assert (charge.discount, charge.net, charge.tax) == (Decimal("11.90"), Decimal(90), Decimal("17.10"))
    assert charge.total == Decimal("107.10")


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


@given(LINES, st.booleans(), st.data())
def test_rows_add_up_to_the_totals(prices: list[tuple[Decimal, int]], included: bool, data: st.DataObject) -> None:
    lines = [line(*each) for each in prices]
    whole = sum(discounted.price for discounted in lines)
    off = data.draw(st.decimals(0, whole, places=2))
    charged = charges(lines, Discount("amount", off), "EUR", included=included)
    assert sum(charge.discount for charge in charged) == off
    for charge in charged:
        left = charge.line.price - charge.discount
        assert 0 <= charge.discount <= charge.line.price
        assert (charge.total if included else charge.net) == left
    for rate in {charge.line.tax_rate for charge in charged}:
        own = [charge for charge in charged if charge.line.tax_rate == rate]
        base = sum((charge.total if included else charge.net for charge in own), Decimal())
        assert sum(charge.tax for charge in own) == tax_on(base, rate, "EUR", included=included)
