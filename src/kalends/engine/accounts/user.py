"""Staff users: people of an account who log in."""

from datetime import datetime

import msgspec

from kalends.engine.accounts.principal import ROLE_SCOPES, Role
from kalends.engine.contacts import normalized_email
from kalends.engine.refusals import Fault, Invalid

_LONGEST_NAME = 200


class StaffUser(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff. `site_ids` None means every site; whoever is disabled can't log in."""

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
    """A user as it is to be kept, named by the e-mail address where no name is given.

    Raises Invalid (email: blank or invalid; name: too_long; role: unknown; site_ids: not_for_owners).
    """
    email = normalized_email(user.email)
    name = user.name.strip()
    faults = [] if email else [Fault("email", "blank")]
    faults += [Fault("name", "too_long")] if len(name) > _LONGEST_NAME else []
    faults += [] if user.role in ROLE_SCOPES else [Fault("role", "unknown")]
    # An owner makes keys and users, who could then see what the owner does not.
    faults += [Fault("site_ids", "not_for_owners")] if user.role == "owner" and user.site_ids is not None else []
    if faults or email is None:
        raise Invalid(*faults)
    return msgspec.structs.replace(user, email=email, name=name or email)
