"""Staff users: people of an account who can log in."""

from datetime import datetime

import msgspec

from kalends.engine.accounts.principal import ROLE_SCOPES, Role
from kalends.engine.contacts import normalized_email
from kalends.engine.refusals import Fault, Invalid

_MAX_NAME_LENGTH = 200


class StaffUser(msgspec.Struct, frozen=True, kw_only=True):
    """A staff user. `site_ids` None means all sites. A disabled user can't log in."""

    account_id: int
    id: int = 0
    name: str
    email: str
    role: Role
    site_ids: frozenset[int] | None = None
    disabled_at: datetime | None = None
    created_at: datetime
    updated_at: datetime


def checked_user(user: StaffUser) -> StaffUser:
    """The user, validated; the name defaults to the e-mail address.

    Raises Invalid(email: blank, invalid; name: too_long; role: unknown; site_ids: not_for_owners).
    """
    email = normalized_email(user.email)
    name = user.name.strip()
    faults = [] if email else [Fault("email", "blank")]
    faults += [Fault("name", "too_long")] if len(name) > _MAX_NAME_LENGTH else []
    faults += [] if user.role in ROLE_SCOPES else [Fault("role", "unknown")]
    # An owner creates keys and users, which could then see sites that the owner can't.
    faults += [Fault("site_ids", "not_for_owners")] if user.role == "owner" and user.site_ids is not None else []
    if faults or email is None:
        raise Invalid(*faults)
    return msgspec.structs.replace(user, email=email, name=name or email)
