"""Time zones: their IANA names, and the labels by which the vendor's people know them."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from kalends.dialects.kit.codecs import Codec, Unreadable, write_only

# Labels that are not the city of the zone. Source: Cliniko reference, Time zone support.
_LABELS = {
    "International Date Line West": "Etc/GMT+12",
    "Hawaii": "Pacific/Honolulu",
    "Alaska": "America/Juneau",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Arizona": "America/Phoenix",
    "Mountain Time (US & Canada)": "America/Denver",
    "Central Time (US & Canada)": "America/Chicago",
    "Eastern Time (US & Canada)": "America/New_York",
    "Indiana (East)": "America/Indiana/Indianapolis",
    "Atlantic Time (Canada)": "America/Halifax",
    "Newfoundland": "America/St_Johns",
    "Wellington": "Pacific/Auckland",
    "Edinburgh": "Europe/London",
    "UTC": "Etc/UTC",
}
_SHOWN = {zone: label for label, zone in _LABELS.items() if label not in ("Wellington", "Edinburgh")}


@cache
def _by_city() -> dict[str, str]:
    """The zones by the city at the end of their names; of several the first in the order of the alphabet."""
    return {label(zone): zone for zone in sorted(available_timezones(), reverse=True)} | _LABELS


def label(zone: str) -> str:
    """What people call a zone: `Melbourne` for `Australia/Melbourne`."""
    return _SHOWN.get(zone) or zone.rpartition("/")[2].replace("_", " ")


def _read_label(value: Any, context: Any) -> str | None:
    """The zone of a label or of an IANA name. Unreadable: unknown."""
    if value == "":
        return None
    if not isinstance(value, str) or (value not in _by_city() and value not in available_timezones()):
        raise Unreadable("unknown")
    return _by_city().get(value, value)


time_zone_label = Codec(_read_label, write_only(label).writer)
"""A zone by its label; an IANA name is read, too."""
