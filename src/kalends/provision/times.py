"""Holidays, weekly openings and exceptions as a description has them; a list that is named replaces what was there."""

from collections.abc import Mapping

from kalends.actions.availability.exceptions import set_resource_exceptions, set_site_exceptions
from kalends.actions.availability.holidays import list_calendars, set_calendar
from kalends.actions.catalog.resources import change_resource, openings_of
from kalends.actions.context import Context
from kalends.engine.availability.openings import HolidayCalendar
from kalends.engine.catalog.resource import Resource, ResourcePatch
from kalends.engine.catalog.site import Site
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description, Misdescribed, exception, openings
from kalends.provision.offer import walk
from kalends.provision.tables import DescribedCalendar, DescribedOpening


async def apply_calendars(ctx: Context, said: Description, applied: Applied) -> dict[str, int]:
    """The ids of all the account's calendars by name, those described as described."""
    known = await list_calendars(ctx)
    ids = {name: calendar_id for name, (calendar_id, _) in known.items()}
    for one in said.holiday_calendars:
        name = one.name
        wanted = _calendar(one)
        with error_context(f"holiday calendar {name}"):
            ids[name] = await set_calendar(ctx, name, wanted)
        applied.note(f"holiday calendar {name}", known[name][1] if name in known else None, wanted)
    return ids


async def apply_site_exceptions(
    ctx: Context, said: Description, sites: Mapping[str, Site], services: Mapping[str, int], applied: Applied
) -> None:
    """Exceptions of whole sites."""
    for one in said.sites:
        with error_context(f"site {one.name}"):
            if isinstance(one.exceptions, tuple):
                wanted = [exception(each, _service_ids(each.services, services)) for each in one.exceptions]
                if await set_site_exceptions(ctx, sites[one.name].id, wanted):
                    applied.change(f"site {one.name}")


async def apply_openings(
    ctx: Context, said: Description, offered: Mapping[str, Resource], services: Mapping[str, int], applied: Applied
) -> None:
    """Openings and exceptions of resources."""
    for name, _, one in walk(said.resources):
        resource_id = offered[name].id
        with error_context(f"resource {name}"):
            if isinstance(one.openings, tuple) and await _openings(ctx, one.openings, services, offered[name]):
                applied.change(f"resource {name}")
            if isinstance(one.exceptions, tuple):
                wanted = [exception(each, _service_ids(each.services, services)) for each in one.exceptions]
                if await set_resource_exceptions(ctx, resource_id, wanted):
                    applied.change(f"resource {name}")


def _calendar(described: DescribedCalendar) -> HolidayCalendar:
    days = tuple(sorted({one.day: one.title for one in described.days}.items()))
    return HolidayCalendar(described.country, described.subdivision, days)


async def _openings(
    ctx: Context, said: tuple[DescribedOpening, ...], services: Mapping[str, int], resource: Resource
) -> bool:
    wanted = [opening for one in said for opening in openings(one, _service_ids(one.services, services))]
    present = (await openings_of(ctx, [resource.id]))[resource.id]
    if set(present) == set(wanted):
        return False
    await change_resource(ctx, resource.id, ResourcePatch(always_open=resource.always_open), wanted)
    return True


def _service_ids(titles: tuple[str, ...] | None, services: Mapping[str, int]) -> frozenset[int] | None:
    if titles is None:
        return None
    if strange := sorted(set(titles) - services.keys()):
        raise Misdescribed(f"there is no service `{strange[0]}`")
    return frozenset(services[title] for title in titles)
