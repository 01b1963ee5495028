"""Times as fields of forms have them: on the wall of a site, `2027-03-01T10:00`, and which of two that are the same."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kalends.engine.refusals import Fault, Invalid, RepeatedTime
from kalends.engine.time.clock import FIRST_YEAR, LAST_YEAR, from_exact_wall
from kalends.notices.messages.language import is_ambiguous

_WALL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)


def wall_text(local: datetime) -> str:
    """The field for a time of the zone."""
    return f"{local:%Y-%m-%dT%H:%M}"


def fold_of(local: datetime) -> int:
    """1 for the second of two times that the wall shows alike, else 0."""
    return int(local.fold and is_ambiguous(local))


def read_wall(text: str, fold: str, zone: ZoneInfo, field: str) -> datetime:
    """The moment, in UTC, of a time in a field; of two that are the same the first unless `fold` is "1".

    Raises Invalid(field: blank, invalid, out_of_range), SkippedTime(field).
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
        return repeated.readings[fold == "1"].astimezone(UTC)
