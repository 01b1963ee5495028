"""The profile of the account: its name, address and bank as customers see them."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.engine.accounts.profile import Profile as EngineProfile
from kalends.engine.accounts.profile import ProfilePatch as EnginePatch
from kalends.engine.patch import patch_from

_LONGEST = 2000


def _line(example: str, description: str | None = None) -> Meta:
    return Meta(max_length=_LONGEST, description=description, examples=[example])


Company = Annotated[str, _line("Clinic AS", "The account's name if there is none.")]
FirstName = Annotated[str, _line("Ingrid")]
LastName = Annotated[str, _line("Berg")]
Email = Annotated[str, _line("post@clinic.example")]
Phone = Annotated[str, _line("+47 22 33 44 55")]
Fax = Annotated[str, _line("")]
Street = Annotated[str, _line("Storgata")]
HouseNumber = Annotated[str, _line("1")]
Postcode = Annotated[str, _line("0155")]
City = Annotated[str, _line("Oslo")]
Country = Annotated[str, _line("NO", "The account's country if there is none.")]
Logo = Annotated[str, _line("https://www.example.org/logo.png", "Its address.")]
TaxNumber = Annotated[str, _line("", "Of the tax office.")]
VatId = Annotated[str, _line("NO987654321MVA", "For trade between countries.")]
Exemption = Annotated[str, _line("", "Why rows at 0 % bear no tax, for prices that give no reason of their own.")]
Iban = Annotated[str, _line("NO9386011117947")]
Bic = Annotated[str, _line("DNBANOKK")]
BankOwner = Annotated[str, _line("Clinic AS")]


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What customers are shown of the account on pages, in messages and on invoices; empty is what is not set."""

    company: Company
    first_name: FirstName
    last_name: LastName
    email: Email
    phone: Phone
    fax: Fax
    street: Street
    house_number: HouseNumber
    postcode: Postcode
    city: City
    country: Country
    logo: Logo
    logo_thumbnail: Logo
    tax_number: TaxNumber
    vat_id: VatId
    exemption: Exemption
    iban: Iban
    bic: Bic
    bank_owner: BankOwner


class ProfilePatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of the profile; what is left out stays."""

    company: Company | UnsetType = UNSET
    first_name: FirstName | UnsetType = UNSET
    last_name: LastName | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    phone: Phone | UnsetType = UNSET
    fax: Fax | UnsetType = UNSET
    street: Street | UnsetType = UNSET
    house_number: HouseNumber | UnsetType = UNSET
    postcode: Postcode | UnsetType = UNSET
    city: City | UnsetType = UNSET
    country: Country | UnsetType = UNSET
    logo: Logo | UnsetType = UNSET
    logo_thumbnail: Logo | UnsetType = UNSET
    tax_number: TaxNumber | UnsetType = UNSET
    vat_id: VatId | UnsetType = UNSET
    exemption: Exemption | UnsetType = UNSET
    iban: Iban | UnsetType = UNSET
    bic: Bic | UnsetType = UNSET
    bank_owner: BankOwner | UnsetType = UNSET


def profile_patch(sent: ProfilePatch) -> EnginePatch:
    """What was sent, as the engine takes it."""
    return patch_from(EnginePatch, sent)


def shown_profile(profile: EngineProfile) -> Profile:
    """The profile as it is answered."""
    return Profile(**{name: getattr(profile, name) for name in Profile.__struct_fields__})
