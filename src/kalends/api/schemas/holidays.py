"""Holidays."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import SiteRef
from kalends.api.schemas.exceptions import FROM
from kalends.engine.time.clock import DAY

_USUAL_DAYS = 365


class Holiday(msgspec.Struct, frozen=True, kw_only=True):
    """A day on which a site is closed, unless an exception opens it."""

    date: Annotated[date, Meta(examples=["2027-05-17"])]
    title: Annotated[str, Meta(examples=["Grunnlovsdag"])]


class ListHolidays(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """Which holidays to list."""

    from_: Annotated[date | UnsetType, Meta(description="The first date; today if left out.")] = UNSET
    to: Annotated[date | UnsetType, Meta(description="The date after the last; a year later if left out.")] = UNSET
    site: SiteRef | UnsetType = UNSET


def holiday_dates(params: ListHolidays, today: date) -> tuple[date, date]:
    """The first and the last date that are asked for."""
    first = today if params.from_ is UNSET else params.from_
    return first, (first + DAY * _USUAL_DAYS if params.to is UNSET else params.to) - DAY


def shown_holiday(day: date, title: str) -> Holiday:
    """A holiday as it is answered."""
    return Holiday(date=day, title=title)
