"""Holidays, weekly openings and exceptions as a description has them; a list that is named replaces what was there."""

from collections.abc import Mapping

import msgspec
from msgspec import UNSET, UnsetType

from kalends.actions.access import internal
from kalends.actions.applied import Applied, error_context
from kalends.actions.apply_offer import walk
from kalends.actions.context import Context
from kalends.actions.noting import note_images
from kalends.actions.resources import change_resource
from kalends.engine.catalogue import Resource, ResourcePatch
from kalends.engine.described import DescribedCalendar, DescribedException, DescribedOpening
from kalends.engine.description import Description, Misdescribed, exception, openings
from kalends.engine.openings import HolidayCalendar, holidays_between
from kalends.engine.site import Site
from kalends.store.exceptions import find_calendars, find_exceptions, save_calendar, save_exceptions
from kalends.store.openings import find_openings


@internal
async def apply_calendars(ctx: Context, said: Description, applied: Applied) -> dict[str, int]:
    """The ids of all the account's calendars by name, those described as described."""
    known = await find_calendars(ctx.db, ctx.account.id)
    ids = {name: calendar_id for name, (calendar_id, _) in known.items()}
    for one in said.holiday_calendars:
        name = one.name
        with error_context(f"holiday calendar {name}"):
            wanted = _calendar(ctx, one)
        present = known[name][1] if name in known else None
        applied.note(f"holiday calendar {name}", present, wanted)
        if present != wanted:
            ids[name] = await save_calendar(ctx.db, ctx.account.id, name, wanted)
            after = {"name": name, **msgspec.structs.asdict(wanted)}
            before = {"name": name, **msgspec.structs.asdict(present)} if present else None
            await note_images(ctx, "change" if before else "add", "holiday_calendar", ids[name], before, after)
    return ids


@internal
async def apply_site_exceptions(
    ctx: Context, said: Description, sites: Mapping[str, Site], services: Mapping[str, int], applied: Applied
) -> None:
    """Exceptions of whole sites."""
    for one in said.sites:
        with error_context(f"site {one.name}"):
            if await _exceptions(ctx, one.exceptions, services, site_id=sites[one.name].id):
                applied.change(f"site {one.name}")


@internal
async def apply_openings(
    ctx: Context, said: Description, offered: Mapping[str, Resource], services: Mapping[str, int], applied: Applied
) -> None:
    """Openings and exceptions of resources."""
    for name, _, one in walk(said.resources):
        resource_id = offered[name].id
        with error_context(f"resource {name}"):
            if isinstance(one.openings, tuple) and await _openings(ctx, one.openings, services, offered[name]):
                applied.change(f"resource {name}")
            if await _exceptions(ctx, one.exceptions, services, resource_id=resource_id):
                applied.change(f"resource {name}")


def _calendar(ctx: Context, said: DescribedCalendar) -> HolidayCalendar:
    days = tuple(sorted({one.day: one.title for one in said.days}.items()))
    calendar = HolidayCalendar(said.country, said.subdivision, days)
    # Asked once, so that a country that nobody knows is refused here and not on somebody's booking.
    holidays_between(calendar, ctx.now.date(), ctx.now.date())
    return calendar


async def _openings(
    ctx: Context, said: tuple[DescribedOpening, ...], services: Mapping[str, int], resource: Resource
) -> bool:
    wanted = [opening for one in said for opening in openings(one, _service_ids(one.services, services))]
    present = (await find_openings(ctx.db, ctx.account.id, [resource.id]))[resource.id]
    if set(present) == set(wanted):
        return False
    await change_resource(ctx, resource.id, ResourcePatch(always_open=resource.always_open), wanted)
    return True


async def _exceptions(
    ctx: Context,
    said: tuple[DescribedException, ...] | UnsetType,
    services: Mapping[str, int],
    *,
    site_id: int | None = None,
    resource_id: int | None = None,
) -> bool:
    """Have these be the exceptions of one site or of one resource; was it otherwise?"""
    if said is UNSET:
        return False
    wanted = [exception(one, _service_ids(one.services, services)) for one in said]
    present = await find_exceptions(ctx.db, ctx.account.id, site_id, resource_id)
    if set(present) == set(wanted):
        return False
    await save_exceptions(ctx.db, ctx.account.id, ctx.now, wanted, site_id=site_id, resource_id=resource_id)
    kind, subject_id = ("site", site_id) if resource_id is None else ("resource", resource_id)
    await note_images(ctx, "except", kind, subject_id or 0, {"exceptions": present}, {"exceptions": wanted})
    return True


def _service_ids(titles: tuple[str, ...] | None, services: Mapping[str, int]) -> frozenset[int] | None:
    if titles is None:
        return None
    if strange := sorted(set(titles) - services.keys()):
        raise Misdescribed(f"there is no service `{strange[0]}`")
    return frozenset(services[title] for title in titles)
