"""Group sessions: how full they are, and who attends them."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

import msgspec

from kalends.actions.access import may
from kalends.actions.bookings.add_sessions import add_session
from kalends.actions.bookings.sessions import change_session
from kalends.actions.bookings.suggest import book_or_suggest
from kalends.actions.context import Context
from kalends.console.at_site import AtSite
from kalends.console.views.facts import Fact, facts_of
from kalends.console.views.item_look import STATUS_LOOKS, Look, look_of
from kalends.console.views.panel import customer_title, title_of
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.states import STATUSES
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import Resource
from kalends.engine.customers.customer import Customer
from kalends.engine.time.clock import DAY
from kalends.engine.time.span import Span
from kalends.web.idempotency import new_form_key

_WEEK = 7 * DAY


class Fullness(msgspec.Struct, frozen=True):
    """How many places are taken of how many.."""

    taken: int
    capacity: int

    @property
    def is_full(self) -> bool:
        """Whether no place is left."""
        return self.taken >= self.capacity


class SessionRow(msgspec.Struct, frozen=True):
    """A session in a list."""

    path: str
    title: str
    hours: str
    where: str
    places: Fullness


class SessionDay(msgspec.Struct, frozen=True):
    """A day with its sessions."""

    title: str
    sessions: tuple[SessionRow, ...]


class WeekView(msgspec.Struct, frozen=True):
    """A week of sessions; `before` and `after` are the paths of those around it."""

    days: tuple[SessionDay, ...]
    title: str
    before: str
    after: str
    new: str


class Attendee(msgspec.Struct, frozen=True):
    """A place and who has it. `field` is the name of its field in the roll."""

    path: str
    name: str
    known: str
    units: int
    look: Look
    field: str
    status: str


class Mark(msgspec.Struct, frozen=True):
    """What can be noted in the roll: a status, and how it looks."""

    status: str
    look: Look


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """A session, to which the caller may give places, and which they may change. `words` is what was looked for among
    the customers, `found` who was found: value and name."""

    path: str
    key: str
    revision: int
    title: str
    is_gone: bool
    repeats: bool
    facts: tuple[Fact, ...]
    notes: str
    places: Fullness
    attendees: tuple[Attendee, ...]
    marks: tuple[Mark, ...]
    may_book: bool
    may_plan: bool
    week: str
    words: str = ""
    found: tuple[tuple[int, str, str], ...] = ()

    def with_found(self, words: str, found: Sequence[Customer]) -> "SessionView":
        """The session with customers who were looked for."""
        people = tuple((each.id, customer_title(each), _known(each)) for each in found)
        return msgspec.structs.replace(self, words=words, found=people)


def week_view(
    ctx: Context,
    at: AtSite,
    monday: date,
    sessions: Sequence[GroupSession],
    taken: Mapping[int, int],
    resources: Mapping[int, Resource],
) -> WeekView:
    """The sessions of the week that begins on this Monday, in order of time."""
    by_day = groupby(sessions, lambda session: session.starts_at.astimezone(at.zone).date())
    days = tuple(
        SessionDay(at.words.day(day), tuple(_row(at, each, taken[each.id], resources) for each in of_day))
        for day, of_day in by_day
    )
    path = f"{at.path}/sessions"
    may_plan = may(ctx, add_session)
    return WeekView(
        days,
        at.words.days(monday, monday + _WEEK - DAY),
        f"{path}?week={monday - _WEEK}",
        f"{path}?week={monday + _WEEK}",
        f"{path}/new" if may_plan else "",
    )


def session_view(
    ctx: Context,
    at: AtSite,
    session: GroupSession,
    seats: Sequence[ItemView],
    taken: int,
    resources: Mapping[int, Resource],
) -> SessionView:
    """A session with its active seats."""
    by_name = sorted(seats, key=lambda seat: title_of(at, seat).casefold())
    return SessionView(
        path=f"{at.path}/sessions/{session.id}",
        key=new_form_key(),
        revision=session.revision,
        title=session.title,
        is_gone=session.deleted_at is not None,
        repeats=session.series is not None,
        facts=facts_of(
            Fact("panel.when", at.words.when(Span(session.starts_at, session.ends_at), at.zone)),
            Fact("panel.with", _where(session, resources)),
        ),
        notes=session.notes,
        places=Fullness(taken, session.capacity),
        attendees=tuple(_attendee(ctx, at, seat) for seat in by_name),
        marks=tuple(Mark(status, STATUS_LOOKS[status]) for status in STATUSES if status != "in_progress"),
        may_book=may(ctx, book_or_suggest),
        may_plan=may(ctx, change_session),
        week=f"{at.path}/sessions?week={session.starts_at.astimezone(at.zone).date()}",
    )


def _row(at: AtSite, session: GroupSession, taken: int, resources: Mapping[int, Resource]) -> SessionRow:
    start, end = session.starts_at.astimezone(at.zone), session.ends_at.astimezone(at.zone)
    hours = f"{at.words.hour(start)}–{at.words.hour(end)}"
    places = Fullness(taken, session.capacity)
    return SessionRow(f"{at.path}/sessions/{session.id}", session.title, hours, _where(session, resources), places)


def _where(session: GroupSession, resources: Mapping[int, Resource]) -> str:
    return ", ".join(resources[each].title for each in session.resource_ids if each and each in resources)


def _attendee(ctx: Context, at: AtSite, seat: ItemView) -> Attendee:
    item, customer = seat.item, seat.customer
    return Attendee(
        path=at.path_of(seat),
        name=title_of(at, seat),
        known=_known(customer) if customer else "",
        units=item.units,
        look=look_of(item, ctx.now),
        field=f"roll-{item.id}",
        status=item.status or "",
    )


def _known(customer: Customer) -> str:
    return " · ".join(part for part in (customer.phone, customer.email) if part)
