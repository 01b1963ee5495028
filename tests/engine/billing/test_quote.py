from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.engine.billing.quote import Line, Tariff, quote
from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.states import STATES
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.price import Price, price_for
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.customers.customer import Customer

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
HALL, LEFT, PROJECTORS, CLEANING, MASSAGE = 1, 2, 3, 4, 5
CLUB, STAFF = 8, 9
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def blank(kind: type[Any], /, **given: Any) -> Any:
    """Of a struct what is given, and nothing of all the rest."""
    return kind(**{**dict.fromkeys(kind.__struct_fields__), **given})


def rule(amount: str = "10", per: str = "hour", resource_id: int | None = HALL, **given: Any) -> Price:
    subject: dict[str, Any] = {"resource_id": resource_id} if "service_id" not in given else {}
    return Price(per=per, amount=Decimal(amount), **subject, **given)


def item(starts_at: datetime = NOW, length: timedelta = HOUR, **given: Any) -> Item:
    usual = {"id": 1, "booking_id": 7, "kind": "appointment", "state": "confirmed", "resource_id": HALL, "units": 1}
    times = {"starts_at": starts_at, "ends_at": starts_at + length, "extras": ()}
    made: Item = blank(Item, **{**usual, **times, **given})
    return made


def lines(*prices: Price, items: tuple[Item, ...] = (item(),), currency: str = "EUR", **given: Any) -> tuple[Line, ...]:
    """What items cost a customer of group `group_id`."""
    customer = blank(Customer, group_id=given.pop("group_id", None))
    resources = {
        HALL: blank(Resource, path=(HALL,), title="Hall"),
        LEFT: blank(Resource, path=(HALL, LEFT), title="Left"),
        PROJECTORS: blank(Resource, path=(PROJECTORS,), title="Projectors"),
    }
    services = {
        CLEANING: blank(Service, id=CLEANING, account_id=1, title="Cleaning", price=Decimal(50)),
        MASSAGE: blank(Service, id=MASSAGE, account_id=1, title="Massage"),
    }
    views = tuple(ItemView(booked, "", 1) for booked in items)
    booking = BookingWithItems(blank(Booking, id=7, title="Choir"), customer, views)
    included = given.pop("prices_include_tax", False)
    tariff = Tariff(currency, OSLO, prices, resources, services, given.pop("zones", {}), included)
    tariff = msgspec.structs.replace(tariff, own_prices=given.pop("own_prices", {}))
    return quote(booking, tariff, NOW).lines


def costs(*prices: Price, **given: Any) -> list[Decimal]:
    return [line.price for line in lines(*prices, **given)]


def test_the_first_rule_for_the_group_comes_before_the_first_for_everybody() -> None:
    rules = [rule("1"), rule("2"), rule("3", group_ids=(STAFF, CLUB)), rule("4", group_ids=(CLUB,))]
    amounts = [price.amount for group in (None, CLUB, 77) if (price := price_for(rules, group, (HALL,)))]
    assert amounts == [1, 3, 1]


def test_a_rule_for_others_only_is_none() -> None:
    assert price_for([rule(group_ids=(CLUB,))], None, (HALL,)) is None
    assert price_for([rule(group_ids=(CLUB,))], STAFF, (HALL,)) is None


def test_a_part_takes_the_rules_of_the_nearest_above_it_unless_it_has_its_own() -> None:
    whole, part = rule("10"), rule("4", resource_id=LEFT, group_ids=(CLUB,))
    assert price_for([whole], None, (99, HALL, LEFT)) == whole
    assert price_for([whole, part], CLUB, (HALL, LEFT)) == part
    assert price_for([whole, part], None, (HALL, LEFT)) is None


def test_an_hour_and_a_half_of_two_units() -> None:
    (line,) = lines(rule("10.0125", tax_rate=Decimal(19)), items=(item(length=90 * MINUTE, units=2),))
    assert (line.per, line.rate, line.units) == ("hour", Decimal("10.0125"), Decimal(3))
    assert (line.price, line.tax, line.total) == (Decimal("30.04"), Decimal("5.71"), Decimal("35.75"))
    assert (line.title, line.item_id, line.booking_id, line.day.isoformat()) == ("Hall", 1, 7, "2027-03-01")


