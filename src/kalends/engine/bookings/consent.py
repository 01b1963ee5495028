"""What customers agree to when they book: the text of the account's booking page, as they were shown it."""

from datetime import datetime

import msgspec

from kalends.engine.accounts.booking_page import BookingPage
from kalends.engine.refusals import Fault, Invalid


class Consent(msgspec.Struct, frozen=True):
    """The text that was agreed to with a booking, its version, and when."""

    text: str
    version: int
    agreed_at: datetime


def is_agreed(page: BookingPage, version: int | None) -> bool:
    """Whether who agreed to this version of the page's text (None: to none) may book: nobody agrees to a text that they
    were not shown."""
    return not page.consent or version == page.consent_version


def consent_to(page: BookingPage, version: int | None, now: datetime) -> Consent | None:
    """What is agreed to with this version of the page's text; None if there is nothing to agree to.

    Raises Invalid(consent: blank) without a version, and for one that is not that of the present text.
    """
    if not is_agreed(page, version):
        raise Invalid(Fault("consent", "blank"))
    return Consent(page.consent, page.consent_version, now) if page.consent else None
