"""The events that webhooks receive: each change of a record in the change feed is one, such as `item.confirmed`."""

from collections.abc import Iterable

from kalends.engine.bookings.change_set import Change

TEST = "webhook.test"
"""The event of a call that only shows whether a webhook is received."""
# verb -> what has happened then; all other verbs have changed something.
_PAST = {
    "add": "created",
    "create": "created",
    "verify": "verified",
    "confirm": "confirmed",
    "reopen": "confirmed",
    "decline": "declined",
    "cancel": "cancelled",
    "expire": "expired",
    "remove": "deleted",
    "merge": "merged",
    "issue": "issued",
    "pay": "paid",
    "disable": "disabled",
    "enable": "enabled",
    "erase": "erased",
}
PAST = (*dict.fromkeys(_PAST.values()), "changed")


def event_of(change: Change) -> str | None:
    """The event of a change, as KIND.PAST; None if nothing has changed that anybody may see, such as a secret."""
    if change.before == {} and change.after == {}:
        return None
    return f"{change.kind}.{past_of(change.verb)}"


def past_of(verb: str) -> str:
    """What a verb of the journal has done to a record: one of PAST."""
    return _PAST.get(verb, "changed")


def matches(patterns: Iterable[str], event: str) -> bool:
    """Whether a pattern is the event's name; an asterisk stands for any characters, and case does not count."""
    return any(_matches(pattern.lower().split("*"), event) for pattern in patterns)


def _matches(parts: list[str], event: str) -> bool:
    """Whether the parts are found in the event in this order, the first at its beginning and the last at its end.

    Not by a regular expression: some patterns of many asterisks would take for ever.
    """
    first, *middle = parts
    if not middle:
        return event == first
    last = middle.pop()
    position, end = len(first), len(event) - len(last)
    if position > end or not event.startswith(first) or not event.endswith(last):
        return False
    for part in middle:
        found_at = event.find(part, position, end)
        if found_at < 0:
            return False
        position = found_at + len(part)
    return True
