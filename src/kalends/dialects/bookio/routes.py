"""The door: its table of methods, paths, handlers and error names.

Only the two marked paths are known; the vendor's page has no paths, so all others are guessed from its path parameters.
They are answered under PUT, POST and PATCH alike, in camelCase and with hyphens. Source: Bookio reference, the names
of path parameters.
"""

import re
from importlib.resources import files

from kalends.dialects.bookio import error_names as names
from kalends.dialects.bookio.auth import key_of
from kalends.dialects.bookio.errors import answer
from kalends.dialects.bookio.fields.view import DOOR
from kalends.dialects.bookio.handlers import blocked_times, calendars, facilities, reservations
from kalends.dialects.kit.routing import Route, router_of
from kalends.web.door import Door, clean
from kalends.web.routing import Method

_CHANGE: tuple[Method, ...] = ("PUT", "POST", "PATCH")
_CALENDAR = "/calendars/{calendar_id:str}"
_RESERVATION = "/reservations/{reservation_id:str}"
_BLOCKED_TIME = "/blockedTimes/{blocked_time_id:str}"
_HYPHEN = re.compile("-([a-z])")

ROUTES: tuple[Route, ...] = (
    ("GET", "/facilities/cgm", facilities.listing, names.ANY),  # known
    ("GET", "/calendars", calendars.listing, names.CALENDARS),  # known
    ("POST", "/calendars", calendars.create, names.CALENDARS),
    (_CHANGE, _CALENDAR, calendars.replace, names.CALENDARS),
    (_CHANGE, f"{_CALENDAR}/end", calendars.end, names.CALENDARS),
    ("GET", "/reservations", reservations.listing, names.RESERVATIONS),
    ("POST", "/reservations", reservations.create, names.RESERVATIONS),
    (_CHANGE, f"{_RESERVATION}/status", reservations.set_status, names.RESERVATIONS),
    (_CHANGE, f"{_RESERVATION}/term", reservations.set_term, names.RESERVATIONS),
    (_CHANGE, f"{_RESERVATION}/sync", reservations.sync, names.RESERVATIONS),
    ("GET", "/blockedTimes", blocked_times.listing, names.BLOCKED_TIME_LIST),
    ("POST", "/blockedTimes", blocked_times.create, names.BLOCKED_TIMES),
    (_CHANGE, f"{_BLOCKED_TIME}/term", blocked_times.set_term, names.BLOCKED_TIMES),
    ("DELETE", _BLOCKED_TIME, blocked_times.remove, names.BLOCKED_TIMES),
)

router = router_of(ROUTES)


def camel_case(path: str) -> str:
    """The path with single slashes, `/blocked-times` as `/blockedTimes`."""
    return _HYPHEN.sub(lambda match: match[1].upper(), clean(path))


door = Door(
    name=DOOR,
    base_path="/bookio/public/api/v1",
    router=router,
    key_of=key_of,
    answer=answer,
    clean_path=camel_case,
    coverage=files("kalends.dialects.bookio").joinpath("COVERAGE.md").read_text(encoding="utf-8"),
    show_key="Authorization: Bearer TOKEN",
)
