"""E-mail addresses and phone numbers: validated, and normalized so that two of them can be compared."""

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from kalends.engine.refusals import Fault, Invalid

# One @, no characters that end an address in running text, a domain of at least two labels.
_EMAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;.]+(\.[^\s@<>,;.]+)+")
_LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3
_MAILTO = re.compile(r"mailto:([^?]*).*", re.IGNORECASE)  # RFC 6068
# The 0 that is dialled within a country and dropped from abroad: `+47 (0) 22 33 44 55`.
_TRUNK_ZERO = re.compile(r"(?<=\d)\s*\(0\)")
_FROM_ABROAD = ("+", "00")


def normalized_email(text: str | None) -> str | None:
    """The address without `mailto:` and surrounding white space, composed (NFC), None if blank.

    Case is kept; compare addresses case-insensitively. Raises Invalid(email: invalid).
    """
    email = unicodedata.normalize("NFC", (text or "").strip())
    if mailto := _MAILTO.fullmatch(email):
        email = mailto[1].strip()
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
    number = _parsed(text, country)
    return None if number is None or not phonenumbers.is_possible_number(number) else _in_e164(number)


def phone_key(text: str | None, country: str) -> str | None:
    """What two spellings of a phone number have in common, so that the customer who has it is found again.

    That is E.164 with the extension, `+4722334455;ext=9`: people who share a number have their own extensions. Of a
    number that can't be dialled from abroad it is the digits as written, `4711`. None if blank, and for digits that are
    all the same, which stand for no number at all. Raises Invalid(phone: invalid) if it is not a phone number.
    """
    number = _parsed(text, country)
    if number is None:
        return None
    if phonenumbers.is_possible_number(number):
        return _in_e164(number) + (f";ext={number.extension}" if number.extension else "")
    digits = "".join(str(int(digit)) for digit in text or "" if digit.isdecimal())
    return digits if len(set(digits)) > 1 else None


def _parsed(text: str | None, country: str) -> PhoneNumber | None:
    phone = (text or "").strip()
    if not phone:
        return None
    if phone.startswith(_FROM_ABROAD):
        phone = _TRUNK_ZERO.sub("", phone, count=1)
    try:
        return phonenumbers.parse(phone, country.upper() or None)
    except NumberParseException as error:
        raise Invalid(Fault("phone", "invalid")) from error


def _in_e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
