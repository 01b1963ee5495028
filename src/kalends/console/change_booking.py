"""Reads the form that changes a booking: what it is, what goes with it, what is noted, and for whom."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from kalends.console.people import NEW, NOBODY, PERSON
from kalends.console.telling import TELL
from kalends.console.values import Values
from kalends.console.views.custom_values import ON, field_name
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.catalog.custom_field import CustomField, value_fault
from kalends.engine.catalog.extra import Extra, combined
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT, text_faults
from kalends.notices.texts import Message

TEXTS: Mapping[str, int] = {"title": LONGEST_LINE, "notes": LONGEST_TEXT}
FIELDS = ("revision", "was", "service", "length", "units", *TEXTS, "scope", *PERSON, *TELL)
NAMES = {
    "service_id": "service",
    "ends_at": "length",
    "customer_id": "customer",
    "first_name": "name",
    "status": "units",
}
"""The form's names of the engine's fields."""
TOLD = {"service_id", "ends_at", "units", "extras", "customer_id"}
"""What customers are told of; the rest is for the staff alone."""

_MOST_MINUTES = 10**7


class Around(msgspec.Struct, frozen=True):
    """An item, and what its form offers: services, extras that go with it, and the account's own fields. `durations`:
    how long its resource takes for each of the services, by their ids. `others` are values of the item that are in none
    of these."""

    view: ItemView
    services: Sequence[Service]
    durations: Mapping[int, timedelta]
    extras: Sequence[LinkedAddOn]
    fields: Sequence[CustomField]
    others: Sequence[str]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the form's fields."""
        own = (*map(extra_name, self.extras), *map(field_name, self.fields), *map(other_name, range(len(self.others))))
        return (*FIELDS, *own)


def extra_name(extra: LinkedAddOn) -> str:
    """The field with the number of an extra."""
    return f"extra_{'resource' if isinstance(extra.thing, Resource) else 'service'}_{extra.thing.id}"


def other_name(index: int) -> str:
    """The field with a value of the item that is in no field of the account's."""
    return f"other_{index}"


def present_values(around: Around) -> dict[str, str]:
    """The fields as the item is now."""
    item = around.view.item
    custom = item.custom or {}
    units = {_ids(extra): extra.units for extra in combined(item.extras)}
    return {
        **dict.fromkeys(around.names, ""),
        "service": str(item.service_id or ""),
        "units": str(item.units),
        "title": item.title or "",
        "notes": item.notes or "",
        **{extra_name(extra): str(units.get(_ids(_extra(extra, 1)), "")) for extra in around.extras},
        **{field_name(field): _shown(field, custom.get(field.title)) for field in around.fields},
        **{other_name(index): str(custom[name]) for index, name in enumerate(around.others)},
    }


def merged(around: Around, sent: Mapping[str, str]) -> dict[str, str]:
    """The fields where the item was changed since they were drawn: what was typed stays, the rest is as it is now."""
    present = present_values(around)
    was = _was(sent, present)
    typed = {name: value for name, value in sent.items() if value != was.get(name)}
    return {**present, **typed, "revision": str(around.view.item.revision)}


def read_change(around: Around, values: Values) -> ItemPatch:
    """What was changed in the form; what can't be read is a fault of the values."""
    sent = values.sent
    was = _was(sent, present_values(around))
    changed = {name for name, value in sent.items() if _plain(value) != _plain(was.get(name, ""))}
    fields: dict[str, Any] = {}
    for name in changed & TEXTS.keys():
        values.faults |= _text_faults(name, values.text(name), TEXTS[name])
        fields[name] = values.text(name) or None
    if "service" in changed and around.services:
        fields["service_id"] = values.id("service")
    if changed & {"service", "length"} and around.services:
        fields["ends_at"] = _end(around, values)
    if "units" in changed:
        fields["units"] = values.number("units", 1)
    if changed & set(map(extra_name, around.extras)):
        fields["extras"] = _extras(around, values)
    customer = values.text("customer")
    if customer == NOBODY:
        fields["customer_id"] = None
    elif customer not in ("", NEW):
        fields["customer_id"] = values.id("customer")
    custom = dict(_custom(around, values, changed))
    if custom:
        fields["custom"] = _without_blank({**(around.view.item.custom or {}), **custom})
    return _different(around.view.item, fields)


def _end(around: Around, values: Values) -> datetime:
    """The end that the length in minutes makes; without one that of another service, else the present one."""
    item, minutes = around.view.item, values.number("length")
    if not isinstance(minutes, int):
        is_same = values.id("service") == item.service_id
        length = None if is_same else around.durations.get(values.id("service"))
    elif 0 < minutes < _MOST_MINUTES:
        length = timedelta(minutes=minutes)
    else:
        length, values.faults["length"] = None, Message("fault.out_of_range")
    return item.ends_at if length is None else item.starts_at + length


def _different(item: Item, fields: Mapping[str, Any]) -> ItemPatch:
    return ItemPatch(**{name: value for name, value in fields.items() if value != getattr(item, name)})


def _was(sent: Mapping[str, str], present: Mapping[str, str]) -> Mapping[str, str]:
    """The fields as they were drawn."""
    try:
        return msgspec.json.decode(sent["was"], type=dict[str, str])
    except msgspec.DecodeError:
        return present


def _extras(around: Around, values: Values) -> tuple[Extra, ...]:
    units = [(extra, values.number(extra_name(extra), 0)) for extra in around.extras]
    return tuple(_extra(extra, count) for extra, count in units if count)


def _extra(extra: LinkedAddOn, units: int) -> Extra:
    ids = {"resource_id" if isinstance(extra.thing, Resource) else "service_id": extra.thing.id}
    return Extra(units, **ids)


def _ids(extra: Extra) -> tuple[int | None, int | None]:
    return extra.resource_id, extra.service_id


def _custom(around: Around, values: Values, changed: set[str]) -> Iterator[tuple[str, str]]:
    for field in around.fields:
        name = field_name(field)
        if name in changed:
            value = ON if field.kind == "checkbox" and values.text(name) else values.text(name)
            if reason := value_fault(field, value):
                values.faults[name] = Message(f"fault.{reason}")
            yield field.title, value
    for index, title in enumerate(around.others):
        name = other_name(index)
        if name in changed:
            values.faults |= _text_faults(name, values.text(name), LONGEST_TEXT)
            yield title, values.text(name)


def _without_blank(custom: Mapping[str, Any]) -> dict[str, Any] | None:
    return {name: value for name, value in custom.items() if value != ""} or None


def _shown(field: CustomField, value: object) -> str:
    if field.kind == "checkbox":
        return "yes" if value in (True, ON) else ""
    return "" if value is None else str(value)


def _text_faults(name: str, text: str, longest: int) -> dict[str, Message]:
    return {fault.field: Message(f"fault.{fault.reason}") for fault in text_faults(name, text, longest)}


def _plain(text: str) -> str:
    return text.strip().replace("\r\n", "\n")
