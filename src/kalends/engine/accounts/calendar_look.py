"""How a staff user likes to look at the calendar of a site: kept with the user, and the same in all browsers."""

from typing import Literal

import msgspec

Zoom = Literal["normal", "large", "largest"]
Axis = Literal["auto", "columns", "rows"]
MOST_HIDDEN = 5000


class CalendarLook(msgspec.Struct, frozen=True):
    """`zoom`: how large an hour is. `axis`: resources as columns or rows, or as their number suggests.
    `all_hours`: midnight to midnight. `without_time`: also what takes no time, such as what was cancelled.
    `without_weekends`: weeks are shown from Monday to Friday. `hidden`: ids of resources that are left out."""

    zoom: Zoom = "normal"
    axis: Axis = "auto"
    all_hours: bool = False
    without_time: bool = False
    without_weekends: bool = False
    hidden: frozenset[int] = frozenset()
