"""Quotes: what a booking costs, line by line."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.billing.length import billed_days, billed_seconds
from kalends.engine.billing.tax import Taxable, shared_taxes
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.request import Booked
from kalends.engine.bookings.states import is_active
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.catalog.price import Price, alternative_prices, fitting_prices, prices_of
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.money import product, quotient, rounded
from kalends.engine.refusals import Refusal
from kalends.engine.time.clock import wall
from kalends.engine.time.span import Span

_SECONDS_AN_HOUR = Decimal(3600)
_FINEST_UNITS = Decimal("0.0001")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What one item pays for its resource, its service or one of its extras.

    `units` are hours, days, bookings or pieces, by `per`: of `pieces` of `seconds` each, where it is per hour. `price`
    is `rate` times `units`, gross where prices include tax. `title` is what is paid for (`Great hall / Sea side`),
    `about` what the booking calls itself; `day` is that on which the item starts, on the wall of `time_zone`.
    """

    item_id: int
    booking_id: int
    resource_id: int | None
    service_id: int | None
    title: str
    about: str
    per: str
    rate: Decimal
    units: Decimal
    pieces: int
    seconds: int | None
    price: Decimal
    tax_rate: Decimal
    exemption: str
    tax: Decimal
    total: Decimal
    day: date
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    recurs: bool

    @property
    def net(self) -> Decimal:
        """What is paid without tax."""
        return self.total - self.tax


class Quote(msgspec.Struct, frozen=True):
    """What a booking costs. A subject that no rule prices has no line."""

    currency: str
    lines: tuple[Line, ...]
    prices_include_tax: bool = False

    @property
    def total(self) -> Decimal:
        """With tax."""
        return sum((line.total for line in self.lines), Decimal())


class RequestQuote(msgspec.Struct, frozen=True):
    """What would be booked of a request and what it would cost, or what it would be refused with."""

    booked: Booked | None = None
    quote: Quote | None = None
    refusal: Refusal | None = None


class Tariff(msgspec.Struct, frozen=True):
    """All that an account's prices go by. `zones` are those of its sites, `zone` counts elsewhere.

    `resources` and `services` hold what is priced. `own_prices` are those that a resource has for a service in place of
    the service's own price, by service and resource.
    """

    currency: str
    zone: ZoneInfo
    prices: tuple[Price, ...]
    resources: Mapping[int, Resource]
    services: Mapping[int, Service]
    zones: Mapping[int, ZoneInfo] = {}
    prices_include_tax: bool = False
    own_prices: Mapping[tuple[int, int], Decimal] = {}

    def service_of(self, service_id: int, view: ItemView) -> Service | None:
        """A service, priced as whoever serves it has it."""
        service, own = self.services.get(service_id), self.own_prices.get((service_id, view.item.resource_id or 0))
        return service if service is None or own is None else msgspec.structs.replace(service, price=own)

    def zone_of(self, view: ItemView) -> ZoneInfo:
        """The zone of the site where an item is, else the account's."""
        return self.zones.get(view.site_id or 0, self.zone)


class _Subject(msgspec.Struct, frozen=True):
    units: int
    resource_id: int | None = None
    service_id: int | None = None


class _Quantity(msgspec.Struct, frozen=True):
    """How much of a rule is paid: exact units, and what they are made of."""

    units: Decimal
    pieces: int = 1
    seconds: int | None = None


def quote(booking: BookingWithItems, tariff: Tariff, now: datetime) -> Quote:
    """What the booking costs: for each of its items its resource, its service, then each extra, as far as priced.

    Items that take no time at `now` cost nothing, nor do blocked times; a seat does not pay for its session's resource.
    A service without rules costs its own price for each item and unit, or that of whoever serves it. Amounts are
    rounded once per line, and the tax once per rate.
    """
    group_id = booking.customer.group_id if booking.customer else None
    lines: list[Line] = []
    charged = set[tuple[int | None, int | None]]()
    for view in booking.items:
        if view.item.kind == "block" or not is_active(view.item, now):
            continue
        for subject in _subjects(view.item):
            line = _line(view, booking.booking.title, subject, _rules(view, subject, group_id, tariff), tariff)
            priced = (subject.resource_id, subject.service_id)
            if line is not None and not (line.per == "booking" and priced in charged):
                charged.add(priced)
                lines.append(line)
    return Quote(tariff.currency, with_taxes(lines, tariff), tariff.prices_include_tax)