def test_twenty_minutes_cost_a_third_exactly() -> None:
    assert costs(rule("30"), items=(item(length=20 * MINUTE),)) == [10]


@pytest.mark.parametrize(("hours", "days"), [(1, 1), (14, 1), (15, 2), (38, 2), (39, 3)])
def test_days_are_those_of_the_wall_that_were_begun(hours: int, days: int) -> None:
    (line,) = lines(rule("7", "day"), items=(item(length=hours * HOUR, units=2),))
    assert (line.units, line.price) == (Decimal(2 * days), Decimal(14 * days))


def test_a_day_on_which_clocks_change_is_one_day() -> None:
    sunday = datetime(2027, 3, 27, 23, tzinfo=UTC)
    assert costs(rule("7", "day"), items=(item(sunday, 23 * HOUR),)) == [7]


def test_per_booking_is_once_for_each_subject_whatever_the_units() -> None:
    parts = (item(id=1, units=3), item(id=2), item(id=3, resource_id=LEFT))
    found = lines(rule("50", "booking"), items=parts)
    assert [(line.item_id, str(line.price)) for line in found] == [(1, "50.00"), (3, "50.00")]


def test_extras_come_after_the_resource_and_count_by_their_units() -> None:
    extras = (Extra(2, resource_id=PROJECTORS), Extra(3, service_id=CLEANING))
    found = lines(rule(), rule("5", "quantity", PROJECTORS), items=(item(extras=extras), item(id=2, extras=extras)))
    assert [(line.title, str(line.price)) for line in found] == [
        ("Hall", "10.00"),
        ("Projectors", "10.00"),
        ("Cleaning", "150.00"),
    ] * 2


def test_rules_of_a_service_come_before_its_price() -> None:
    extras = (Extra(3, service_id=CLEANING),)
    assert costs(rule("20", "booking", service_id=CLEANING), items=(item(extras=extras),)) == [20]
    assert costs(rule("20", service_id=CLEANING, group_ids=(CLUB,)), items=(item(extras=extras),)) == []


def test_who_serves_may_have_a_price_of_their_own() -> None:
    booked = (item(service_id=CLEANING, resource_id=HALL), item(service_id=CLEANING, resource_id=LEFT))
    own_prices = {(CLEANING, LEFT): Decimal(60)}
    assert costs(items=booked, own_prices=own_prices) == [50, 60]
    assert costs(rule("20", "booking", service_id=CLEANING), items=booked[1:], own_prices=own_prices) == [20]


def test_what_nothing_prices_has_no_line() -> None:
    assert lines(items=(item(service_id=MASSAGE, extras=(Extra(1, resource_id=PROJECTORS),)),)) == ()


@pytest.mark.parametrize("state", STATES)
def test_only_what_takes_its_time_costs(state: str) -> None:
    takes = state.startswith("awaiting") or state == "confirmed"
    assert bool(costs(rule(), items=(item(state=state),))) == takes


@pytest.mark.parametrize(
    "given",
    [{"state": "awaiting_payment", "expires_at": NOW}, {"kind": "block"}, {"kind": "seat", "session_id": 3}],
)
def test_lapsed_holds_blocks_and_the_rooms_of_seats_cost_nothing(given: dict[str, Any]) -> None:
    assert costs(rule(), items=(item(**given),)) == []


def test_the_customers_group_counts() -> None:
    assert costs(rule("10"), rule("6", group_ids=(CLUB,)), group_id=CLUB) == [6]


def test_a_currency_without_cents() -> None:
    (line,) = lines(rule("99.5", tax_rate=Decimal("8.5")), currency="JPY")
    assert (line.price, line.tax, line.total) == (Decimal(100), Decimal(9), Decimal(109))


@given(
    st.decimals(0, 10**6, places=4),
    st.decimals(0, 100, places=3),
    st.integers(1, 10**6),
    st.sampled_from(("EUR", "JPY")),
)
def test_lines_are_whole_cents_and_a_quote_sums_them(
    amount: Decimal, tax_rate: Decimal, minutes: int, currency: str
) -> None:
    priced = msgspec.structs.replace(rule(), amount=amount, tax_rate=tax_rate)
    (line,) = lines(priced, items=(item(length=minutes * MINUTE),), currency=currency)
    step = Decimal(1) if currency == "JPY" else Decimal("0.01")
    assert line.price % step == line.tax % step == 0
    assert line.total == line.price + line.tax
    assert abs(line.price - amount * (line.seconds or 0) / 3600) <= step / 2
    assert abs(line.tax - line.price * tax_rate / 100) <= step / 2


