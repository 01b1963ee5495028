"""Requests about resources, their exception dates, and providers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.paging import Paging, parse_page
from kalends.dialects.kit.patches import patch_of
from kalends.dialects.makeplans.fields import dates as of_dates
from kalends.dialects.makeplans.fields import resources as of_resources
from kalends.dialects.makeplans.parse.hours import changed_days, is_always_open, take_week, weekly_openings
from kalends.dialects.makeplans.parse.reader import OTHERS_A_PAGE, Reader, parse_fields
from kalends.engine.availability.exception_days import ExceptionQuery
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.assignment import ServiceAssignment, ServiceAssignmentPatch
from kalends.engine.catalog.resource import Resource, ResourcePatch
from kalends.engine.refusals import Fault

HoursByDay: TypeAlias = dict[date, Sequence[tuple[int, int]] | None]
"""Pairs of minutes on dates: none when closed, None for the usual hours."""


_ONE = "resource_exception_date", "exception_date"
_MANY = "resource_exception_dates", "exception_dates"
_HOURS = {"opening_hours", "_destroy"}


class ResourceChange(msgspec.Struct, frozen=True):
    """The fields of a resource that were sent, and new openings for the weekdays whose hours change."""

    patch: ResourcePatch
    openings: list[Opening] | None
    weekdays: tuple[int, ...]


def parse_resource(params: Mapping[str, Any], ctx: Context) -> tuple[ResourcePatch, list[Opening] | None]:
    """A new resource and its weekly openings, None for always open.

    Raises Invalid(resource: blank; open_0 to open_6: invalid; and any field that can't be read).
    """
    fields = parse_fields(params, ctx, "resource", of_resources.RESOURCE, required=True)
    week = take_week(fields)
    return patch_of(ResourcePatch, fields), None if not week or is_always_open(week) else weekly_openings(week)


def parse_resource_change(
    params: Mapping[str, Any], ctx: Context, present: Resource, openings: Sequence[Opening]
) -> ResourceChange:
    """A change of a resource with these openings: only the fields that were sent.

    Raises Invalid(open_0 to open_6: invalid; and any field that can't be read).
    """
    fields = parse_fields(params, ctx, "resource", of_resources.RESOURCE)
    sent = take_week(fields)
    week = changed_days(sent, present, openings)
    if week and is_always_open(sent):
        return ResourceChange(patch_of(ResourcePatch, {**fields, "always_open": True}), None, ())
    return ResourceChange(patch_of(ResourcePatch, fields), weekly_openings(week) if week else None, tuple(week))


def parse_provider(params: Mapping[str, Any], ctx: Context) -> tuple[ServiceAssignmentPatch, list[Opening]]:
    """A new provider and its weekly openings. Raises Invalid(provider: blank; and any field that can't be read)."""
    fields = parse_fields(params, ctx, "provider", of_resources.PROVIDER, required=True)
    week = take_week(fields)
    return patch_of(ServiceAssignmentPatch, fields), weekly_openings(week)


def parse_provider_change(
    params: Mapping[str, Any], ctx: Context, present: ServiceAssignment, openings: Sequence[Opening]
) -> tuple[ServiceAssignmentPatch, list[Opening] | None]:
    """A change of a provider with these openings: only the fields that were sent, and all its openings if any changes.

    Raises Invalid(any field that can't be read).
    """
    fields = parse_fields(params, ctx, "provider", of_resources.PROVIDER)
    week = changed_days(take_week(fields), present, openings)
    kept = [opening for opening in openings if opening.weekday not in week]
    return patch_of(ServiceAssignmentPatch, fields), [*kept, *weekly_openings(week)] if week else None


def parse_exception_query(params: Mapping[str, Any], ctx: Context, resource_id: int) -> tuple[ExceptionQuery, Paging]:
    """The query of a listing of a resource's exception dates, and its page. Raises Invalid(what can't be read)."""
    paging = parse_page(params.get("page"), OTHERS_A_PAGE)
    filters = Reader(ctx, params).only(of_dates.HOURS)
    filters.pop("resource_ids", None)
    return ExceptionQuery(resource_id=resource_id, **filters, limit=paging.size, offset=paging.offset), paging


def parse_scope(params: Mapping[str, Any], ctx: Context) -> int | None:
    """The id of the only service that exception dates are for, None for all. Raises Invalid(what can't be read)."""
    service_id: int | None = Reader(ctx, params).only(of_resources.SCOPE).get("service_id")
    return service_id


def parse_exception_date(params: Mapping[str, Any], ctx: Context, day: date) -> tuple[HoursByDay, int | None]:
    """The hours of one date, and the id of the only service that they are for, None for all.

    Raises Invalid(resource_exception_date, hours: blank; and any field that can't be read).
    """
    reader = Reader(ctx, params)
    sent = _exception_date(reader) or reader.object("resource_exception_date", required=True)
    scope = reader.fields(of_resources.SCOPE).get("service_id")
    fields = reader.fields(of_resources.EXCEPTION_DATE, sent)
    if not reader.faults and not fields.keys() & {"hours", "usual"}:
        reader.faults.append(Fault("hours", "blank"))
    reader.done()
    service_id: int | None = fields.get("service_id") or scope
    return {day: _hours(fields)}, service_id


def parse_exception_dates(params: Mapping[str, Any], ctx: Context) -> dict[int | None, HoursByDay]:
    """The hours of many dates, by the id of the only service that they are for, None for all.

    Raises Invalid(resource_exception_dates: blank, invalid; day: blank; and any field that can't be read).
    """
    reader = Reader(ctx, params)
    scope = reader.fields(of_resources.SCOPE).get("service_id")
    by_service: dict[int | None, HoursByDay] = {}
    for sent in _exception_dates(reader):
        fields = reader.fields(of_resources.EXCEPTION_DATE, sent)
        if fields.get("day") is None:
            reader.faults.append(Fault("day", "blank"))
            continue
        by_service.setdefault(fields.get("service_id") or scope, {})[fields["day"]] = _hours(fields)
    reader.done()
    return by_service


def _hours(fields: Mapping[str, Any]) -> Sequence[tuple[int, int]] | None:
    """The pairs of minutes of an exception date, None for the usual hours."""
    return None if fields.get("usual") else fields.get("hours")


def _exception_date(reader: Reader) -> Mapping[str, Any] | None:
    """The object of one exception date: by its name, by its short name, inside `resource`, or the request itself."""
    places = _places(reader)
    named = [found for found in _placed(reader, *_ONE) if found and isinstance(found, Mapping)]
    return next(iter([*named, *(place for place in places if place.keys() & _HOURS)]), None)


def _placed(reader: Reader, *names: str) -> list[Any]:
    return [place.get(name) for place in _places(reader) for name in names]


def _places(reader: Reader) -> list[Mapping[str, Any]]:
    resource = reader.sent.get("resource")
    return [reader.sent, *([resource] if isinstance(resource, Mapping) else [])]


def _exception_dates(reader: Reader) -> list[Mapping[str, Any]]:
    """The objects of the list, which a form may send as an object with any keys, in its order.

    That is how Rails reads nested attributes; `kit.nested.listed` is PHP's way, where only numbers are keys of a list.
    """
    sent = next((found for found in _placed(reader, *_MANY) if found), None)
    if not sent and (single := _exception_date(reader)):
        return [single]
    objects = list(sent.values()) if isinstance(sent, Mapping) else sent
    if not isinstance(objects, list) or not all(isinstance(element, Mapping) for element in objects):
        reader.faults.append(Fault("resource_exception_dates", "blank" if not sent else "invalid"))
        return []
    return objects
