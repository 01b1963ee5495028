"""Apply the described holiday calendars, weekly openings and exceptions. A list that is named replaces the old one."""

from collections.abc import Mapping

from msgspec import UNSET

from kalends.actions.availability.exceptions import set_resource_exceptions, set_site_exceptions
from kalends.actions.availability.holidays import list_calendars, set_calendar
from kalends.actions.catalog.resources import change_resource, list_openings
from kalends.actions.context import Context
from kalends.engine.availability.holidays import HolidayCalendar
from kalends.engine.availability.openings import OpeningException
from kalends.engine.catalog.resource import Resource, ResourcePatch
from kalends.engine.catalog.site import Site
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description, InvalidDescription, exception, openings
from kalends.provision.resources import walk
from kalends.provision.tables import DescribedCalendar, DescribedException, DescribedOpening


async def apply_calendars(ctx: Context, description: Description, applied: Applied) -> dict[str, int]:
    """Add or replace the described holiday calendars; returns the ids of all calendars by name."""
    existing = await list_calendars(ctx)
    ids = {name: calendar_id for name, (calendar_id, _) in existing.items()}
    for described in description.holiday_calendars:
        name, calendar = described.name, _calendar(described)
        with error_context(f"holiday calendar {name}"):
            ids[name] = await set_calendar(ctx, name, calendar)
        applied.note(f"holiday calendar {name}", existing[name][1] if name in existing else None, calendar)
    return ids


async def apply_site_exceptions(
    ctx: Context, description: Description, sites: Mapping[str, Site], services: Mapping[str, int], applied: Applied
) -> None:
    """Replace the exceptions of sites that have described ones."""
    for described in description.sites:
        with error_context(f"site {described.name}"):
            if described.exceptions is not UNSET:
                exceptions = _exceptions(described.exceptions, services)
                if await set_site_exceptions(ctx, sites[described.name].id, exceptions):
                    applied.change(f"site {described.name}")


async def apply_openings(
    ctx: Context,
    description: Description,
    resources: Mapping[str, Resource],
    services: Mapping[str, int],
    applied: Applied,
) -> None:
    """Replace the weekly openings and the exceptions of resources that have described ones."""
    for name, _, described in walk(description.resources):
        resource = resources[name]
        with error_context(f"resource {name}"):
            if described.openings is not UNSET and await _replace_openings(ctx, resource, described.openings, services):
                applied.change(f"resource {name}")
            if described.exceptions is not UNSET:
                exceptions = _exceptions(described.exceptions, services)
                if await set_resource_exceptions(ctx, resource.id, exceptions):
                    applied.change(f"resource {name}")


def _calendar(described: DescribedCalendar) -> HolidayCalendar:
    days = tuple(sorted({holiday.day: holiday.title for holiday in described.days}.items()))
    return HolidayCalendar(described.country, described.subdivision, days)


def _exceptions(described: tuple[DescribedException, ...], services: Mapping[str, int]) -> list[OpeningException]:
    return [exception(days, _service_ids(days.services, services)) for days in described]


async def _replace_openings(
    ctx: Context, resource: Resource, described: tuple[DescribedOpening, ...], services: Mapping[str, int]
) -> bool:
    """Replace the weekly openings of a resource; returns whether anything changed."""
    replacement = [
        opening for hours in described for opening in openings(hours, _service_ids(hours.services, services))
    ]
    present = (await list_openings(ctx, [resource.id]))[resource.id]
    if set(present) == set(replacement):
        return False
    await change_resource(ctx, resource.id, ResourcePatch(always_open=resource.always_open), replacement)
    return True


def _service_ids(titles: tuple[str, ...] | None, services: Mapping[str, int]) -> frozenset[int] | None:
    if titles is None:
        return None
    if unknown := sorted(set(titles) - services.keys()):
        raise InvalidDescription(f"there is no service `{unknown[0]}`")
    return frozenset(services[title] for title in titles)
