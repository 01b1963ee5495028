from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from kalends.engine.billing.tax import Taxable, rate_sums, shared_taxes, tax_on

CENTS = st.decimals(0, 10**6, places=2)
RATES = st.sampled_from((Decimal(0), Decimal(7), Decimal("8.1"), Decimal(19)))
PARTS = st.lists(st.builds(Taxable, CENTS, RATES), max_size=30)


def parts(*amounts: str, rate: int = 19) -> list[Taxable]:
    return [Taxable(Decimal(amount), Decimal(rate)) for amount in amounts]


def test_tax_is_on_the_sum_of_a_rate_and_rounded_once() -> None:
    assert sum(shared_taxes(parts(*["13.33"] * 40), "EUR")) == Decimal("101.31")
    assert sum(shared_taxes(parts(*["16.01"] * 27), "EUR")) == Decimal("82.13")


def test_the_cents_go_to_those_who_lost_most() -> None:
    assert [str(tax) for tax in shared_taxes(parts("0.03", "0.04", "0.04"), "EUR")] == ["0.00", "0.01", "0.01"]


def test_each_rate_is_a_sum_of_its_own() -> None:
    mixed = [*parts("10.02"), *parts("10.04", rate=7), *parts("10.02"), *parts("5", rate=0)]
    assert [str(tax) for tax in shared_taxes(mixed, "EUR")] == ["1.91", "0.70", "1.90", "0"]


def test_tax_is_counted_out_of_gross_prices_on_their_sum() -> None:
    taxes = shared_taxes(parts(*["9.99"] * 7), "EUR", included=True)
    assert sum(taxes) == tax_on(Decimal("69.93"), Decimal(19), "EUR", included=True) == Decimal("11.17")
    assert [str(tax) for tax in taxes] == ["1.60"] * 4 + ["1.59"] * 3


def test_a_currency_without_cents() -> None:
    assert shared_taxes(parts("99", "1", rate=10), "JPY") == [10, 0]


def test_the_sums_of_each_rate() -> None:
    lines = [(Decimal(19), Decimal(10), Decimal("1.90")), (Decimal(7), Decimal(1), Decimal("0.07"))]
    assert [f"{rate_sum.rate} {rate_sum.net} {rate_sum.tax}" for rate_sum in rate_sums([*lines, lines[0]])] == [
        "7 1 0.07",
        "19 20 3.80",
    ]


@given(PARTS, st.booleans(), st.randoms())
def test_shares_add_up_whatever_their_order(parts: list[Taxable], included: bool, order: Random) -> None:
    taxes = shared_taxes(parts, "EUR", included=included)
    for rate in {part.rate for part in parts}:
        own = [(part, tax) for part, tax in zip(parts, taxes, strict=True) if part.rate == rate]
        whole = sum((part.amount for part, _ in own), Decimal())
        assert sum(tax for _, tax in own) == tax_on(whole, rate, "EUR", included=included)
        exactly = rate / (100 + rate if included else 100)
        assert all(abs(tax - part.amount * exactly) < Decimal("0.02") for part, tax in own)
    shuffled = sorted(parts, key=lambda part: order.random())
    assert sum(shared_taxes(shuffled, "EUR", included=included)) == sum(taxes)
