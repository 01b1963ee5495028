"""The booking page of the account, on which customers book for themselves: where it is, and the form to set it up."""

from collections.abc import Mapping

import msgspec

from kalends.console.values import Values
from kalends.console.views.forms import Form, Group
from kalends.console.views.records import Fields
from kalends.engine.accounts.booking_page import (
    MOST_HOURS,
    MOST_OF_LIMIT,
    MOST_PEOPLE,
    MOST_SERVICES,
    BookingPage,
    BookingPagePatch,
)
from kalends.engine.version import version_of

PATH = "/settings/booking-page"
_OWN_COLOUR = "own_colour"
FIELDS = (*BookingPage.__struct_fields__, _OWN_COLOUR)
_TEXTS = ("intro", "cancellation_terms", "consent", "retention", "imprint_url", "privacy_url")
_LIMITS = {
    "most_holds": "bookingpage.most_holds_hint",
    "most_bookings": "bookingpage.most_bookings_hint",
    "most_of_contact": "bookingpage.most_of_contact_hint",
}
_USUAL_COLOUR = "#1a5fb4"
"""What the field begins with, as it can't be empty."""


class PageAddress(msgspec.Struct, frozen=True):
    """Where the page is, and the address of the script that shows it within other pages."""

    account: str
    url: str
    script: str


def page_address(account: str, base: str) -> PageAddress:
    """The address of an account's page; `base` is that of all booking pages, without a slash at its end."""
    return PageAddress(account, f"{base}/{account}", f"{base}/widget.js")


def page_form(page: BookingPage) -> Form:
    """The form to change the page."""
    values = {
        _OWN_COLOUR: bool(page.colour),
        "colour": page.colour or _USUAL_COLOUR,
        "frame_origins": "\n".join(page.frame_origins),
    }
    fields = Fields("bookingpage", page, values)
    brand = (fields.tick(_OWN_COLOUR), fields.line("colour", "color", hint="bookingpage.colour_hint"))
    changes = (
        fields.number("change_hours", required=True, hint="bookingpage.change_hours_hint", max=str(MOST_HOURS)),
        fields.text("cancellation_terms", hint="bookingpage.cancellation_terms_hint"),
    )
    several = (
        fields.number("most_services", required=True, hint="bookingpage.most_services_hint", max=str(MOST_SERVICES)),
        fields.number("most_people", required=True, hint="bookingpage.most_people_hint", max=str(MOST_PEOPLE)),
    )
    limits = tuple(
        fields.number(name, required=True, hint=hint, max=str(MOST_OF_LIMIT)) for name, hint in _LIMITS.items()
    )
    law = (
        fields.text("consent", hint="bookingpage.consent_hint"),
        fields.text("retention", hint="bookingpage.retention_hint"),
        fields.line("imprint_url", "url"),
        fields.line("privacy_url", "url"),
    )
    parts = (
        fields.tick("active", hint="bookingpage.active_hint"),
        Group("bookingpage.looks", (*brand, fields.text("intro", hint="bookingpage.intro_hint"))),
        Group("bookingpage.several", several, beside=True),
        Group("bookingpage.changes", changes),
        Group("bookingpage.law", law),
        Group("bookingpage.limits", limits, beside=True),
        Group("bookingpage.within", (fields.text("frame_origins", hint="bookingpage.frame_origins_hint"),)),
    )
    return Form(PATH, parts, "form.save", hidden={"version": version_of(page)})


def sent_page(sent: Mapping[str, str]) -> tuple[BookingPagePatch, Values]:
    """What the form says of the page, and what could not be read of it. A colour counts only if it is to be used."""
    values = Values(sent)
    patch = BookingPagePatch(
        active=values.flag("active"),
        colour=values.text("colour") if values.flag(_OWN_COLOUR) else "",
        frame_origins=tuple(values.text("frame_origins").split()),
        change_hours=values.needed(values.number, "change_hours"),
        most_services=values.needed(values.number, "most_services"),
        most_people=values.needed(values.number, "most_people"),
        most_holds=values.needed(values.number, "most_holds"),
        most_bookings=values.needed(values.number, "most_bookings"),
        most_of_contact=values.needed(values.number, "most_of_contact"),
        **{name: values.text(name) for name in _TEXTS},
    )
    return patch, values
