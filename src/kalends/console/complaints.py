"""What forms say of refusals."""

from collections.abc import Callable, Mapping
from typing import Any

from kalends.console.views.forms import Complaint
from kalends.engine import refusals
from kalends.engine.all_refusals import all_of
from kalends.engine.refusals import Refusal
from kalends.notices.texts import Message

FAULTS = ("duplicate", "not_a_date", "not_a_time", "repeated_time", "skipped_time")
"""What may be wrong with a field beside the reasons of a Fault: `fault.NAME`."""


_LABELS = {
    **dict.fromkeys(("start", "starts_at"), "new.start"),
    **dict.fromkeys(("resource", "resource_id"), "panel.with"),
    **dict.fromkeys(("service", "service_id"), "panel.service"),
    "ends_at": "moving.end",
    "length": "new.length",
    "session": "panel.session",
    "units": "panel.units",
}
"""What fields are called on screens, by their names in forms and in the engine."""


def complaint_of(refusal: Refusal, names: Mapping[str, str]) -> Complaint | None:
    """What a form says of the refusal; None if it has no words for it. `names` are those of the form's fields by what
    the action calls them."""
    complaint = Complaint()
    for single in all_of(refusal):
        say = SAYS.get(type(single))
        if say is None:
            return None
        complaint = joined(complaint, _named(say(single), names))
    return complaint


def in_words(complaint: Complaint | None, say: Callable[[Message], str]) -> str:
    """All of it in words, to be said where the fields that it is about are not seen; "" if there is none."""
    if complaint is None:
        return ""
    of_fields = [_labelled(name, fault) for name, fault in complaint.fields.items()]
    return " ".join(map(say, [*([complaint.whole] if complaint.whole else []), *of_fields]))


def joined(first: Complaint, second: Complaint) -> Complaint:
    """Both; where they say different things of the same, the first."""
    return Complaint({**second.fields, **first.fields}, first.whole or second.whole)


def _named(complaint: Complaint, names: Mapping[str, str]) -> Complaint:
    return Complaint({_own_name(name, names): fault for name, fault in complaint.fields.items()}, complaint.whole)


def _labelled(name: str, fault: Message) -> Message:
    label = _LABELS.get(name)
    return Message("form.fault", {"label": Message(label), "fault": fault}) if label else fault


def _own_name(name: str, names: Mapping[str, str]) -> str:
    """The name of the form's field. Custom fields are named by their ids there."""
    return names.get(name, name.replace("custom_field ", "custom_"))


def _field(name: str, reason: str) -> Complaint:
    return Complaint({name: Message(f"fault.{reason}")})


def _whole(key: str, **arguments: Any) -> Complaint:
    return Complaint(whole=Message(key, arguments))


SAYS: Mapping[type[Refusal], Callable[[Any], Complaint]] = {
    refusals.BadRecurrence: lambda no: _whole("refused.bad_recurrence"),
    refusals.Barred: lambda no: _whole("refused.barred"),
    refusals.Closed: lambda no: _whole("refused.closed"),
    refusals.Duplicate: lambda no: _field(no.field, "duplicate"),
    refusals.Full: lambda no: _whole("refused.full"),
    refusals.IllegalTransition: lambda no: _whole("refused.illegal_transition"),
    refusals.InUse: lambda no: _whole("refused.in_use", count=no.count),
    refusals.Invalid: lambda no: Complaint({each.field: Message(f"fault.{each.reason}") for each in no.faults}),
    refusals.NotFound: lambda no: _field(no.what, "unknown"),
    refusals.NotServed: lambda no: _whole("refused.not_served"),
    refusals.OffStep: lambda no: _whole("refused.off_step"),
    refusals.Outdated: lambda no: _whole("form.changed_meanwhile"),
    refusals.RepeatedTime: lambda no: _field(no.field, "repeated_time"),
    refusals.Retired: lambda no: _whole("refused.retired"),
    refusals.SkippedTime: lambda no: _field(no.field, "skipped_time"),
    refusals.Stale: lambda no: _whole("form.changed_meanwhile"),
    refusals.TooFar: lambda no: _whole("refused.too_far"),
    refusals.TooMany: lambda no: _whole("refused.too_many", most=no.most),
    refusals.TooManyOccurrences: lambda no: _whole("refused.too_many_occurrences", most=no.most),
    refusals.TooSoon: lambda no: _whole("refused.too_soon"),
    refusals.Unreachable: lambda no: _whole("refused.unreachable"),
}
