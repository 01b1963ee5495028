"""Times as fields of forms have them: on the wall of a site, `2027-03-01T10:00`, and which of two that are the same."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from kalends.console.at_site import AtSite
from kalends.console.views.forms import Choice, Field, own_name
from kalends.console.views.times import Times
from kalends.engine.refusals import Fault, Invalid, RepeatedTime
from kalends.engine.time.clock import FIRST_YEAR, LAST_YEAR, from_exact_wall
from kalends.notices.messages.language import is_ambiguous

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WALL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)


def wall_text(local: datetime) -> str:
    """The field for a time of the zone."""
    return f"{local:%Y-%m-%dT%H:%M}"


def minutes_later(text: str, minutes: str) -> str:
    """The field for a time so many minutes after another, on the wall; "" if that can't be read."""
    try:
        return wall_text(
            datetime.fromisoformat(text if _WALL.fullmatch(text) else "") + timedelta(minutes=int(minutes))
        )
    except (ValueError, OverflowError):
        return ""


def read_day(text: str) -> date | None:
    """The date that an address or a field names; None if it is none that can be shown."""
    try:
        day = date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        return None
    return day if FIRST_YEAR < day.year < LAST_YEAR else None


def fold_of(local: datetime) -> int:
    """1 for the second of two times that the wall shows alike, else 0."""
    return int(local.fold and is_ambiguous(local))


def read_wall(text: str, fold: str, zone: ZoneInfo, field: str) -> datetime:
    """The moment, in UTC, of a time in a field; of two that are the same the first if `fold` is "0", the second if it
    is "1".

    Raises Invalid(field: blank, invalid, out_of_range), SkippedTime(field), RepeatedTime(field) if none is chosen.
    """
    if not text:
        raise Invalid(Fault(field, "blank"))
    try:
        naive = datetime.fromisoformat(text if _WALL.fullmatch(text) else "")
    except ValueError:
        raise Invalid(Fault(field, "invalid")) from None
    if not FIRST_YEAR <= naive.year <= LAST_YEAR:
        raise Invalid(Fault(field, "out_of_range"))
    try:
        return from_exact_wall(naive, zone, field)
    except RepeatedTime as repeated:
        if fold not in ("0", "1"):
            raise
        return repeated.readings[fold == "1"].astimezone(UTC)


def which_of_two(at: AtSite | Times, name: str, text: str, fold: str) -> tuple[Field, ...]:
    """The field by which one of two times is chosen that the wall shows alike; none for other times."""
    try:
        naive = datetime.fromisoformat(text).replace(tzinfo=at.zone)
    except ValueError:
        return ()
    if not is_ambiguous(naive):
        return ()
    times = [Choice(str(each), own_name(at.words.hour(naive.replace(fold=each)))) for each in (0, 1)]
    return (Field(name, "time.which", kind="select", value=fold, choices=(Choice("", "time.choose"), *times)),)
