"""New and changed group sessions, and the changes of their seats."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET

from kalends.engine.accounts.account import Account
from kalends.engine.all_refusals import AllRefusals, check_found
from kalends.engine.availability.slots import Slot
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.change_set import Author, Claim
from kalends.engine.bookings.claims import session_claims
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.item_changes import ItemChange, revised
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.bookings.references import ReferenceIds, References, named_ids
from kalends.engine.bookings.reminders import ReminderRule, reminder_rule, with_reminder
from kalends.engine.bookings.resolve import check_service
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import Resource, check_active, check_site
from kalends.engine.details import merged
from kalends.engine.limits import MOST_UNITS, length_faults, raise_if_faults, range_faults, record_text_faults
from kalends.engine.patch import changes, is_same
from kalends.engine.refusals import Fault
from kalends.engine.time.clock import MINUTE, begun_at
from kalends.engine.time.span import Span

OCCUPYING = ("starts_at", "ends_at", "resource_id", "also_resource_ids", "service_id")
"""The fields of a session that determine what it claims, and which its seats copy."""

_REQUIRED = ("starts_at", "ends_at", "capacity", "title", "notes")


def ids_in_session(patch: SessionPatch, present: GroupSession | None = None) -> ReferenceIds:
    """The ids to look up before a session is made from a patch, or `present` is changed by it."""
    fields = changes(patch)
    service_id = fields.get("service_id", present.service_id if present else None)
    at_site = present.resource_id if present and fields.get("site_id") else None
    return ReferenceIds(
        resources=named_ids(fields.get("also_resource_ids", ()), [fields.get("resource_id", at_site)]),
        services=named_ids([service_id]),
        sites=named_ids([fields.get("site_id")]),
    )


def new_session(
    account: Account, session_id: int, patch: SessionPatch, references: References, author: Author
) -> GroupSession:
    """A new session from a patch; for defaults see SessionPatch.

    Raises NotFound(service, resource, site), Retired(service, resource), Invalid(starts_at, ends_at: blank; ends_at:
    before_start, out_of_range; capacity: out_of_range; service_id: not_bookable; site_id: not_served).
    """
    fields = {name: value for name, value in changes(patch).items() if value is not None}
    refusals = AllRefusals()
    with refusals:
        _check_ids(fields, references)
    service = references.services.get(fields.get("service_id", 0))
    resource = references.resources.get(fields.get("resource_id", 0))
    with refusals:
        check_service(service, None)
    with refusals:
        check_active(_resources(fields, references))
    with refusals:
        _check_site(resource, fields.pop("site_id", None), references)
    fields.pop("resource_kind", None)
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
    with refusals:
        check_session(session)
    refusals.raise_any()
    return session


def changed_session(
    present: GroupSession, patch: SessionPatch, references: References, author: Author, zone: ZoneInfo
) -> GroupSession | None:
    """The session with a patch applied, as its next revision; None if nothing changes.

    A session that is moved without `ends_at` keeps its length on the wall clock of `zone`; nulls for required fields
    are ignored.

    Raises NotFound(service, resource, site), Retired(service, resource), Invalid(ends_at: before_start, out_of_range;
    capacity: out_of_range; service_id: not_bookable; site_id: not_served).
    """
    fields = {name: value for name, value in changes(patch).items() if not (value is None and name in _REQUIRED)}
    if "starts_at" in fields and "ends_at" not in fields:
        fields["ends_at"] = begun_at(Span(present.starts_at, present.ends_at), fields["starts_at"], zone).end
    fields["details"] = merged(present.details, fields.get("details") or {})
    fields = {name: value for name, value in fields.items() if not is_same(value, getattr(present, name, UNSET))}
    refusals = AllRefusals()
    with refusals:
        _check_ids(fields, references)
    site_id, _ = fields.pop("site_id", None), fields.pop("resource_kind", None)
    changed = msgspec.structs.replace(present, **fields)
    with refusals:
        _check_site(references.resources.get(changed.resource_id or 0), site_id, references)
    with refusals:
        check_session(changed)
    if changed.service_id != present.service_id:
        with refusals:
            check_service(references.services.get(changed.service_id or 0), None)
    with refusals:
        check_active(_resources(fields, references))
    refusals.raise_any()
    return None if changed == present else revised_session(changed, author)


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
    """Raises Invalid(starts_at, ends_at: blank; ends_at: before_start, out_of_range; capacity: out_of_range; every
    text: invalid, too_long)."""
    missing = [name for name in ("starts_at", "ends_at") if getattr(session, name) is None]
    faults = [Fault(name, "blank") for name in missing] or length_faults(session.starts_at, session.ends_at)
    faults += record_text_faults(session, ("title", "external_id"), ("notes",))
    raise_if_faults([*faults, *range_faults("capacity", session.capacity, 0, MOST_UNITS)])


def _moved_seat(account: Account, view: ItemView, session: GroupSession, rule: ReminderRule, author: Author) -> Item:
    fields = {
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "resource_id": session.resource_id,
        "service_id": session.service_id,
    }
    old_rule = reminder_rule(account, view.time_zone)
    return with_reminder(view.item, revised(view.item, author, fields), author.at, rule=rule, old_rule=old_rule)


def _check_ids(fields: Mapping[str, Any], references: References) -> None:
    check_found(
        ("service", [fields.get("service_id")], references.services),
        ("resource", [fields.get("resource_id")], references.resources_of_kind(fields.get("resource_kind"))),
        ("resource", fields.get("also_resource_ids", ()), references.resources),
        ("site", [fields.get("site_id")], references.sites),
    )


def _check_site(resource: Resource | None, site_id: int | None, references: References) -> None:
    """Whether the resource is at the site; one that is not there has been told already."""
    check_site(resource, site_id if site_id in references.sites else None)


def _resources(fields: Mapping[str, Any], references: References) -> Iterable[Resource]:
    """The resources that the fields name, as far as they are there."""
    ids = (fields.get("resource_id"), *fields.get("also_resource_ids", ()))
    return (references.resources[id_] for id_ in ids if id_ in references.resources)


def slot_of_session(session: GroupSession, taken: int) -> Slot:
    """The free seats of a session of which `taken` are booked."""
    resource_ids = () if session.resource_id is None else (session.resource_id,)
    span = Span(session.starts_at, session.ends_at)
    return Slot(span, session.capacity - taken, resource_ids, session.capacity, session.id)