def with_taxes(lines: Sequence[Line], tariff: Tariff) -> tuple[Line, ...]:
    """The lines with the tax on all of them together, which is rounded once for each rate."""
    included = tariff.prices_include_tax
    parts = [Taxable(line.price, line.tax_rate) for line in lines]
    taxes = shared_taxes(parts, tariff.currency, included=included)
    return tuple(
        msgspec.structs.replace(line, tax=tax, total=line.price if included else line.price + tax)
        for line, tax in zip(lines, taxes, strict=True)
    )


def _subjects(item: Item) -> Iterator[_Subject]:
    if item.resource_id is not None and item.kind != "seat":
        yield _Subject(item.units, resource_id=item.resource_id)
    if item.service_id is not None:
        yield _Subject(item.units, service_id=item.service_id)
    for extra in item.extras:
        yield _Subject(extra.units, extra.resource_id, extra.service_id)


def _rules(view: ItemView, subject: _Subject, group_id: int | None, tariff: Tariff) -> list[Price]:
    if subject.service_id is None:
        resource = tariff.resources.get(subject.resource_id or 0)
        fitting = fitting_prices(tariff.prices, group_id, resource.path if resource else ())
    else:
        service = tariff.service_of(subject.service_id, view)
        prices = prices_of(service, tariff.prices) if service else tariff.prices
        fitting = fitting_prices(prices, group_id, service_id=subject.service_id)
    return alternative_prices(fitting)


def _line(view: ItemView, title: str, subject: _Subject, rules: Sequence[Price], tariff: Tariff) -> Line | None:
    """The line of the rule that is the cheapest for the item, of equals the first; None without a rule. Its tax is
    still to come."""
    if not rules:
        return None
    item, zone = view.item, tariff.zone_of(view)
    choices = []
    for rule in rules:
        quantity = _quantity(item, subject.units, rule.per, zone)
        choices.append((rounded(product(rule.amount, quantity.units), tariff.currency), rule, quantity))
    price, rule, quantity = min(choices, key=lambda choice: choice[0])
    return Line(
        item_id=item.id,
        booking_id=item.booking_id,
        resource_id=subject.resource_id,
        service_id=subject.service_id,
        title=_title(view, subject, tariff),
        about=item.title or title or (view.session.title if view.session else ""),
        per=rule.per,
        rate=rule.amount,
        units=quantity.units.quantize(_FINEST_UNITS),
        pieces=quantity.pieces,
        seconds=quantity.seconds,
        price=price,
        tax_rate=rule.tax_rate,
        exemption=rule.exemption,
        tax=Decimal(),
        total=price,
        day=wall(item.starts_at, zone)[0],
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        time_zone=zone.key,
        recurs=view.recurs,
    )


def _title(view: ItemView, subject: _Subject, tariff: Tariff) -> str:
    """A resource with all that it is part of; a service of the item with the resource on which it is."""
    if subject.service_id is None:
        return _path_title(subject.resource_id, tariff)
    service = tariff.services.get(subject.service_id)
    title = service.title if service else ""
    where = _path_title(view.item.resource_id, tariff) if subject.service_id == view.item.service_id else ""
    return f"{title} ({where})" if where else title


def _path_title(resource_id: int | None, tariff: Tariff) -> str:
    resource = tariff.resources.get(resource_id or 0)
    nodes = (tariff.resources.get(node_id) for node_id in resource.path) if resource else ()
    return " / ".join(node.title for node in nodes if node is not None)


def _quantity(item: Item, units: int, per: str, zone: ZoneInfo) -> _Quantity:
    span = Span(item.starts_at, item.ends_at)
    if per == "booking":
        return _Quantity(Decimal(1))
    if per == "quantity":
        return _Quantity(Decimal(units), units)
    if per == "day":
        return _Quantity(Decimal(units * billed_days(span, zone)), units)
    seconds = billed_seconds(span, zone)
    return _Quantity(quotient(product(seconds, Decimal(units)), _SECONDS_AN_HOUR), units, int(seconds))
