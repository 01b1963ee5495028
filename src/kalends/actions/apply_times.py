"""Holidays, weekly openings and exceptions as a description has them; a list that is named replaces what was there."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.actions.access import internal
from kalends.actions.applied import Applied, placed
from kalends.actions.apply_offer import walk
from kalends.actions.context import Context
from kalends.actions.noting import note_images
from kalends.actions.resources import change_resource
from kalends.engine.catalogue import Resource, Site
from kalends.engine.described import SaidCalendar, SaidException, SaidOpening
from kalends.engine.description import Description, Misdescribed, exception, openings
from kalends.engine.openings import HolidayCalendar, holidays_between
from kalends.store.exceptions import find_calendars, find_exceptions, save_calendar, save_exceptions
from kalends.store.openings import find_openings


@internal
async def apply_calendars(ctx: Context, said: Description, applied: Applied) -> dict[str, int]:
    """The ids of all the account's calendars by name, those described as described."""
    known = await find_calendars(ctx.db, ctx.account.id)
    ids = {name: calendar_id for name, (calendar_id, _) in known.items()}
    for one in said.holiday_calendars:
        with placed(f"holiday calendar {one.name}"):
            wanted = _calendar(ctx, one)
        present = known[one.name][1] if one.name in known else None
        applied.note(f"holiday calendar {one.name}", present, wanted)
        if present != wanted:
            ids[one.name] = await save_calendar(ctx.db, ctx.account.id, one.name, wanted)
            told = {"name": one.name, **msgspec.structs.asdict(wanted)}
            before = None if present is None else {"name": one.name, **msgspec.structs.asdict(present)}
            await note_images(ctx, "change" if before else "add", "holiday_calendar", ids[one.name], before, told)
    return ids


@internal
async def apply_site_exceptions(
    ctx: Context, said: Description, sites: Mapping[str, Site], services: Mapping[str, int], applied: Applied
) -> None:
    """Exceptions of whole sites."""
    for one in said.sites:
        with placed(f"site {one.name}"):
            if await _exceptions(ctx, one.exceptions, services, site_id=sites[one.name].id):
                applied.change(f"site {one.name}")


@internal
async def apply_openings(
    ctx: Context, said: Description, offered: Mapping[str, Resource], services: Mapping[str, int], applied: Applied
) -> None:
    """Openings and exceptions of resources."""
    for name, _, one in walk(said.resources):
        resource_id = offered[name].id
        with placed(f"resource {name}"):
            if isinstance(one.openings, tuple) and await _openings(ctx, one.openings, services, offered[name]):
                applied.change(f"resource {name}")
            if await _exceptions(ctx, one.exceptions, services, resource_id=resource_id):
                applied.change(f"resource {name}")


def _calendar(ctx: Context, said: SaidCalendar) -> HolidayCalendar:
    days = tuple(sorted({one.day: one.title for one in said.days}.items()))
    calendar = HolidayCalendar(said.country, said.subdivision, days)
    # Asked once, so that a country that nobody knows is refused here and not on somebody's booking.
    holidays_between(calendar, ctx.now.date(), ctx.now.date())
    return calendar


async def _openings(
    ctx: Context, said: tuple[SaidOpening, ...], services: Mapping[str, int], resource: Resource
) -> bool:
    wanted = [opening for one in said for opening in openings(one, _service_ids(one.services, services))]
    present = (await find_openings(ctx.db, ctx.account.id, [resource.id]))[resource.id]
    if set(present) == set(wanted):
        return False
    await change_resource(ctx, resource.id, {"always_open": resource.always_open}, wanted)
    return True


async def _exceptions(ctx: Context, said: Any, services: Mapping[str, int], **owner: int) -> bool:
    if not isinstance(said, tuple):
        return False
    ones: tuple[SaidException, ...] = said
    wanted = [exception(one, _service_ids(one.services, services)) for one in ones]
    present = await find_exceptions(ctx.db, ctx.account.id, **owner)
    if set(present) == set(wanted):
        return False
    await save_exceptions(ctx.db, ctx.account.id, ctx.now, wanted, **owner)
    ((column, subject_id),) = owner.items()
    told = {"exceptions": present}, {"exceptions": wanted}
    await note_images(ctx, "except", column.removesuffix("_id"), subject_id, *told)
    return True


def _service_ids(titles: tuple[str, ...] | None, services: Mapping[str, int]) -> frozenset[int] | None:
    if titles is None:
        return None
    if strange := sorted(set(titles) - services.keys()):
        raise Misdescribed(f"there is no service `{strange[0]}`")
    return frozenset(services[title] for title in titles)
