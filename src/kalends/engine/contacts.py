"""Addresses of people, in the one form in which two of them can be compared."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from kalends.engine.refusals import Fault, Invalid

# One @, nothing that ends an address, a domain of at least two labels. Whether it exists only a message can tell.
_EMAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;.]+(\.[^\s@<>,;.]+)+")
_LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3


def normalized_email(text: str | None) -> str | None:
    """The address without the space around it, None for a blank one; its case is kept, but compares folded.

    Raises Invalid(email: invalid).
    """
    email = (text or "").strip()
    if not email:
        return None
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise Invalid(Fault("email", "invalid"))
    return email


def e164(text: str | None, country: str) -> str | None:
    """The number as `+4722334455`, read as somebody in the country (ISO 3166-1 alpha-2) would dial it.

    None for a blank one, and for one that is too short or too long to be dialled from abroad: people write down
    extensions and short numbers too. Raises Invalid(phone: invalid) when it is no number at all.
    """
    phone = (text or "").strip()
    if not phone:
        return None
    try:
        number = phonenumbers.parse(phone, country.upper() or None)
    except NumberParseException as unreadable:
        raise Invalid(Fault("phone", "invalid")) from unreadable
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
