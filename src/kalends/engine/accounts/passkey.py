"""Passkeys: key pairs on a device or in a password manager, with which staff users log in instead of a password."""

from datetime import datetime

import msgspec

from kalends.engine.limits import LONGEST_LINE, raise_if_faults, text_faults

MOST_PASSKEYS = 20
"""Of one user."""


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey of a staff user. `credential_id` is its name in all that browsers send, `public_key` a COSE key
    (RFC 9052), `sign_count` how often it says that it was used; many always say 0."""

    account_id: int
    id: int = 0
    user_id: int
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    created_at: datetime
    used_at: datetime | None = None


class RelyingParty(msgspec.Struct, frozen=True):
    """Who asks for a passkey: the host, such as `booking.example`, and the origin of the page."""

    id: str
    origin: str


def check_passkey_name(name: str) -> None:
    """Raises Invalid(name: blank, invalid, too_long)."""
    raise_if_faults(text_faults("name", name, LONGEST_LINE, required=True))