def test_tax_is_on_the_sum_of_a_rate() -> None:
    items = tuple(item(id=number) for number in range(40))
    charged = lines(rule("13.33", tax_rate=Decimal(19)), items=items)
    assert sum(line.tax for line in charged) == Decimal("101.31")
    assert sum(line.total for line in charged) == Decimal("634.51")
    trainings = lines(rule("16.01", tax_rate=Decimal(19)), items=items[:27])
    assert (sum(line.net for line in trainings), sum(line.tax for line in trainings)) == (
        Decimal("432.27"),
        Decimal("82.13"),
    )


def test_prices_may_include_tax() -> None:
    priced = rule("9.99", tax_rate=Decimal(19))
    items = tuple(item(id=number) for number in range(7))
    charged = lines(priced, items=items, prices_include_tax=True)
    assert {line.total for line in charged} == {Decimal("9.99")}
    assert sum(line.tax for line in charged) == Decimal("11.17")


@pytest.mark.parametrize(("hours", "cost"), [(1, 10), (5, 50), (6, 50), (14, 50), (15, 100)])
def test_of_an_hour_and_a_day_price_the_cheaper_counts(hours: int, cost: int) -> None:
    for rules in ((rule("10"), rule("50", "day")), (rule("50", "day"), rule("10"))):
        assert costs(*rules, items=(item(length=hours * HOUR),)) == [cost]


def test_of_equals_the_first_counts() -> None:
    (line,) = lines(rule("50", "day"), rule("10"), items=(item(length=5 * HOUR),))
    assert line.per == "day"


def test_only_hours_and_days_are_alternatives() -> None:
    assert costs(rule("10"), rule("1"), rule("1", "booking"), rule("1", "quantity")) == [10]
    assert costs(rule("90", "booking"), rule("10"), rule("50", "day")) == [90]


def test_a_group_that_pays_by_the_hour_does_not_get_the_day_price_of_others() -> None:
    rules = [rule("100", group_ids=(CLUB,)), rule("10"), rule("50", "day")]
    assert costs(*rules, items=(item(length=6 * HOUR),), group_id=CLUB) == [600]


@pytest.mark.parametrize(("day", "length"), [((3, 27), 23), ((10, 30), 25)])
def test_a_whole_day_costs_a_day_also_when_clocks_change(day: tuple[int, int], length: int) -> None:
    midnight = datetime(2027, *day, 23 if day[0] == 3 else 22, tzinfo=UTC)
    whole_day = (item(midnight, length * HOUR),)
    assert costs(rule("10"), items=whole_day) == [240]
    assert costs(rule("10"), rule("50", "day"), items=whole_day) == [50]


def test_a_line_says_what_when_and_how_much() -> None:
    (line,) = lines(rule("12"), items=(item(resource_id=LEFT, units=7, length=85 * MINUTE),))
    assert (line.title, line.about, line.time_zone) == ("Hall / Left", "Choir", "Europe/Oslo")
    assert (line.pieces, line.seconds, str(line.units), line.price) == (7, 5100, "9.9167", Decimal(119))
    assert (line.starts_at, line.ends_at) == (NOW, NOW + 85 * MINUTE)


def test_a_service_says_where_it_is() -> None:
    (line,) = lines(rule("20", "booking", service_id=CLEANING), items=(item(resource_id=LEFT, service_id=CLEANING),))
    assert line.title == "Cleaning (Hall / Left)"


def test_the_day_is_that_of_the_site() -> None:
    late = item(datetime(2027, 3, 1, 23, 30, tzinfo=UTC), site_id=77, resource_id=None, service_id=CLEANING)
    (line,) = lines(items=(late,), zones={77: ZoneInfo("Atlantic/Canary")})
    assert (line.day.isoformat(), line.time_zone) == ("2027-03-01", "Atlantic/Canary")
