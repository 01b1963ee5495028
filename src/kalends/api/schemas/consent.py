"""What customers agreed to when they booked on the booking page."""

from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from kalends.api.times import Moment, shown
from kalends.engine.bookings.consent import Consent as EngineConsent


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """The text of the booking page that was agreed to with a booking."""

    text: Annotated[str, Meta(examples=["I agree to the terms."])]
    version: Annotated[int, Meta(description="The `consent_version` that the page had.", examples=[2])]
    agreed_at: Moment


def shown_consent(consent: EngineConsent | None, tz: ZoneInfo) -> Consent | None:
    """What was agreed to, as it is answered, by this clock; None for nothing."""
    if consent is None:
        return None
    return Consent(text=consent.text, version=consent.version, agreed_at=shown(consent.agreed_at, tz))
