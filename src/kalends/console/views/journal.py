"""The journal: who changed what, and when."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from kalends.console.values import Values
from kalends.console.views.forms import Choice, Field, own_name
from kalends.console.views.journal_words import HIDDEN, field_label, value_text
from kalends.console.views.tables import Pager, Text, older
from kalends.console.views.times import Times
from kalends.engine.bookings.change_set import Change
from kalends.engine.journal import JournalPage, JournalQuery
from kalends.engine.messages.events import past_of
from kalends.engine.time.clock import DAY, instant
from kalends.notices.texts import Message

PATH = "/journal"
FIELDS = ("kind", "subject", "actor", "first", "last", "before")
RECORDS = (
    "account",
    "booking",
    "booking_page",
    "booking_status",
    "category",
    "custom_field",
    "customer",
    "customer_case",
    "customer_group",
    "customer_login",
    "document",
    "extra_opening",
    "holiday_calendar",
    "identity_provider",
    "invoice",
    "item",
    "key",
    "message",
    "message_template",
    "occasion",
    "price",
    "profile",
    "resource",
    "service",
    "service_assignment",
    "session",
    "site",
    "staff_user",
    "webhook",
)
"""The kinds of records that have a name in each language; others are shown as they are called in the database."""


class ChangedField(msgspec.Struct, frozen=True):
    """A field, and what it was and is; "" is nothing."""

    name: Text
    before: Text
    after: Text


class EntryView(msgspec.Struct, frozen=True):
    """One change. `record` is what kind of record, `done` what happened to it."""

    at: str
    who: str
    door: str
    record: Text
    id: int
    done: Message
    fields: tuple[ChangedField, ...]
    path: str


def journal_query(values: Values, times: Times) -> JournalQuery:
    """What the page asks for; what could not be read is left out."""
    sent, first, last = values.sent, values.day("first"), values.day("last")
    return JournalQuery(
        kind=sent["kind"] or None,
        subject_id=(values.id("subject") or None) if sent["kind"] else None,
        actor=sent["actor"] or None,
        since=instant(first, 0, times.zone) if first else None,
        until=instant(last + DAY, 0, times.zone) if last else None,
        before=sent["before"] or None,
    )


def filter_fields(sent: Mapping[str, str], actors: Sequence[tuple[str, str]]) -> tuple[Field, ...]:
    """The fields by which entries are looked for; `actors` are users and keys with their names."""
    kinds = (Choice("", "journal.anything"), *(Choice(kind, f"record.{kind}") for kind in RECORDS))
    who = (Choice("", "journal.anybody"), *(Choice(actor, own_name(name)) for actor, name in actors))
    return (
        Field("kind", "journal.record", kind="select", value=sent["kind"], choices=kinds),
        Field("actor", "journal.who", kind="select", value=sent["actor"], choices=who),
        Field("first", "journal.first", kind="date", value=sent["first"]),
        Field("last", "journal.last", kind="date", value=sent["last"]),
    )


def entry_views(page: JournalPage, names: Mapping[str, str], times: Times) -> tuple[EntryView, ...]:
    """The entries; `names` are those of the actors."""
    return tuple(_entry(entry, names, times) for entry in page.entries)


def journal_pager(page: JournalPage, sent: Mapping[str, str]) -> Pager:
    """The links to what is older and to the newest."""
    query = {name: sent[name] for name in FIELDS if name != "before"}
    return older(PATH, page.rest or "", query, newest=not sent["before"])


def _entry(entry: Change, names: Mapping[str, str], times: Times) -> EntryView:
    known = entry.kind in RECORDS
    return EntryView(
        at=times.at(entry.at),
        who=names.get(entry.actor) or entry.actor,
        door=entry.door,
        record=Message(f"record.{entry.kind}") if known else entry.kind.replace("_", " "),
        id=entry.subject_id,
        done=Message(f"past.{past_of(entry.verb)}"),
        fields=tuple(_fields(entry, times)),
        path=f"{PATH}?kind={entry.kind}&subject={entry.subject_id}",
    )


def _fields(entry: Change, times: Times) -> Iterator[ChangedField]:
    before, after = entry.before or {}, entry.after or {}
    for name in sorted({*before, *after} - HIDDEN):
        was, is_now = (value_text(name, image.get(name), times) for image in (before, after))
        if was != is_now:
            yield ChangedField(field_label(entry.kind, name), was, is_now)
