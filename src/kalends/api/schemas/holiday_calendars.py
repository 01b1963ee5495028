"""Holiday calendars: public holidays and an account's own, on which sites are closed."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import HolidayCalendarId, write_id
from kalends.api.schemas.holidays import Holiday
from kalends.engine.availability.holidays import HolidayCalendar as EngineCalendar
from kalends.engine.limits import LONGEST_LINE

MOST_DAYS = 1000
Name = Annotated[str, Meta(extra={"form": "named"}, max_length=LONGEST_LINE, examples=["Norway"])]
Country = Annotated[
    str, Meta(max_length=2, description="ISO 3166-1; its public holidays are in the calendar.", examples=["NO"])
]
Subdivision = Annotated[str, Meta(max_length=LONGEST_LINE, description="ISO 3166-2, without the country.")]


class HolidayCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar of holidays."""

    id: HolidayCalendarId
    name: Name
    country: Country | None
    subdivision: Annotated[Subdivision | None, Meta(examples=[None])]
    days: Annotated[list[Holiday], Meta(description="Own days; their titles replace those of public holidays.")]


class OwnHoliday(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day of the account's own."""

    date: Annotated[date, Meta(examples=["2027-05-17"])]
    title: Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Summer party"])] = ""


class HolidayCalendarInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole calendar of this name."""

    name: Name
    country: Country | UnsetType | None = UNSET
    subdivision: Annotated[Subdivision | UnsetType | None, Meta(examples=[None])] = UNSET
    days: Annotated[list[OwnHoliday], Meta(max_length=MOST_DAYS)] = []


def read_calendar(sent: HolidayCalendarInput) -> EngineCalendar:
    """What was sent, as the engine takes it."""
    days = tuple((day.date, day.title) for day in sent.days)
    return EngineCalendar(sent.country or None, sent.subdivision or None, days)


def shown_calendar(name: str, calendar_id: int, calendar: EngineCalendar) -> HolidayCalendar:
    """A calendar as it is answered."""
    return HolidayCalendar(
        id=write_id("holiday_calendar", calendar_id),
        name=name,
        country=calendar.country,
        subdivision=calendar.subdivision,
        days=[Holiday(date=day, title=title) for day, title in sorted(calendar.days)],
    )


def shown_calendars(calendars: Mapping[str, tuple[int, EngineCalendar]]) -> list[HolidayCalendar]:
    """Calendars as they are answered, by name."""
    return [shown_calendar(name, *calendars[name]) for name in sorted(calendars)]
