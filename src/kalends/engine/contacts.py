"""E-mail addresses and phone numbers: validated, and normalized so that two of them can be compared."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from kalends.engine.refusals import Fault, Invalid

# One @, no characters that end an address in running text, a domain of at least two labels.
_EMAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;.]+(\.[^\s@<>,;.]+)+")
_LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3


def normalized_email(text: str | None) -> str | None:
    """The address without surrounding white space, None if blank. Case is kept; compare addresses case-insensitively.

    Raises Invalid(email: invalid).
    """
    email = (text or "").strip()
    if not email:
        return None
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise Invalid(Fault("email", "invalid"))
    return email


def e164(text: str | None, country: str) -> str | None:
    """The number in E.164 form, `+4722334455`, read as dialled within `country` (ISO 3166-1 alpha-2).

    None if blank, and for a number too short or too long to be dialled from abroad, such as an extension.
    Raises Invalid(phone: invalid) if it is not a phone number.
    """
    phone = (text or "").strip()
    if not phone:
        return None
    try:
        number = phonenumbers.parse(phone, country.upper() or None)
    except NumberParseException as error:
        raise Invalid(Fault("phone", "invalid")) from error
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
