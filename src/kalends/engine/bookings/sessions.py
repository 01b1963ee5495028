"""New and changed group sessions, and the changes of their seats."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET

from kalends.engine.accounts.account import Account
from kalends.engine.availability.slots import Slot
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.change_set import Author, Claim
from kalends.engine.bookings.claims import session_claims
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.item_changes import ItemChange, revised
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.bookings.references import ReferenceIds, References, require
from kalends.engine.bookings.reminders import ReminderRule, reminder_rule, with_reminder
from kalends.engine.bookings.resolve import check_service, check_site
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.details import merged
from kalends.engine.limits import MOST_UNITS, range_faults
from kalends.engine.patch import changes, is_same
from kalends.engine.refusals import Fault, Invalid, Retired
from kalends.engine.time.clock import LONGEST, MINUTE, begun_at
from kalends.engine.time.span import Span

OCCUPYING = ("starts_at", "ends_at", "resource_id", "also_resource_ids", "service_id")
"""The fields of a session that determine what it claims, and which its seats copy."""

_REQUIRED = ("starts_at", "ends_at", "capacity", "title", "notes")


def ids_in_session(patch: SessionPatch, present: GroupSession | None = None) -> ReferenceIds:
    """The ids to look up before a session is made from a patch, or `present` is changed by it."""
    fields = changes(patch)
    service_id = fields.get("service_id", present.service_id if present else None)
    at_site = present.resource_id if present and fields.get("site_id") else None
    resources = {*fields.get("also_resource_ids", ()), fields.get("resource_id", at_site)} - {None}
    return ReferenceIds(
        resources=frozenset(resources), services=frozenset([service_id] if service_id is not None else ())
    )


def new_session(
    account: Account, session_id: int, patch: SessionPatch, references: References, author: Author
) -> GroupSession:
    """A new session from a patch; for defaults see SessionPatch.

    Raises NotFound(service, resource), Retired(service, resource), Invalid(starts_at, ends_at: blank; ends_at:
    before_start, out_of_range; capacity: out_of_range; service_id: not_bookable; site_id: not_served).
    """
    fields = {name: value for name, value in changes(patch).items() if value is not None}
    service, resource = _service(fields, references), _resource(fields, references)
    check_site(resource, fields.pop("site_id", None))
    if "ends_at" not in fields and "starts_at" in fields and service:
        fields["ends_at"] = fields["starts_at"] + service.duration * MINUTE
    defaults: dict[str, Any] = {
        **dict.fromkeys(GroupSession.__struct_fields__),
        "account_id": account.id,
        "id": session_id,
        "also_resource_ids": (),
        "title": service.title if service else "",
        "notes": "",
        "capacity": (service and service.session_capacity) or (resource.capacity if resource else 1),
        "details": {},
        "revision": 0,
        "created_at": author.at,
        "created_by": author.actor,
        "updated_at": author.at,
        "updated_by": author.actor,
    }
    session = GroupSession(**{**defaults, **fields})
    check_session(session)
    return session


def changed_session(
    present: GroupSession, patch: SessionPatch, references: References, author: Author, zone: ZoneInfo
) -> GroupSession | None:
    """The session with a patch applied, as its next revision; None if nothing changes.

    A session that is moved without `ends_at` keeps its length on the wall clock of `zone`; nulls for required fields
    are ignored.

    Raises NotFound(service, resource), Retired(service, resource), Invalid(ends_at: before_start, out_of_range;
    capacity: out_of_range; service_id: not_bookable; site_id: not_served).
    """
    fields = {name: value for name, value in changes(patch).items() if not (value is None and name in _REQUIRED)}
    if "starts_at" in fields and "ends_at" not in fields:
        fields["ends_at"] = begun_at(Span(present.starts_at, present.ends_at), fields["starts_at"], zone).end
    fields["details"] = merged(present.details, fields.get("details") or {})
    fields = {name: value for name, value in fields.items() if not is_same(value, getattr(present, name, UNSET))}
    site_id = fields.pop("site_id", None)
    changed = msgspec.structs.replace(present, **fields)
    check_site(references.resources.get(changed.resource_id or 0), site_id)
    if changed == present:
        return None
    check_session(changed)
    if changed.service_id != present.service_id:
        _service(fields, references)
    if (changed.resource_id, changed.also_resource_ids) != (present.resource_id, present.also_resource_ids):
        _resource(fields, references)
    return revised_session(changed, author)


def revised_session(session: GroupSession, author: Author, **fields: Any) -> GroupSession:
    """The session with some fields changed, as its next revision."""
    return msgspec.structs.replace(
        session, **fields, revision=session.revision + 1, updated_at=author.at, updated_by=author.actor
    )


def is_moved(before: GroupSession, after: GroupSession) -> bool:
    """Whether a field has changed that determines what a session claims, or that its seats copy."""
    return any(getattr(after, name) != getattr(before, name) for name in OCCUPYING)


def claims_of(sessions: Iterable[GroupSession], references: References, overlap_allowed: bool) -> tuple[Claim, ...]:
    """The claims of sessions whose services and resources are among the references."""
    return tuple(
        claim
        for session in sessions
        for claim in session_claims(
            session,
            references.services.get(session.service_id or 0),
            references.override(session.service_id, session.resource_id),
            overlap_allowed,
        )
    )


def seats_moved(
    account: Account, seats: Iterable[ItemView], session: GroupSession, references: References, author: Author
) -> list[ItemChange]:
    """The changes that move seats along with their session. A reminder at the time set by the policy moves too."""
    time_zone = references.time_zone_of(references.resources.get(session.resource_id or 0))
    rule = reminder_rule(account, time_zone)
    return [ItemChange(view, _moved_seat(account, view, session, rule, author)) for view in seats]


def check_session(session: GroupSession) -> None:
    """Raises Invalid(starts_at, ends_at: blank; ends_at: before_start, out_of_range; capacity: out_of_range)."""
    missing = [name for name in ("starts_at", "ends_at") if getattr(session, name) is None]
    faults = [Fault(name, "blank") for name in missing]
    if not missing and session.ends_at <= session.starts_at:
        faults.append(Fault("ends_at", "before_start"))
    elif not missing and session.ends_at - session.starts_at > LONGEST:
        faults.append(Fault("ends_at", "out_of_range"))
    faults += range_faults("capacity", session.capacity, 0, MOST_UNITS)
    if faults:
        raise Invalid(*faults)


def _moved_seat(account: Account, view: ItemView, session: GroupSession, rule: ReminderRule, author: Author) -> Item:
    fields = {
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "resource_id": session.resource_id,
        "service_id": session.service_id,
    }
    old_rule = reminder_rule(account, view.time_zone)
    return with_reminder(view.item, revised(view.item, author, fields), author.at, rule=rule, old_rule=old_rule)


def _service(fields: dict[str, Any], references: References) -> Service | None:
    if fields.get("service_id") is None:
        return None
    service = require("service", fields["service_id"], references.services)
    check_service(service, None)
    return service


def _resource(fields: dict[str, Any], references: References) -> Resource | None:
    """The session's main resource. It and the others must exist and be active."""
    named_ids = (fields.get("resource_id"), *fields.get("also_resource_ids", ()))
    ids = [resource_id for resource_id in named_ids if resource_id is not None]
    resources = [require("resource", resource_id, references.resources) for resource_id in ids]
    if any(not resource.active for resource in resources):
        raise Retired("resource")
    return resources[0] if fields.get("resource_id") is not None else None


def slot_of_session(session: GroupSession, taken: int) -> Slot:
    """The free seats of a session of which `taken` are booked."""
    resource_ids = () if session.resource_id is None else (session.resource_id,)
    span = Span(session.starts_at, session.ends_at)
    return Slot(span, session.capacity - taken, resource_ids, session.capacity, session.id)
