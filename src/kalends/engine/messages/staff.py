"""Who of the staff is told what of bookings, and when."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from kalends.engine.accounts.user import NOTICES, StaffNotices, StaffUser
from kalends.engine.bookings.views import ItemView
from kalends.engine.time.clock import DAY, instant, wall

_FACTS = {"notification": "booked", "modification": "changed", "cancellation": "cancelled"}
"""Kind of message -> what it tells staff of; of other kinds owners and managers are told."""
_TOLD_BY_ROLE = ("owner", "manager")


def is_told(user: StaffUser) -> bool:
    """Whether a user is one of those who are told of bookings, if only of some."""
    return user.disabled_at is None and (user.role in _TOLD_BY_ROLE or user.notices is not None)


def wants(user: StaffUser, kind: str, view: ItemView | None, who: Mapping[int, int | None]) -> bool:
    """Whether a user is to be told of an item by a kind of message; nobody is told of what they did themselves.

    `who`: the users who the resources are with which it takes place, by the ids of these.
    """
    if user.disabled_at is not None or not sees(user, view, who):
        return False
    if kind not in _FACTS:
        return user.role in _TOLD_BY_ROLE
    notices = user.notices or _by_role(user)
    did_it = view is not None and view.item.updated_by == f"user:{user.id}"
    return _FACTS[kind] in notices.facts and (not notices.only_own or _is_with(user, view, who)) and not did_it


def due_at(user: StaffUser, kind: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When a user is told: now, or when their next daily mail goes out, by the clock of a zone."""
    minute = user.notices.digest_minute if user.notices and kind in _FACTS else None
    if minute is None:
        return now
    today, _ = wall(now, zone)
    at = instant(today, minute, zone)
    return at if at > now else instant(today + DAY, minute, zone)


def _by_role(user: StaffUser) -> StaffNotices:
    return StaffNotices(facts=NOTICES if user.role in _TOLD_BY_ROLE else ())


def sees(user: StaffUser, view: ItemView | None, who: Mapping[int, int | None]) -> bool:
    """Whether a user may be told of an item: it is at one of their sites and, for practitioners, takes place with them;
    `who` as for `wants`."""
    if view is None:
        return True
    is_here = user.site_ids is None or view.site_id is None or view.site_id in user.site_ids
    return is_here and (user.role != "practitioner" or _is_with(user, view, who))


def _is_with(user: StaffUser, view: ItemView | None, who: Mapping[int, int | None]) -> bool:
    return view is not None and user.id in {who.get(each or 0) for each in view.resource_ids}
