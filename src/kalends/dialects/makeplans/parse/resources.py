"""Resources, their exception dates, and providers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.paging import Paging, parse_page
from kalends.dialects.kit.patches import patch_of
from kalends.dialects.makeplans.fields import dates as of_dates
from kalends.dialects.makeplans.fields import resources as of_resources
from kalends.dialects.makeplans.fields.hours import changed, is_always, openings_of, week_from
from kalends.dialects.makeplans.parse.reader import OTHERS_A_PAGE, Reader, parse_fields
from kalends.engine.availability.openings import ExceptionQuery, Opening
from kalends.engine.catalog.assignment import ServiceAssignment, ServiceAssignmentPatch
from kalends.engine.catalog.resource import Resource, ResourcePatch
from kalends.engine.refusals import Fault

Days: TypeAlias = dict[date, Sequence[tuple[int, int]] | None]


class ResourceChange(msgspec.Struct, frozen=True):
    """What is to become of a resource, with the openings of those weekdays whose hours are to be others."""

    patch: ResourcePatch
    openings: list[Opening] | None
    weekdays: tuple[int, ...]


def parse_resource(params: Mapping[str, Any], ctx: Context) -> tuple[ResourcePatch, list[Opening] | None]:
    """A new resource and its weekly openings, None for always open. Raises Invalid."""
    fields = parse_fields(params, ctx, "resource", of_resources.RESOURCE, required=True)
    week = week_from(fields)
    return patch_of(ResourcePatch, fields), None if not week or is_always(week) else openings_of(week)


def parse_resource_change(
    params: Mapping[str, Any], ctx: Context, present: Resource, openings: Sequence[Opening]
) -> ResourceChange:
    """What is to become of a resource that has these openings: only what was sent. Raises Invalid."""
    fields = parse_fields(params, ctx, "resource", of_resources.RESOURCE)
    week = week_from(fields)
    if is_always(week):
        return ResourceChange(patch_of(ResourcePatch, {**fields, "always_open": True}), None, ())
    week = changed(week, present, openings)
    return ResourceChange(patch_of(ResourcePatch, fields), openings_of(week) if week else None, tuple(week))


def parse_exception_query(params: Mapping[str, Any], ctx: Context, resource_id: int) -> tuple[ExceptionQuery, Paging]:
    """Which exception dates of a resource a listing asks for, and which page of them. Raises Invalid."""
    paging = parse_page(params.get("page"), OTHERS_A_PAGE)
    asked = Reader(ctx, params).only(of_dates.HOURS)
    asked.pop("resource_ids", None)
    return ExceptionQuery(resource_id=resource_id, **asked, limit=paging.size, offset=paging.offset), paging


def parse_scope(params: Mapping[str, Any], ctx: Context) -> int | None:
    """The service that alone is meant, if one is. Raises Invalid."""
    service_id: int | None = Reader(ctx, params).only(of_resources.SCOPE).get("service_id")
    return service_id


def parse_exception_date(params: Mapping[str, Any], ctx: Context, day: date) -> tuple[Days, int | None]:
    """The hours of one date, None for the usual ones, and the service that alone is meant. Raises Invalid."""
    reader = Reader(ctx, params)
    sent = reader.object("resource_exception_date", required=True)
    scope = reader.fields(of_resources.SCOPE).get("service_id")
    found = reader.fields(of_resources.EXCEPTION_DATE, sent)
    if not reader.faults and not found.keys() & {"hours", "usual"}:
        reader.faults.append(Fault("hours", "blank"))
    reader.done()
    service_id: int | None = found.get("service_id") or scope
    return {day: None if found.get("usual") else found.get("hours")}, service_id


def parse_exception_dates(params: Mapping[str, Any], ctx: Context) -> dict[int | None, Days]:
    """The hours of many dates by the service that alone is meant; None is any. Raises Invalid."""
    reader = Reader(ctx, params)
    scope = reader.fields(of_resources.SCOPE).get("service_id")
    found: dict[int | None, Days] = {}
    for sent in _many(reader):
        one = reader.fields(of_resources.EXCEPTION_DATE, sent)
        if one.get("day") is None:
            reader.faults.append(Fault("day", "blank"))
            continue
        days = found.setdefault(one.get("service_id") or scope, {})
        days[one["day"]] = None if one.get("usual") else one.get("hours")
    reader.done()
    return found


def parse_provider(
    params: Mapping[str, Any], ctx: Context, present: ServiceAssignment | None = None, openings: Sequence[Opening] = ()
) -> tuple[ServiceAssignmentPatch, list[Opening] | None]:
    """A new provider and its hours, or what is to become of one, with all its hours if they are to be others.

    Raises Invalid.
    """
    fields = parse_fields(params, ctx, "provider", of_resources.PROVIDER, required=present is None)
    week = week_from(fields)
    patch = patch_of(ServiceAssignmentPatch, fields)
    if present is None:
        return patch, openings_of(week)
    week = changed(week, present, openings)
    kept = [opening for opening in openings if opening.weekday not in week]
    return patch, [*kept, *openings_of(week)] if week else None


def _many(reader: Reader) -> list[Mapping[str, Any]]:
    """The objects of a list, which a form may have as an object under any keys, in the order in which it has them.

    That is how Rails reads nested attributes; `kit.nested.listed` is PHP's way, where only numbers are keys of a list.
    """
    sent = reader.sent.get("resource_exception_dates")
    found = list(sent.values()) if isinstance(sent, Mapping) else sent
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        reader.faults.append(Fault("resource_exception_dates", "blank" if not sent else "invalid"))
        return []
    return found
