"""An account's profile, which its customers see on pages and invoices."""

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.limits import raise_if_faults, text_faults
from kalends.engine.patch import Patch, patched

_MAX_LENGTH = 2000


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Name, address, tax numbers, bank account and logo URLs of an account. Everything is text; "" means not set.

    `tax_number` is the one of the tax office (Steuernummer), `vat_id` the one for trade within the EU (USt-IdNr., UID);
    `exemption` is why rows at 0 % bear no tax, for prices that give no reason of their own.
    """

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    fax: str = ""
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    logo: str = ""
    logo_thumbnail: str = ""
    tax_number: str = ""
    vat_id: str = ""
    exemption: str = ""
    iban: str = ""
    bic: str = ""
    bank_owner: str = ""


class ProfilePatch(Patch, frozen=True, kw_only=True):
    """Changes to a profile."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    company: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    fax: str | UnsetType = UNSET
    street: str | UnsetType = UNSET
    house_number: str | UnsetType = UNSET
    postcode: str | UnsetType = UNSET
    city: str | UnsetType = UNSET
    country: str | UnsetType = UNSET
    logo: str | UnsetType = UNSET
    logo_thumbnail: str | UnsetType = UNSET
    tax_number: str | UnsetType = UNSET
    vat_id: str | UnsetType = UNSET
    exemption: str | UnsetType = UNSET
    iban: str | UnsetType = UNSET
    bic: str | UnsetType = UNSET
    bank_owner: str | UnsetType = UNSET


def changed_profile(current: Profile, patch: ProfilePatch) -> Profile:
    """The profile with the patch applied. Raises Invalid(any field: invalid, too_long)."""
    profile = patched(current, patch)
    texts = msgspec.structs.asdict(profile).items()
    raise_if_faults(fault for name, text in texts for fault in text_faults(name, text, _MAX_LENGTH))
    return profile
