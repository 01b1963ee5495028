"""Staff users: people of an account who can log in."""

from datetime import datetime

import msgspec

from kalends.engine.accounts.principal import ROLE_SCOPES, Role
from kalends.engine.contacts import normalized_email
from kalends.engine.limits import raise_if_faults, range_faults
from kalends.engine.refusals import Fault, Invalid
from kalends.engine.time.clock import MINUTES_A_DAY

_MAX_NAME_LENGTH = 200


NOTICES = ("booked", "changed", "cancelled")
"""What staff can be told of bookings."""


class StaffNotices(msgspec.Struct, frozen=True, kw_only=True):
    """What a staff user is told of bookings by mail.

    `facts` are some of NOTICES. `only_own`: only of bookings with the person who the user is. `digest_minute`: minutes
    past midnight at which all of a day comes in one mail; None: each at once.
    """

    facts: tuple[str, ...] = ()
    only_own: bool = False
    digest_minute: int | None = None


class StaffUser(msgspec.Struct, frozen=True, kw_only=True):
    """A staff user. `site_ids` None means all sites. A disabled user can't log in.

    `notices` None: owners and managers are told all, others nothing.
    """

    account_id: int
    id: int = 0
    name: str
    email: str
    role: Role
    site_ids: frozenset[int] | None = None
    disabled_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    notices: StaffNotices | None = None


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


def check_notices(notices: StaffNotices) -> None:
    """Raises Invalid(facts: unknown; digest_minute: out_of_range)."""
    faults = [] if set(notices.facts) <= set(NOTICES) else [Fault("facts", "unknown")]
    raise_if_faults(faults + range_faults("digest_minute", notices.digest_minute, 0, MINUTES_A_DAY - 1))
