"""Changes as they are answered, and what is asked about them.

Images of records have the columns of the engine: `resource_id` becomes `resource` with an id of this API, `starts_at`
becomes `from`, as in the records themselves.
"""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import UNSET

from kalends.actions.context import Context
from kalends.api.ids import ACTORS, PREFIXES, read_any_id, write_actor, write_id
from kalends.api.schemas.changes import Change, Changes, JournalEntry, ListJournal, WebhookTest
from kalends.api.schemas.customer_history import HistoryEntry
from kalends.api.times import settled, shown
from kalends.engine.bookings.change_set import Change as EngineChange
from kalends.engine.customers.history import HistoryEntry as EngineHistoryEntry
from kalends.engine.journal import JournalPage, JournalQuery
from kalends.engine.messages.delivery import WebhookEvent
from kalends.engine.messages.events import event_of
from kalends.engine.refusals import Fault, Invalid

_KINDS: Mapping[str, str] = {
    "customer_case": "case",
    "customer_group": "group",
    "staff_user": "user",
}
"""The engine's kind -> the kind here, where they differ."""
_ENGINE_KINDS: Mapping[str, str] = {
    **{kind: engine_kind for engine_kind, kind in _KINDS.items()},
    **dict.fromkeys(("hold", "series"), "booking"),
    "block": "item",
}
_FIELDS: Mapping[str, str] = {"starts_at": "from", "ends_at": "to"}
_PARENTS: Mapping[str, str] = {"made_by": "key"}
"""Kinds of what fields name by other words than the kind's; `parent` is of the record's own kind."""
_LEFT_OUT = frozenset(("account_id",))
_OTHER_SUBJECT = re.compile(r"([a-z_]{1,50})_([0-9]{1,15})", re.ASCII)


def shown_change(change: EngineChange, tz: ZoneInfo) -> Change:
    """A change as it is answered."""
    return Change(**_fields(change, tz))


def shown_entry(change: EngineChange, names: Mapping[str, str], tz: ZoneInfo) -> JournalEntry:
    """A change with the name of its actor; `names` are by actor as the engine has it."""
    return JournalEntry(**_fields(change, tz), actor_name=names.get(change.actor, change.actor))


def shown_history(entry: EngineHistoryEntry, names: Mapping[str, str], tz: ZoneInfo) -> HistoryEntry:
    """What was read or changed about a customer, with the name of who did; `names` are by actor."""
    kind = _KINDS.get(entry.kind, entry.kind)
    return HistoryEntry(
        at=shown(entry.at, tz),
        actor=write_actor(entry.actor),
        actor_name=names.get(entry.actor, entry.actor),
        door=entry.door,
        verb=entry.verb,
        kind=kind,
        subject=_id(kind, entry.subject_id),
        fields=[_field(kind, name, None)[0] for name in entry.fields if name not in _LEFT_OUT],
    )


def shown_changes(changes: list[EngineChange], after: str, limit: int, tz: ZoneInfo) -> Changes:
    """A page of the feed of which one more than `limit` was read."""
    page = changes[:limit]
    return Changes(
        data=[shown_change(change, tz) for change in page],
        next=page[-1].position if page else after,
        more=len(changes) > limit,
    )


def webhook_data(event: WebhookEvent) -> Change | WebhookTest:
    """What a webhook is told of an event: the change as it is in the feed, in UTC."""
    if event.change is None:
        return WebhookTest(webhook=write_id("webhook", event.webhook.id))
    return shown_change(event.change, ZoneInfo("UTC"))


def journal_query(ctx: Context, params: ListJournal, before: str | None) -> JournalQuery:
    """What is looked for in the journal.

    Raises Invalid(?subject, ?kind: unknown, if they contradict each other), SkippedTime, RepeatedTime.
    """
    kind, subject_id = (None, None) if params.subject is UNSET else _subject(params.subject)
    if params.kind is not UNSET:
        asked = _ENGINE_KINDS.get(params.kind, params.kind)
        if kind not in (None, asked):
            raise Invalid(Fault("?kind", "unknown"))
        kind = asked
    return JournalQuery(
        kind=kind,
        subject_id=subject_id,
        actor=None if params.actor is UNSET else _engine_actor(params.actor),
        door=params.door or None,
        verb=params.verb or None,
        since=None if params.from_ is UNSET else settled(params.from_, ctx.zone, "?from"),
        until=None if params.to is UNSET else settled(params.to, ctx.zone, "?to"),
        before=before,
    )


def actors_of(page: JournalPage) -> set[str]:
    """Who made the changes, as the engine has them."""
    return {entry.actor for entry in page.entries}


def _fields(change: EngineChange, tz: ZoneInfo) -> dict[str, Any]:
    kind = _KINDS.get(change.kind, change.kind)
    return {
        "position": change.position,
        "type": event_of(change) or f"{change.kind}.changed",
        "kind": kind,
        "subject": _id(kind, change.subject_id),
        "revision": change.revision,
        "verb": change.verb,
        "actor": write_actor(change.actor),
        "door": change.door,
        "at": shown(change.at, tz),
        "request_id": change.request_id,
        "before": _image(kind, change.before),
        "after": _image(kind, change.after),
    }


def _image(kind: str, image: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if image is None:
        return None
    return dict(_field(kind, name, value) for name, value in image.items() if name not in _LEFT_OUT)


def _field(kind: str, name: str, value: Any) -> tuple[str, Any]:
    """A field with its name and value as this API has them; unknown ones stay as they are."""
    if name == "id":
        return name, _id(kind, value)
    if name in ("created_by", "updated_by") and isinstance(value, str):
        return name, write_actor(value)
    stem, plural = (name[:-4], "s") if name.endswith("_ids") else (name[:-3], "") if name.endswith("_id") else ("", "")
    named = _named_kind(kind, stem) if stem else None
    if named is None:
        return _FIELDS.get(name, name), value
    if isinstance(value, list):
        return stem + plural, [_id(named, each) for each in value]
    return stem + plural, _id(named, value) if isinstance(value, int) else value


def _named_kind(kind: str, stem: str) -> str | None:
    """The kind of what a field names: `also_resource` is a resource, `parent` is of the record's own kind."""
    if stem == "parent":
        return kind
    if stem in _PARENTS:
        return _PARENTS[stem]
    return next((each for each in PREFIXES if stem == each or stem.endswith(f"_{each}")), None)


def _id(kind: str, number: int) -> str:
    return write_id(kind, number) if kind in PREFIXES else f"{kind}_{number}"


def _engine_actor(text: str) -> str:
    for kind, number in read_any_id(text).items():
        if kind in ACTORS:
            return f"{kind}:{number}"
    return text


def _subject(text: str) -> tuple[str, int]:
    """The engine's kind and number of a subject. Raises Invalid(?subject: unknown)."""
    for kind, number in read_any_id(text).items():
        return _ENGINE_KINDS.get(kind, kind), number
    match = _OTHER_SUBJECT.fullmatch(text)
    if match is None:
        raise Invalid(Fault("?subject", "unknown"))
    return match[1], int(match[2])
