"""Who changed or read what about a customer, as English sentences."""

from collections.abc import Mapping

from kalends.engine.customers.history import HistoryEntry

_KINDS = {"customer_case": "case"}
_DONE = {"cancel": "cancelled", "create": "made", "read": "read", "send": "sent", "verify": "verified"}
"""What was done, where the verb does not just get an ending."""


def history_sentence(entry: HistoryEntry, names: Mapping[str, str]) -> str:
    """One entry: `2027-03-01 09:00:00 UTC: Front desk (key:7) changed customer 3 through api: email, notes.`

    `names` are the display names of actors.
    """
    name = names.get(entry.actor) or entry.actor
    actor = entry.actor if name == entry.actor else f"{name} ({entry.actor})"
    subject = f"{_KINDS.get(entry.kind, entry.kind).replace('_', ' ')} {entry.subject_id}"
    door = f" through {entry.door}" if entry.door else ""
    fields = f": {', '.join(entry.fields).replace('_', ' ')}" if entry.fields else ""
    return f"{entry.at:%Y-%m-%d %H:%M:%S} UTC: {actor} {_done(entry.verb)} {subject}{door}{fields}."


def _done(verb: str) -> str:
    return _DONE.get(verb) or f"{verb}d" * verb.endswith("e") or f"{verb}ed"
