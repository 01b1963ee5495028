"""What has happened to an item, line by line: who did what, when, and through which door."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from kalends.console.at_site import AtSite
from kalends.engine.bookings.change_set import Change
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.span import Span
from kalends.notices.texts import Message

_MOVES = ("starts_at", "ends_at", "resource_id", "session_id")


class Line(msgspec.Struct, frozen=True):
    """One change: what was done, and when and by whom."""

    what: str
    when: str
    who: str


def history(
    at: AtSite, changes: Sequence[Change], names: Mapping[str, str], resources: Mapping[int, Resource]
) -> tuple[Line, ...]:
    """The changes in words, in the same order."""
    return tuple(
        Line(
            at.say(_what(at, change, resources)),
            at.words.brief(change.at.astimezone(at.zone)),
            at.say(_who(names.get(change.actor, change.actor), change.door)),
        )
        for change in changes
    )


def _who(name: str, door: str) -> Message:
    return (
        Message("history.by", {"name": name})
        if door in ("", "console")
        else Message("history.by_through", {"name": name, "door": door})
    )


def _what(at: AtSite, change: Change, resources: Mapping[int, Resource]) -> Message:
    before, after = change.before, change.after or {}
    if before is None:
        return Message("history.made")
    if before.keys() & set(_MOVES):
        return Message("history.moved", {"was": _where(at, before, resources)})
    if "state" in after:
        return Message("history.state", {"state": Message(f"state.{after['state']}")})
    if "status" in after:
        return _attended(after["status"])
    return Message("history.reminded") if change.verb == "remind" else Message("history.changed")


def _attended(status: str | None) -> Message:
    return Message("history.state", {"state": Message(f"status.{status}")}) if status else Message("history.unmarked")


def _where(at: AtSite, before: Mapping[str, Any], resources: Mapping[int, Resource]) -> str:
    """When and with whom it was before, as far as that was changed."""
    said = []
    if "starts_at" in before:
        start = msgspec.convert(before["starts_at"], datetime)
        end = msgspec.convert(before["ends_at"], datetime) if "ends_at" in before else None
        said.append(at.words.when(Span(start, end), at.zone) if end else at.words.moment(start.astimezone(at.zone)))
    elif "ends_at" in before:
        ended = msgspec.convert(before["ends_at"], datetime)
        said.append(at.say(Message("history.until", {"time": at.words.hour(ended.astimezone(at.zone))})))
    resource = resources.get(before.get("resource_id") or 0)
    return ", ".join([*said, *([resource.title] if resource else [])])
