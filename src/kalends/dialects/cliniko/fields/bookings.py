"""What appointments, group appointments, blocks and attendees have in common."""

from collections.abc import Callable, Collection, Mapping
from ipaddress import AddressValueError, IPv4Address
from operator import attrgetter
from typing import Any

from kalends.dialects.cliniko.fields.invoices import STATUSES
from kalends.dialects.cliniko.fields.repeat_rules import kept_rule
from kalends.dialects.cliniko.fields.view import DOOR, NO_LINK, Bind, RenderContext
from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable
from kalends.dialects.kit.fields import Computed, Field, Line, PassThrough, from_row

REPEAT_RULE = "repeat_rule"
REASON = "cancellation_reason"
"""What details keep of an item: the rule by which it repeats, and the number of the reason why it was cancelled."""
REASONS: Mapping[int, str] = {
    10: "Feeling Better",
    20: "Condition Worse",
    30: "Sick",
    31: "COVID-19 related",
    40: "Away",
    50: "Other",
    60: "Work",
}
ARRIVED = ("checked_in", "in_progress", "completed")
DID_NOT_ARRIVE = "no_show"
_NOTE_STATUSES = (10, 90)
_MOST_REPEATS = 51
_item_id = attrgetter("item.id")
text = codecs.text(codecs.TEXT)
line = codecs.text()


def _read_address(value: Any, context: Any) -> str | None:
    try:
        return str(IPv4Address(value)) if value else None
    except (AddressValueError, ValueError):
        raise Unreadable("invalid") from None


def _read_url(value: Any, context: Any) -> str | None:
    url = codecs.clean(value, 2048) if value else None
    if url and not url.startswith(("http://", "https://")):
        raise Unreadable("invalid")
    return url


def _one_of(numbers: Collection[int]) -> Codec:
    """One of these numbers; a blank text is None. Unreadable: not_a_number, not_included."""

    def read(value: Any, context: Any) -> int | None:
        number: int | None = codecs.number().read(value, context)
        if number is not None and number not in numbers:
            raise Unreadable("not_included")
        return number

    return Codec(read)


CANCELLATION: tuple[Line, ...] = (
    Field(REASON, "reason_number", _one_of(REASONS), "in"),
    Field("cancellation_note", "reason", text, "in"),
    Field("apply_to_repeats", "and_later", codecs.flag, "in"),
)
repeat_rule = PassThrough(REPEAT_RULE, kept_rule(_MOST_REPEATS))
telehealth_url = PassThrough("telehealth_url", Codec(_read_url))

# Of items. What only the vendor's own pages set is null, unless a client sends it.
SENT_BY_CLIENTS: tuple[Line, ...] = (
    PassThrough("booking_ip_address", Codec(_read_address)),
    PassThrough("online_booking_policy_accepted", codecs.flag),
    PassThrough("treatment_note_status", _one_of(_NOTE_STATUSES)),
    telehealth_url,
)


def practitioner_id(view: Any) -> int | None:
    """The resource of an item, if it is a person."""
    resource = view.resource
    return resource.id if resource is not None and resource.kind == "person" else None


def _cancelled_for(view: Any) -> int | None:
    reason: int | None = view.item.details.get(DOOR, {}).get(REASON)
    return reason if view.item.cancelled_at is not None else None


def reason_name(otherwise: str | None) -> Callable[[Any], str | None]:
    """The name of the reason for which an item was cancelled, else this."""
    return lambda view: REASONS.get(_cancelled_for(view) or 0, otherwise)


def _invoice_status(context: RenderContext) -> Callable[[Any], int | None]:
    return lambda view: STATUSES.get(context.standings.get(view.item.id, ""), (None, None))[0]


def reminders(channel: str) -> Bind:
    """The maker of the number of reminders of an item that were sent by a channel. One whose time is all that is known
    was sent as SMS.
    """

    def bind(context: RenderContext) -> Callable[[Any], int]:
        def count(view: Any) -> int:
            known = 1 if channel == "sms" and view.item.reminded_at is not None else 0
            return max(known, context.reminders.get(view.item.id, {}).get(channel, 0))

        return count

    return bind


def were_reminded(channel: str) -> Bind:
    """The maker of whether a reminder of an item was sent by a channel."""

    def bind(context: RenderContext) -> Callable[[Any], bool]:
        count = reminders(channel)(context)
        return lambda view: count(view) > 0

    return bind


# Of items.
TIMESTAMPS: tuple[Line, ...] = (
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("archived_at", "archived_at", codecs.moment, "out"),
    Field("deleted_at", "archived_at", codecs.moment, "out"),
)
OF_PATIENTS: tuple[Line, ...] = (
    Field("cancelled_at", "cancelled_at", codecs.moment, "out"),
    Field("cancellation_note", "cancellation_reason", text, "out"),
    Computed("cancellation_reason", from_row(_cancelled_for)),
    Computed("email_reminder_sent", were_reminded("email")),
    Computed("sms_reminder_sent", were_reminded("sms")),
    Computed("invoice_status", _invoice_status),
    *SENT_BY_CLIENTS,
)


def repeated_from(path: str, id_of: Callable[[Any], int] = _item_id) -> Bind:
    """The maker of a link to the first of the series, NO_LINK for the first itself."""

    def bind(context: RenderContext) -> Callable[[Any], Any]:
        def render(row: Any) -> Any:
            first = context.firsts.get(id_of(row), id_of(row))
            return NO_LINK if first == id_of(row) else {"links": {"self": f"{context.url}/{path}/{first}"}}

        return render

    return bind


def repeats(path: str, id_of: Callable[[Any], int] = _item_id) -> Bind:
    """The maker of a link to the list of those that repeat a row, null for one that is not the first of a series."""

    def bind(context: RenderContext) -> Callable[[Any], Any]:
        def render(row: Any) -> Any:
            row_id = id_of(row)
            if context.firsts.get(row_id) != row_id:
                return None
            return {"links": {"self": f"{context.url}/{path}?q[]=repeated_from_id:={row_id}"}}

        return render

    return bind
