from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kalends.cli.errors import CommandError
from kalends.cli.invoice_options import amounts_of_rates, days_of, discount_of
from kalends.engine.billing.discount import Discount


def test_a_month_and_days() -> None:
    assert days_of("2027-12", None, None) == (date(2027, 12, 1), date(2028, 1, 1))
    first = datetime(2027, 3, 1, tzinfo=UTC)
    assert days_of("", first, None) == (date(2027, 3, 1), None)
    for month in ("2027-13", "27-03", "9999-12", "2027-3", "March"):
        with pytest.raises(CommandError):
            days_of(month, None, None)
    with pytest.raises(CommandError):
        days_of("2027-03", first, None)


def test_discounts() -> None:
    assert discount_of("") is None
    assert discount_of("10 %") == Discount("percent", Decimal(10))
    assert discount_of("20.00") == Discount("amount", Decimal("20.00"))
    with pytest.raises(CommandError):
        discount_of("half")


def test_amounts_of_one_rate_are_added_up() -> None:
    assert amounts_of_rates(["19=5", "7=1", "19%=0.50"]) == {Decimal(19): Decimal("5.50"), Decimal(7): Decimal(1)}
    for text in ("19", "=5", "19=", "x=5", "NaN=5", "19=sNaN", "19=Infinity"):
        with pytest.raises(CommandError):
            amounts_of_rates([text])
    with pytest.raises(CommandError):
        amounts_of_rates(["19=9e999999", "19=9e999999"])
