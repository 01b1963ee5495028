"""Services: the list of them, the fields of the form, and what it says."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET

from kalends.console.values import Values
from kalends.console.views.custom_values import custom_fields, sent_custom
from kalends.console.views.forms import BETWEEN, Choice, Field, Group
from kalends.console.views.records import Fields, choosable, named
from kalends.console.views.tables import Cell, Row, Table
from kalends.console.views.times import Times
from kalends.engine.catalog.custom_field import CustomField, FieldValue
from kalends.engine.catalog.resource import RESOURCE_KINDS, Resource
from kalends.engine.catalog.service import BOOKED, NEEDED_KINDS, Service, ServicePatch
from kalends.engine.time.clock import DAY, instant
from kalends.notices.texts import Message

PATH = "/services"
FIELDS = (
    *("title", "description", "kind", "public", "active", "position", "duration", "step", "buffer_before"),
    *("buffer_after", "notice_hours", "horizon_days", "most_units", "session_capacity", "also_needs", "serving"),
    *("resource_ids", "price", "tax_rate", "own_hours", "first_day", "last_day"),
)
_ALL, _THESE = "all", "these"
_HOUR, _DAY = 60, 60 * 24
_OWN_HOURS = {"": None, "only": True, "never": False}


class SentService(msgspec.Struct, frozen=True):
    """What the form says of a service: its fields, who serves it (None is everybody), its values of custom fields."""

    patch: ServicePatch
    resource_ids: tuple[int, ...] | None
    values: Mapping[int, FieldValue]


def services_table(services: Sequence[Service], currency: str, times: Times) -> Table:
    """Services in their order; what is sold along with bookings is left out, as that are extras."""
    rows = tuple(_row(service, currency, times) for service in services if service.kind in BOOKED)
    columns = ("services.title", "services.kind", "services.duration", "services.price", "services.state")
    return Table("services.list", columns, rows, "services.none")


def service_fields(
    service: Service | None,
    resources: Sequence[Resource],
    serving: Sequence[int],
    custom: Sequence[CustomField],
    stored: Mapping[int, str],
    zone: ZoneInfo,
) -> tuple[Field | Group, ...]:
    """The fields of the form, of a service or of a new one; `serving` are the resources assigned to it. Dates are those
    of this zone."""
    fields = Fields("services", service, _values(service, serving, zone))
    who = [each for each in choosable(resources, serving) if each.kind != "inventory" or each.id in serving]
    depth = {each.id: len(each.path) - 1 for each in who}
    kinds = [Choice(kind, f"service_kind.{kind}") for kind in BOOKED]
    needs = [Choice(kind, f"kind.{kind}") for kind in RESOURCE_KINDS if kind in NEEDED_KINDS]
    length = (fields.number("duration", required=True, least=1), fields.number("step", hint="services.step_hint"))
    buffers = (fields.number("buffer_before", required=True), fields.number("buffer_after", required=True))
    ahead = (fields.amount("notice_hours"), fields.amount("horizon_days"))
    dates = (fields.line("first_day", "date"), fields.line("last_day", "date"))
    sizes = (fields.number("most_units", required=True, least=1), fields.number("session_capacity", least=1))
    own_hours = [Choice(name, f"own_hours.{name or 'some'}") for name in _OWN_HOURS]
    own = custom_fields(custom, stored)
    return (
        fields.line("title", required=True),
        fields.text("description", hint="services.description_hint"),
        fields.radios("kind", kinds),
        Group("services.length", (*length, *buffers), "services.minutes_hint", beside=True),
        Group("services.ahead", ahead, "services.ahead_hint", beside=True),
        Group("services.dates", dates, "services.dates_hint", beside=True),
        Group("services.sizes", sizes, "services.sizes_hint", beside=True),
        Group("services.charged", (fields.amount("price"), fields.amount("tax_rate")), "services.price_hint", True),
        fields.radios("serving", (Choice(_ALL, "services.by_all"), Choice(_THESE, "services.by_these"))),
        fields.checks("resource_ids", named(who, below=depth), hint="services.resource_ids_hint"),
        fields.select("own_hours", own_hours, hint="services.own_hours_hint"),
        fields.checks("also_needs", needs, hint="services.also_needs_hint"),
        *((Group("records.own_fields", own),) if own else ()),
        fields.tick("public", hint="services.public_hint"),
        fields.tick("active", hint="services.active_hint"),
        fields.number("position", required=True, hint="records.position_hint"),
    )


def sent_service(values: Values, custom: Sequence[CustomField], service: Service | None, zone: ZoneInfo) -> SentService:
    """What the form says. Hours of notice and days of horizon may have decimals; dates are those of this zone, and one
    that was not changed keeps the time of day that it may have."""
    duration = values.needed(values.number, "duration")
    patch = ServicePatch(
        title=values.text("title"),
        description=values.text("description"),
        kind=values.choice("kind", {kind: kind for kind in BOOKED}) or UNSET,
        public=values.flag("public"),
        active=values.flag("active"),
        position=values.number("position", 0),
        duration=duration,
        step=values.number("step", duration),
        buffer_before=values.number("buffer_before", 0),
        buffer_after=values.number("buffer_after", 0),
        notice=_minutes(values.amount("notice_hours"), _HOUR),
        horizon=_minutes(values.amount("horizon_days"), _DAY),
        most_units=values.number("most_units", 1),
        session_capacity=values.number("session_capacity"),
        also_needs=tuple(kind for kind in values.sent["also_needs"].split(BETWEEN) if kind),
        price=values.amount("price"),
        tax_rate=values.amount("tax_rate"),
        own_hours=values.choice("own_hours", _OWN_HOURS),
        **_sent_dates(values, service, zone),
    )
    resource_ids = values.ids("resource_ids")
    if values.sent["serving"] != _THESE:
        return SentService(patch, None, sent_custom(values, custom))
    if resource_ids == ():
        values.faults["resource_ids"] = Message("fault.blank")
    return SentService(patch, resource_ids, sent_custom(values, custom))


def _dates(service: Service, zone: ZoneInfo) -> dict[str, date | None]:
    """The first and the last date on which it is offered."""
    first, until = service.valid_from, service.valid_until
    return {
        "first_day": first and first.astimezone(zone).date(),
        "last_day": until and (until - timedelta(microseconds=1)).astimezone(zone).date(),
    }


def _sent_dates(values: Values, service: Service | None, zone: ZoneInfo) -> dict[str, Any]:
    present = _dates(service, zone) if service else {"first_day": None, "last_day": None}
    sent: dict[str, Any] = {}
    for name, bound, later in (("first_day", "valid_from", 0 * DAY), ("last_day", "valid_until", DAY)):
        day = values.day(name)
        if day != present[name]:
            sent[bound] = instant(day + later, 0, zone) if isinstance(day, date) else day
    return sent


def _minutes(amount: Any, unit: int) -> Any:
    return int(amount * unit) if isinstance(amount, Decimal) else amount


def _values(service: Service | None, serving: Sequence[int], zone: ZoneInfo) -> dict[str, Any]:
    if service is None:
        numbers = {"duration": 60, "buffer_before": 0, "buffer_after": 0, "most_units": 1, "position": 0}
        return {"kind": "appointment", **numbers, "public": True, "active": True, "serving": _ALL}
    return {
        "step": None if service.step == service.duration else service.step,
        "notice_hours": None if service.notice is None else Decimal(service.notice) / _HOUR,
        "horizon_days": None if service.horizon is None else Decimal(service.horizon) / _DAY,
        "serving": _ALL if service.served_by_all else _THESE,
        "resource_ids": tuple(serving),
        "own_hours": next(name for name, value in _OWN_HOURS.items() if value is service.own_hours),
        **_dates(service, zone),
    }


def _row(service: Service, currency: str, times: Times) -> Row:
    price = "" if service.price is None else f"{times.numbers.money(service.price, currency)} {currency}"
    hidden = Message("services.not_public") if service.active and not service.public else ""
    state = Cell(Message("records.archived"), tone="done") if not service.active else Cell(hidden)
    cells = (
        Cell(service.title),
        Cell(Message(f"service_kind.{service.kind}")),
        Cell(Message("services.minutes", {"count": service.duration})),
        Cell(price, number=True),
        state,
    )
    return Row(cells, f"{PATH}/{service.id}")
