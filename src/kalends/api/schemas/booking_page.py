"""The booking page of the account, on which customers book for themselves."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.engine.accounts.booking_page import MOST_PEOPLE, MOST_SERVICES
from kalends.engine.accounts.booking_page import BookingPage as EnginePage
from kalends.engine.accounts.booking_page import BookingPagePatch as EnginePatch
from kalends.engine.accounts.key import MOST_ORIGINS
from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT
from kalends.engine.patch import patch_from


def _text(example: str, description: str) -> Meta:
    return Meta(max_length=LONGEST_TEXT, description=description, examples=[example])


def _address(example: str, description: str) -> Meta:
    pattern = r"^(https?://[^\s/]+\S*)?$"
    return Meta(max_length=LONGEST_LINE, pattern=pattern, description=description, examples=[example])


Active = Annotated[bool, Meta(description="Whether there is a page.", examples=[True])]
Colour = Annotated[
    str, Meta(pattern="^(#[0-9A-Fa-f]{6})?$", description="The brand's; empty is Kalends' own.", examples=["#1a5fb4"])
]
Intro = Annotated[str, _text("Welcome to the clinic.", "What stands at its head.")]
Terms = Annotated[str, _text("Free until 24 hours before.", "Shown before a booking is made, and with it.")]
Consent = Annotated[str, _text("I agree to the terms.", "What customers must agree to; each booking keeps it.")]
ConsentVersion = Annotated[
    int, Meta(description="How many texts there were to agree to so far; this one is the last.", examples=[2])
]
Retention = Annotated[str, _text("We keep your details for three years.", "For how long personal data are kept.")]
Imprint = Annotated[str, _address("https://clinic.example/imprint", "Where the legal notice is.")]
Privacy = Annotated[str, _address("https://clinic.example/privacy", "Where the privacy notice is.")]
FrameOrigins = Annotated[
    list[str],
    Meta(
        max_length=MOST_ORIGINS,
        description="Origins of the sites whose pages may show it in a frame.",
        examples=[["https://www.clinic.example"]],
    ),
]
ChangeHours = Annotated[
    int,
    Meta(description="Until how many hours before a time begins its customer may cancel and move it.", examples=[24]),
]
MostServices = Annotated[
    int, Meta(description=f"Services of one booking, one after another, 1 to {MOST_SERVICES}.", examples=[2])
]
MostPeople = Annotated[
    int, Meta(description=f"People who come at once, each to another resource, 1 to {MOST_PEOPLE}.", examples=[2])
]
MostHolds = Annotated[int, Meta(description="Times held from one address in ten minutes.", examples=[40])]
MostBookings = Annotated[int, Meta(description="Bookings from one address in an hour.", examples=[20])]
MostOfContact = Annotated[int, Meta(description="Bookings with one e-mail address or number in a day.", examples=[10])]


class BookingPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is like; empty is what is not set."""

    active: Active
    colour: Colour
    intro: Intro
    cancellation_terms: Terms
    consent: Consent
    consent_version: ConsentVersion
    retention: Retention
    imprint_url: Imprint
    privacy_url: Privacy
    frame_origins: FrameOrigins
    change_hours: ChangeHours
    most_services: MostServices
    most_people: MostPeople
    most_holds: MostHolds
    most_bookings: MostBookings
    most_of_contact: MostOfContact


class BookingPagePatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of the page; what is left out stays."""

    active: Active | UnsetType = UNSET
    colour: Colour | UnsetType = UNSET
    intro: Intro | UnsetType = UNSET
    cancellation_terms: Terms | UnsetType = UNSET
    consent: Consent | UnsetType = UNSET
    retention: Retention | UnsetType = UNSET
    imprint_url: Imprint | UnsetType = UNSET
    privacy_url: Privacy | UnsetType = UNSET
    frame_origins: FrameOrigins | UnsetType = UNSET
    change_hours: ChangeHours | UnsetType = UNSET
    most_services: MostServices | UnsetType = UNSET
    most_people: MostPeople | UnsetType = UNSET
    most_holds: MostHolds | UnsetType = UNSET
    most_bookings: MostBookings | UnsetType = UNSET
    most_of_contact: MostOfContact | UnsetType = UNSET


def page_patch(sent: BookingPagePatch) -> EnginePatch:
    """What was sent, as the engine takes it."""
    patch = patch_from(EnginePatch, sent)
    if isinstance(sent.frame_origins, UnsetType):
        return patch
    return msgspec.structs.replace(patch, frame_origins=tuple(sent.frame_origins))


def shown_page(page: EnginePage) -> BookingPage:
    """The page as it is answered."""
    values = {name: getattr(page, name) for name in BookingPage.__struct_fields__}
    return BookingPage(**{**values, "frame_origins": list(page.frame_origins)})
