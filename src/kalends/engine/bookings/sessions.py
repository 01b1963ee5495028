"""Group sessions: planned occurrences that many attend. Checked here, and what becomes of their seats."""

from collections.abc import Iterable
from typing import Any

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.availability.slots import Slot
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.change_set import Author
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.item_changes import ItemChange, revised
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.bookings.references import Named, References
from kalends.engine.bookings.reminders import with_reminder
from kalends.engine.bookings.resolve import MOST_UNITS, check_service, needed
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.details import merged
from kalends.engine.patch import changes
from kalends.engine.refusals import Fault, Invalid, Retired
from kalends.engine.time.clock import LONGEST, MINUTE
from kalends.engine.time.span import Span

OCCUPYING = ("starts_at", "ends_at", "resource_id", "also_resource_ids", "service_id")
"""The fields of a session on which it depends what it takes, and which its seats share."""

_NEEDED = ("starts_at", "ends_at", "capacity", "title", "notes")


def named_by_session(patch: SessionPatch, present: GroupSession | None = None) -> Named:
    """What must be known to make a session, or to change it so."""
    given = changes(patch)
    service_id = given.get("service_id", present.service_id if present else None)
    resources = {*given.get("also_resource_ids", ()), *([given["resource_id"]] if given.get("resource_id") else [])}
    return Named(resources=frozenset(resources), services=frozenset([service_id] if service_id is not None else ()))


def new_session(
    account: Account, session_id: int, patch: SessionPatch, references: References, author: Author
) -> GroupSession:
    """The session that a patch describes. Raises NotFound(service, resource), Retired, Invalid(see `check_session`)."""
    given = {name: value for name, value in changes(patch).items() if value is not None}
    service, resource = _service(given, references), _resource(given, references)
    if "ends_at" not in given and "starts_at" in given and service:
        given["ends_at"] = given["starts_at"] + service.duration * MINUTE
    made: dict[str, Any] = {
        **dict.fromkeys(GroupSession.__struct_fields__),
        "account_id": account.id,
        "id": session_id,
        "also_resource_ids": (),
        "title": service.title if service else "",
        "notes": "",
        "capacity": resource.capacity if resource else 1,
        "details": {},
        "revision": 0,
        "created_at": author.at,
        "created_by": author.actor,
        "updated_at": author.at,
        "updated_by": author.actor,
    }
    session = GroupSession(**{**made, **given})
    check_session(session)
    return session


def changed_session(
    present: GroupSession, patch: SessionPatch, references: References, author: Author
) -> GroupSession | None:
    """The session as a patch makes it, one revision on; None when it is so already.

    Raises NotFound(service, resource), Retired, Invalid(see `check_session`).
    """
    given = {name: value for name, value in changes(patch).items() if not (value is None and name in _NEEDED)}
    if "starts_at" in given and "ends_at" not in given:
        given["ends_at"] = given["starts_at"] + (present.ends_at - present.starts_at)
    given["details"] = merged(present.details, given.get("details") or {})
    wanted = msgspec.structs.replace(present, **given)
    if wanted == present:
        return None
    check_session(wanted)
    if wanted.service_id != present.service_id:
        _service({"service_id": wanted.service_id}, references)
    if (wanted.resource_id, wanted.also_resource_ids) != (present.resource_id, present.also_resource_ids):
        _resource({name: value for name, value in given.items() if "resource_id" in name}, references)
    return revised_session(wanted, author)


def revised_session(session: GroupSession, author: Author, **fields: Any) -> GroupSession:
    """The session with some fields changed, one revision on."""
    return msgspec.structs.replace(
        session, **fields, revision=session.revision + 1, updated_at=author.at, updated_by=author.actor
    )


def is_moved(present: GroupSession, wanted: GroupSession) -> bool:
    """Whether what a session takes, or its seats share, has changed."""
    return any(getattr(wanted, name) != getattr(present, name) for name in OCCUPYING)


def seats_moved(account: Account, seats: Iterable[ItemView], session: GroupSession, author: Author) -> list[ItemChange]:
    """The seats where their session is now; a reminder that stood where the policy puts it moves along."""
    return [ItemChange(view, _following(account, view.item, session, author)) for view in seats]


def check_session(session: GroupSession) -> None:
    """Raises Invalid(starts_at, ends_at: blank; ends_at: before_start or out_of_range; capacity: out_of_range)."""
    missing = [name for name in ("starts_at", "ends_at") if getattr(session, name) is None]
    faults = [Fault(name, "blank") for name in missing]
    if not missing and session.ends_at <= session.starts_at:
        faults.append(Fault("ends_at", "before_start"))
    elif not missing and session.ends_at - session.starts_at > LONGEST:
        faults.append(Fault("ends_at", "out_of_range"))
    if not 0 <= session.capacity <= MOST_UNITS:
        faults.append(Fault("capacity", "out_of_range"))
    if faults:
        raise Invalid(*faults)


def _following(account: Account, item: Item, session: GroupSession, author: Author) -> Item:
    fields = {
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "resource_id": session.resource_id,
        "service_id": session.service_id,
    }
    return with_reminder(account, item, revised(item, author, fields), author.at)


def _service(given: dict[str, Any], references: References) -> Service | None:
    if given.get("service_id") is None:
        return None
    service = needed("service", given["service_id"], references.services)
    check_service(service, None)
    return service


def _resource(given: dict[str, Any], references: References) -> Resource | None:
    """The session's own resource, which like the others must be in use."""
    named = [one for one in (given.get("resource_id"), *given.get("also_resource_ids", ())) if one is not None]
    found = [needed("resource", one, references.resources) for one in named]
    if any(not one.active for one in found):
        raise Retired("resource")
    return found[0] if given.get("resource_id") is not None else None


def slot_of_session(session: GroupSession, taken: int) -> Slot:
    """The seats that are left in a session."""
    resource_ids = () if session.resource_id is None else (session.resource_id,)
    span = Span(session.starts_at, session.ends_at)
    return Slot(span, session.capacity - taken, resource_ids, session.capacity, session.id)
