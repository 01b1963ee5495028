"""Facilities: the engine's sites. Source: Bookio reference, "Returns a list of CGM facilities"."""

from collections.abc import Callable
from typing import Any

from kalends.dialects.bookio.fields.view import RenderContext
from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Computed, Field, Line, from_row, renderer
from kalends.engine.catalog.site import Site
from kalends.engine.countries import country_code
from kalends.notices.countries import country_name


def _address(context: RenderContext) -> Callable[[Site], dict[str, Any]]:
    def address(site: Site) -> dict[str, Any]:
        country = {"name": country_name(site.country, context.language), "code": country_code(site.country)}
        gps = {"latitude": site.latitude, "longitude": site.longitude}
        return {
            "street": site.street,
            "city": site.city,
            "postcode": _postcode(site.postcode),
            "country": country if site.country else None,
            "gps": gps if site.latitude is not None and site.longitude is not None else None,
        }

    return address


def _postcode(postcode: str) -> int | str | None:
    """A number, as in the page's example; a text where a number would lose letters or zeros."""
    digits = postcode.replace(" ", "")
    if digits.isascii() and digits.isdecimal() and not digits.startswith("0") and len(digits) <= 10:
        return int(digits)
    return postcode or None


def _contact(site: Site) -> dict[str, str | None]:
    return {"phone": site.phone or None, "email": site.email or None}


FACILITY: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("name", "name", codecs.text(), "out"),
    Computed("address", _address),
    Computed("contact", from_row(_contact)),
    Field("timeZone", "time_zone", codecs.text(), "out"),
)

facility = renderer("Facility", FACILITY)
