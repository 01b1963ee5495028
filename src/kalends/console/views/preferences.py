"""How somebody likes to see the day: kept in a cookie of the browser."""

import re
from collections.abc import Mapping

import msgspec

ZOOMS = ("normal", "large", "largest")
AXES = ("auto", "columns", "rows")
_FORM = re.compile(r"z([1-3])-([acr])-([ou])-([ct])((?:-\d{1,16}){0,500})", re.ASCII)


class Preferences(msgspec.Struct, frozen=True):
    """`zoom`: how large an hour is. `axis`: resources as columns or rows, or as their number suggests.
    `all_hours`: midnight to midnight. `without_time`: also what takes no time, such as what was cancelled.
    `hidden`: ids of resources that are left out."""

    zoom: str = "normal"
    axis: str = "auto"
    all_hours: bool = False
    without_time: bool = False
    hidden: frozenset[int] = frozenset()

    def encode(self) -> str:
        """As the cookie has it: letters, digits and hyphens."""
        hours, time = "u" if self.all_hours else "o", "c" if self.without_time else "t"
        return "-".join([f"z{ZOOMS.index(self.zoom) + 1}", self.axis[0], hours, time, *map(str, sorted(self.hidden))])


def read_preferences(cookie: str | None) -> Preferences:
    """Those that a cookie has; the usual ones if there is none, or not in this form."""
    match = _FORM.fullmatch(cookie or "")
    if match is None:
        return Preferences()
    axis = next(axis for axis in AXES if axis[0] == match[2])
    hidden = frozenset(int(number) for number in match[5].split("-") if number)
    return Preferences(ZOOMS[int(match[1]) - 1], axis, match[3] == "u", match[4] == "c", hidden)


def chosen(sent: Mapping[str, str], shown: frozenset[int], every: frozenset[int]) -> Preferences:
    """Those that somebody has chosen in the form: of `every` resource only those in `shown` are seen."""
    zoom = sent["zoom"] if sent["zoom"] in ZOOMS else ZOOMS[0]
    axis = sent["axis"] if sent["axis"] in AXES else "auto"
    hidden = every - shown if shown else frozenset[int]()
    return Preferences(zoom, axis, bool(sent["all_hours"]), bool(sent["without_time"]), hidden)
