"""Businesses: the engine's sites."""

from collections.abc import Callable
from typing import Any

from kalends.dialects.cliniko.fields.filters import DATETIME, FLAG, ID, IDS, FilterField, Listing
from kalends.dialects.cliniko.fields.lists import ids
from kalends.dialects.cliniko.fields.time_zones import time_zone_label
from kalends.dialects.cliniko.fields.view import DOOR, RenderContext, list_of, self_link
from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable
from kalends.dialects.kit.fields import Computed, Field, PassThrough, from_row, renderer
from kalends.engine.catalog.site import Site
from kalends.engine.countries import COUNTRIES
from kalends.notices.countries import country_name

_line = codecs.text()
_blank_is_null = codecs.text(null="")
_information = codecs.text(5000)


def _read_country(value: Any, context: Any) -> str:
    """A country's code of two letters, "" for none. Unreadable: not_included, and as a text."""
    code = str(_blank_is_null.read(value, context)).strip().upper()
    if code and code not in COUNTRIES:
        raise Unreadable("not_included")
    return code


def _label(site: Site) -> str:
    return site.details.get(DOOR, {}).get("display_name") or site.name


def _country(site: Site) -> str | None:
    return country_name(site.country, "en") if site.country else None


def _appointment_types(context: RenderContext) -> Callable[[Site], list[str]]:
    return lambda site: [str(service_id) for service_id in context.services_at.get(site.id, ())]


BUSINESS = (
    Field("id", "id", codecs.identifier_text, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("archived_at", "archived_at", codecs.moment, "out"),
    Field("deleted_at", "archived_at", codecs.moment, "out"),
    Field("business_name", "name", _line),
    Field("address_1", "street", _blank_is_null),
    Field("city", "city", _blank_is_null),
    Field("post_code", "postcode", _blank_is_null),
    Field("country_code", "country", Codec(_read_country, takes_null=True, blank_is_null=True)),
    Field("email_reply_to", "email", _blank_is_null),
    Field("show_in_online_bookings", "public", codecs.flag),
    Field("time_zone", "time_zone", time_zone_label),
    Field("time_zone_identifier", "zone_name", time_zone_label, "in"),
    Field("time_zone_identifier", "time_zone", _line, "out"),
    Field("appointment_type_ids", "service_ids", ids, "in"),
    Computed("appointment_type_ids", _appointment_types),
    Computed("country", from_row(_country)),
    Computed("label", from_row(_label)),
    PassThrough("display_name", _line),
    PassThrough("address_2", _line),
    PassThrough("state", _line),
    PassThrough("contact_information", codecs.text(codecs.TEXT)),
    PassThrough("additional_information", _information),
    PassThrough("additional_invoice_information", _information),
    PassThrough("appointment_reminders_enabled", codecs.flag),
    PassThrough("business_registration_name", _line),
    PassThrough("business_registration_value", _line),
    PassThrough("website_address", _line),
    Computed("appointments", list_of("businesses", "appointments")),
    Computed("practitioners", list_of("businesses", "practitioners")),
    Computed("links", self_link("businesses")),
)

BUSINESSES = Listing(
    "businesses",
    (
        FilterField("id", "id", ID),
        FilterField("archived_at", "archived_at", DATETIME),
        FilterField("created_at", "created_at", DATETIME),
        FilterField("deleted_at", "archived_at", DATETIME),
        FilterField("updated_at", "updated_at", DATETIME),
        FilterField("appointment_type_ids", "service_ids", IDS),
        FilterField("show_in_online_bookings", "public", FLAG),
    ),
    hidden=("archived_at",),
)

business = renderer("Business", BUSINESS, door=DOOR)
