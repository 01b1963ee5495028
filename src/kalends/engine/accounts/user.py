"""Staff users: people of an account who can log in."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.accounts.principal import ROLE_SCOPES, Role
from kalends.engine.contacts import normalized_email
from kalends.engine.limits import raise_if_faults, range_faults, text_faults
from kalends.engine.patch import Patch, patched
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
    revision: int = 0

    @property
    def is_owner(self) -> bool:
        """Whether this is an owner who can log in."""
        return self.role == "owner" and self.disabled_at is None


class UserPatch(Patch, frozen=True, kw_only=True):
    """Changes to a staff user. The e-mail address is what they log in by. `site_ids` None: all sites."""

    name: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    site_ids: frozenset[int] | UnsetType | None = UNSET
    notices: StaffNotices | UnsetType | None = UNSET


def checked_user(user: StaffUser, sites: Collection[int]) -> StaffUser:
    """The user, validated; the name defaults to the e-mail address. `sites` are the ids of the account's sites.

    Raises Invalid(email: blank, invalid; name: too_long, invalid; role: unknown; site_ids: not_for_owners, unknown;
    facts: unknown; digest_minute: out_of_range).
    """
    name = user.name.strip()
    faults = text_faults("name", name, _MAX_NAME_LENGTH)
    try:
        email = normalized_email(user.email) or ""
        faults += [] if email else [Fault("email", "blank")]
    except Invalid as invalid:
        email = ""
        faults += invalid.faults
    faults += [] if user.role in ROLE_SCOPES else [Fault("role", "unknown")]
    # An owner creates keys and users, which could then see sites that the owner can't.
    faults += [Fault("site_ids", "not_for_owners")] if user.role == "owner" and user.site_ids is not None else []
    faults += [] if (user.site_ids or set()) <= set(sites) else [Fault("site_ids", "unknown")]
    raise_if_faults(faults + _notice_faults(user.notices))
    return msgspec.structs.replace(user, email=email, name=name or email)


def changed_user(current: StaffUser, patch: UserPatch, sites: Collection[int]) -> StaffUser:
    """The user with the patch applied. `sites` are the ids of the account's sites.

    Raises Invalid(email: blank, invalid; name: too_long, invalid; role: unknown; site_ids: not_for_owners, unknown;
    facts: unknown; digest_minute: out_of_range).
    """
    return checked_user(patched(current, patch), sites)


def _notice_faults(notices: StaffNotices | None) -> list[Fault]:
    if notices is None:
        return []
    faults = [] if set(notices.facts) <= set(NOTICES) else [Fault("facts", "unknown")]
    return faults + range_faults("digest_minute", notices.digest_minute, 0, MINUTES_A_DAY - 1)
