"""Quotes: what a booking costs, line by line. All amounts are net."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.states import is_active
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.catalog.price import Price, price_for, prices_of
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.money import HUNDRED, product, quotient, rounded
from kalends.engine.time.clock import days_of, wall
from kalends.engine.time.span import Span

_SECONDS_AN_HOUR = Decimal(3600)
_MICROSECONDS = Decimal(1_000_000)
_FINEST_UNITS = Decimal("0.0001")


class Line(msgspec.Struct, frozen=True):
    """What one item pays for its resource, its service or one of its extras.

    `units` are hours, days, bookings or pieces, by `per`; `price` is net, `day` that on which the item starts.
    """

    item_id: int
    booking_id: int
    resource_id: int | None
    service_id: int | None
    title: str
    per: str
    rate: Decimal
    units: Decimal
    price: Decimal
    tax_rate: Decimal
    tax: Decimal
    total: Decimal
    day: date
    recurs: bool


class Quote(msgspec.Struct, frozen=True):
    """What a booking costs. A subject that no rule prices has no line."""

    currency: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal())


class Tariff(msgspec.Struct, frozen=True):
    """All that an account's prices go by; `zone` tells its days. `resources` and `services` hold what is priced."""

    currency: str
    zone: ZoneInfo
    prices: tuple[Price, ...]
    resources: Mapping[int, Resource]
    services: Mapping[int, Service]


class _Subject(msgspec.Struct, frozen=True):
    units: int
    resource_id: int | None = None
    service_id: int | None = None


def quote(ordered: BookingWithItems, tariff: Tariff, now: datetime) -> Quote:
    """What the booking costs: for each of its items its resource, its service, then each extra, as far as priced.

    Items that take no time at `now` cost nothing, nor do blocked times; a seat does not pay for its session's resource.
    A service without rules costs its own price for each item and unit. Amounts are rounded once per line, and so is
    its tax.
    """
    group_id = ordered.customer.group_id if ordered.customer else None
    lines: list[Line] = []
    charged = set[tuple[int | None, int | None]]()
    for entry in ordered.items:
        if entry.item.kind == "block" or not is_active(entry.item, now):
            continue
        for subject in _subjects(entry.item):
            rule = _rule(subject, group_id, tariff)
            which = (subject.resource_id, subject.service_id)
            if rule is not None and not (rule.per == "booking" and which in charged):
                charged.add(which)
                lines.append(_line(entry, subject, rule, tariff))
    return Quote(tariff.currency, tuple(lines))


def taxed(price: Decimal, tax_rate: Decimal, currency: str) -> Decimal:
    """The tax on a net price, in whole cents."""
    return rounded(quotient(product(price, tax_rate), HUNDRED), currency)


def _subjects(item: Item) -> Iterator[_Subject]:
    if item.resource_id is not None and item.kind != "seat":
        yield _Subject(item.units, resource_id=item.resource_id)
    if item.service_id is not None:
        yield _Subject(item.units, service_id=item.service_id)
    for extra in item.extras:
        yield _Subject(extra.units, extra.resource_id, extra.service_id)


def _rule(subject: _Subject, group_id: int | None, tariff: Tariff) -> Price | None:
    if subject.service_id is None:
        resource = tariff.resources.get(subject.resource_id or 0)
        return price_for(tariff.prices, group_id, resource.path if resource else ())
    service = tariff.services.get(subject.service_id)
    prices = prices_of(service, tariff.prices) if service else tariff.prices
    return price_for(prices, group_id, service_id=subject.service_id)


def _line(entry: ItemView, subject: _Subject, rule: Price, tariff: Tariff) -> Line:
    item = entry.item
    units = _units(item, subject.units, rule.per, tariff.zone)
    price = rounded(product(rule.amount, units), tariff.currency)
    tax = taxed(price, rule.tax_rate, tariff.currency)
    named = tariff.services if subject.service_id is not None else tariff.resources
    thing = named.get(subject.service_id or subject.resource_id or 0)
    return Line(
        item_id=item.id,
        booking_id=item.booking_id,
        resource_id=subject.resource_id,
        service_id=subject.service_id,
        title=thing.title if thing else "",
        per=rule.per,
        rate=rule.amount,
        units=units.quantize(_FINEST_UNITS),
        price=price,
        tax_rate=rule.tax_rate,
        tax=tax,
        total=price + tax,
        day=wall(item.starts_at, tariff.zone)[0],
        recurs=entry.recurs,
    )


def _units(item: Item, units: int, per: str, zone: ZoneInfo) -> Decimal:
    if per == "booking":
        return Decimal(1)
    if per == "quantity":
        return Decimal(units)
    if per == "day":
        return Decimal(units * len(days_of(Span(item.starts_at, item.ends_at), zone)))
    length = item.ends_at - item.starts_at
    seconds = quotient(Decimal(length // length.resolution), _MICROSECONDS)
    return quotient(product(seconds, Decimal(units)), _SECONDS_AN_HOUR)
