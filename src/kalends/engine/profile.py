"""Who an account is, as its customers read it on a page and on an invoice."""

import msgspec


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Name, address, bank and pictures (addresses of them); everything is text, and "" is nothing."""

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
    iban: str = ""
    bic: str = ""
    bank_owner: str = ""
