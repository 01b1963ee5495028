"""The forms by which sessions are planned, changed and cancelled."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.console.at_site import AtSite
from kalends.console.views.forms import Choice, Field, Form, Group, once, own_name
from kalends.console.views.wall_times import fold_of, wall_text, which_of_two
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.time.span import Span
from kalends.web.idempotency import new_form_key

FIELDS = ("service", "resource", "start", "start_fold", "end", "end_fold", "capacity", "title", "notes", "weeks")


class Cancelling(msgspec.Struct, frozen=True):
    """A session that is to be cancelled, and how many places are taken in it."""

    path: str
    back: str
    title: str
    when: str
    taken: int
    repeats: bool
    key: str


def plan_form(at: AtSite, services: Sequence[Service], resources: Sequence[Resource], sent: Mapping[str, str]) -> Form:
    """The form for a new session, with the times that were sent."""
    places = (Choice("", "sessions.nowhere"), *(Choice(str(each.id), own_name(each.title)) for each in resources))
    choices = tuple(Choice(str(each.id), own_name(each.title)) for each in services)
    what = (
        Field("service", "panel.service", kind="select", choices=choices),
        Field("resource", "panel.with", kind="select", choices=places),
    )
    when = (
        *_times(at, sent),
        Field("weeks", "sessions.weeks", kind="number", value="1", attributes={"min": "1", "max": "520"}),
    )
    return Form(
        f"{at.path}/sessions/new",
        (Group("new.what", (*what, *when), beside=True), *_others("", "", "")),
        "sessions.plan",
        hidden=once(),
        back=f"{at.path}/sessions",
    )


def change_form(at: AtSite, session: GroupSession, sent: Mapping[str, str] | None = None) -> Form:
    """The form with a session as it is, or with the times that were sent."""
    path = f"{at.path}/sessions/{session.id}"
    start, end = (moment.astimezone(at.zone) for moment in (session.starts_at, session.ends_at))
    present = {"start": wall_text(start), "end": wall_text(end)}
    present |= {"start_fold": str(fold_of(start)), "end_fold": str(fold_of(end))}
    return Form(
        f"{path}/change",
        (
            Group("panel.when", _times(at, present if sent is None else sent), beside=True),
            *_others(str(session.capacity), session.title, session.notes),
        ),
        "sessions.save",
        hidden={**once(), "revision": str(session.revision)},
        back=path,
    )


def cancelling_view(at: AtSite, session: GroupSession, taken: int) -> Cancelling:
    """The question whether to cancel a session."""
    path = f"{at.path}/sessions/{session.id}"
    when = at.words.when(Span(session.starts_at, session.ends_at), at.zone)
    repeats = session.series is not None
    return Cancelling(f"{path}/cancel", path, session.title, when, taken, repeats, new_form_key())


def _times(at: AtSite, sent: Mapping[str, str]) -> tuple[Field, ...]:
    start, end = sent.get("start", ""), sent.get("end", "")
    return (
        Field("start", "new.start", kind="datetime-local", value=start),
        *which_of_two(at, "start_fold", start, sent.get("start_fold", "")),
        Field("end", "moving.end", kind="datetime-local", value=end, required=False),
        *which_of_two(at, "end_fold", end, sent.get("end_fold", "")),
    )


def _others(capacity: str, title: str, notes: str) -> tuple[Field, ...]:
    return (
        Field("capacity", "sessions.capacity", kind="number", value=capacity, required=False, attributes={"min": "1"}),
        Field("title", "panel.title", value=title, required=False),
        Field("notes", "panel.notes", kind="textarea", value=notes, required=False),
    )
