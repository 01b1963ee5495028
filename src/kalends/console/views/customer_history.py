"""Who has seen and changed what about a customer, as a table."""

from collections.abc import Mapping, Sequence

from kalends.console.views.journal_words import HIDDEN, field_label
from kalends.console.views.tables import Cell, Row, Table, Text
from kalends.console.views.times import Times
from kalends.engine.customers.history import HistoryEntry
from kalends.notices.texts import Message

VERBS = ("add", "block", "change", "erase", "merge", "read", "remove", "unblock", "undelete")
"""What is told apart of what was done: `did.VERB`. Everything else is a change."""
KINDS = ("booking", "customer", "customer_case", "customer_login", "item", "outbox")
"""What it was done to: `subject.KIND`."""
_LIKE = {"create": "add", "book": "add"}


def history_table(entries: Sequence[HistoryEntry], names: Mapping[str, str], times: Times) -> Table:
    """The entries, the newest first; `names` are those of the actors."""
    rows = tuple(_row(entry, names, times) for entry in reversed(entries))
    columns = ("customers.at", "customers.by", "customers.did")
    return Table("customers.history", columns, rows, "customers.no_history")


def _row(entry: HistoryEntry, names: Mapping[str, str], times: Times) -> Row:
    verb = _LIKE.get(entry.verb, entry.verb)
    kind = entry.kind if entry.kind in KINDS else "item"
    subject = Message(f"subject.{kind}", {"id": entry.subject_id})
    did = Message(f"did.{verb if verb in VERBS else 'change'}", {"subject": subject})
    who = names.get(entry.actor, entry.actor)
    return Row((Cell(times.at(entry.at)), Cell(who, entry.door), Cell(did, _fields(entry))))


def _fields(entry: HistoryEntry) -> Text:
    """What was changed, in the words of the screens; nothing of what is new."""
    labels = [field_label(entry.kind, name) for name in entry.fields if name not in HIDDEN]
    if entry.verb != "change" or not labels:
        return ""
    listed: Text = labels[0]
    for label in labels[1:]:
        listed = Message("list.and", {"first": listed, "second": label})
    return listed
