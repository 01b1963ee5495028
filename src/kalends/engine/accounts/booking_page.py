"""The booking page of an account, on which customers book for themselves: whether there is one, and what it says."""

import re
from collections.abc import Iterable

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.accounts.key import MOST_ORIGINS, is_origin, normalized_origins
from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT, raise_if_faults, range_faults, text_faults
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault

MOST_HOURS = 8760
MOST_SERVICES, MOST_PEOPLE = 3, 10
MOST_OF_LIMIT = 10_000
LIMITS = ("most_holds", "most_bookings", "most_of_contact")
_COLOUR = re.compile("#[0-9a-f]{6}")
_ADDRESS = re.compile(r"https?://[^\s/]+\S*")
_TEXTS = ("intro", "cancellation_terms", "consent", "retention")
_ADDRESSES = ("imprint_url", "privacy_url")


class BookingPage(msgspec.Struct, frozen=True, kw_only=True):
    """The page that customers of an account see; texts are "" where there is nothing to say.

    `active`: whether there is one. `colour` is the brand's, as `#1a5fb4`; "" is Kalends' own. `intro` stands at its
    head. `cancellation_terms` are shown before a booking is made and before it is cancelled. `consent` is what
    customers must agree to; `consent_version` counts its texts, and each booking keeps both as they were agreed to.
    `retention` says for how long personal data are kept. `frame_origins`: the origins of the sites whose pages may show
    it in a frame.
    `change_hours`: until how long before a time begins its customer may cancel and move it; 0 is until it begins.
    `most_services`: how many services one booking can have, one after another; `most_people`: for how many people at
    once it can be, each with a resource of their own.
    `most_holds`: how many times are held from one address in ten minutes; `most_bookings`: how many bookings are made
    from it in an hour; `most_of_contact`: and with one e-mail address or number in a day.
    """

    active: bool = False
    colour: str = ""
    intro: str = ""
    cancellation_terms: str = ""
    consent: str = ""
    consent_version: int = 0
    retention: str = ""
    imprint_url: str = ""
    privacy_url: str = ""
    frame_origins: tuple[str, ...] = ()
    change_hours: int = 0
    most_services: int = 1
    most_people: int = 1
    most_holds: int = 40
    most_bookings: int = 20
    most_of_contact: int = 10


class BookingPagePatch(Patch, frozen=True, kw_only=True):
    """Changes to a booking page."""

    active: bool | UnsetType = UNSET
    colour: str | UnsetType = UNSET
    intro: str | UnsetType = UNSET
    cancellation_terms: str | UnsetType = UNSET
    consent: str | UnsetType = UNSET
    retention: str | UnsetType = UNSET
    imprint_url: str | UnsetType = UNSET
    privacy_url: str | UnsetType = UNSET
    frame_origins: tuple[str, ...] | UnsetType = UNSET
    change_hours: int | UnsetType = UNSET
    most_services: int | UnsetType = UNSET
    most_people: int | UnsetType = UNSET
    most_holds: int | UnsetType = UNSET
    most_bookings: int | UnsetType = UNSET
    most_of_contact: int | UnsetType = UNSET


def changed_page(current: BookingPage, patch: BookingPagePatch) -> BookingPage:
    """The page with the patch applied; another text to agree to is the next version of it.

    Raises Invalid(colour: invalid; intro, cancellation_terms, consent, retention: invalid, too_long; imprint_url,
    privacy_url: invalid, too_long; frame_origins: invalid, too_many; change_hours, most_services,
    most_people, most_holds, most_bookings, most_of_contact: out_of_range).
    """
    if patch.colour is not UNSET:
        patch = msgspec.structs.replace(patch, colour=patch.colour.strip().lower())
    if patch.frame_origins is not UNSET:
        patch = msgspec.structs.replace(patch, frame_origins=normalized_origins(patch.frame_origins))
    page = patched(current, patch)
    raise_if_faults(_faults(page))
    if page.consent in ("", current.consent):
        return page
    return msgspec.structs.replace(page, consent_version=current.consent_version + 1)


def _faults(page: BookingPage) -> Iterable[Fault]:
    if page.colour and not _COLOUR.fullmatch(page.colour):
        yield Fault("colour", "invalid")
    for name in _TEXTS:
        yield from text_faults(name, getattr(page, name), LONGEST_TEXT)
    for name in _ADDRESSES:
        address = getattr(page, name)
        yield from text_faults(name, address, LONGEST_LINE)
        if address and not _ADDRESS.fullmatch(address):
            yield Fault(name, "invalid")
    yield from range_faults("change_hours", page.change_hours, 0, MOST_HOURS)
    yield from range_faults("most_services", page.most_services, 1, MOST_SERVICES)
    yield from range_faults("most_people", page.most_people, 1, MOST_PEOPLE)
    for name in LIMITS:
        yield from range_faults(name, getattr(page, name), 1, MOST_OF_LIMIT)
    if len(page.frame_origins) > MOST_ORIGINS:
        yield Fault("frame_origins", "too_many")
    if not all(is_origin(origin) for origin in page.frame_origins):
        yield Fault("frame_origins", "invalid")
