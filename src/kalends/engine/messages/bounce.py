"""Addresses that take no messages: mail to them came back, a number is not in use, or its owner complained."""

from datetime import datetime

import msgspec

from kalends.engine.contacts import e164, normalized_email
from kalends.engine.limits import LONGEST_LINE, raise_if_faults, text_faults
from kalends.engine.refusals import Fault, Invalid


class BouncedAddress(msgspec.Struct, frozen=True, kw_only=True):
    """An address to which an account sends nothing any more: an e-mail address in lower case, or a number in E.164."""

    account_id: int
    id: int
    address: str
    reason: str
    created_at: datetime


def address_key(text: str, country: str) -> str:
    """The form of an address by which all its spellings are one; a number is read as dialled within `country`.

    Raises Invalid(address: blank, invalid).
    """
    try:
        key = normalized_email(text) if "@" in text else e164(text, country)
    except Invalid as error:
        raise Invalid(Fault("address", "invalid")) from error
    if key is None:
        raise Invalid(Fault("address", "invalid" if text.strip() else "blank"))
    return key.lower()


def check_reason(reason: str) -> None:
    """Raises Invalid(reason: invalid, too_long)."""
    raise_if_faults(text_faults("reason", reason, LONGEST_LINE))
