"""What takes time as a box on the grid, with all that is said of it."""

from typing import Any

import msgspec

from kalends.actions.access import may
from kalends.actions.bookings.suggest import change_or_suggest
from kalends.actions.context import Context
from kalends.console.views.item_look import SESSION, Look, look_of
from kalends.console.views.item_steps import Mark, next_mark
from kalends.console.views.panel import title_of
from kalends.console.views.time_grid import TimeGrid
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.states import ACTIVE, state_at
from kalends.engine.bookings.views import ItemView, SessionWithSeats
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.span import Span
from kalends.notices.texts import Message

_SHORT = 6
"""Boxes of up to so many steps have one line."""
_STEP = 3
_LONGEST_STEP = 6


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """An item or a session on the grid. `mark` is its id on the page, `path` leads to its panel.

    `begins` is the start of `hours`. `said` is what is not seen: when, and in which state. `is_movable`: the caller may
    move it, and all of it is seen; then by `step` steps at a time. `is_besides`: it is not on its main resource. `next`
    is the next step of attendance, which one key or click notes.
    """

    id: int
    mark: str
    path: str
    look: Look
    start: int
    end: int
    title: str
    note: str
    hours: str
    begins: str
    said: str
    revision: int
    next: Mark | None = None
    is_movable: bool = False
    is_besides: bool = False
    is_short: bool = False
    step: int = 3
    recurs: bool = False
    overlaps: bool = False
    width: int = 1
    place: int = 0


class Boxes:
    """Makes the boxes of a grid, for one caller."""

    def __init__(self, ctx: Context, grid: TimeGrid, *, nameless: bool = False) -> None:
        self.ctx = ctx
        self.grid = grid
        self.say = grid.at.say
        self.nameless = nameless
        self.may_move = may(ctx, change_or_suggest)
        self.states: dict[str, str] = {}
        self.spans: dict[Span, str] = {}

    def item(self, view: ItemView, resource: Resource | None = None) -> Box:
        """An item on one of its resources."""
        item, look = view.item, look_of(view.item, self.ctx.now)
        is_main = resource is None or item.resource_id == resource.id
        title, note = self.title(view), self._note(view, look)
        return self._box(
            item,
            look=look,
            mark=f"item-{item.id}" if is_main else f"item-{item.id}-on-{resource.id if resource else 0}",
            path=f"{self.grid.at.path}/items/{item.id}",
            title=title,
            note="" if note == title else note,
            next=next_mark(self.ctx, item) if is_main and not self.nameless else None,
            is_movable=self._is_movable(item),
            is_besides=not is_main,
            step=_step(view),
            recurs=view.recurs,
            overlaps=item.overlap_allowed and item.kind != "block",
        )

    def session(self, with_seats: SessionWithSeats, resource: Resource | None = None) -> Box:
        """A session on one of its resources."""
        session = with_seats.session
        is_main = resource is None or session.resource_id == resource.id
        seats = Message("day.seats", {"taken": with_seats.taken, "capacity": session.capacity})
        return self._box(
            session,
            look=SESSION,
            mark=f"session-{session.id}" if is_main else f"session-{session.id}-on-{resource.id if resource else 0}",
            path=f"{self.grid.at.path}/sessions/{session.id}",
            title=session.title,
            note=self.say(seats),
            recurs=session.series is not None,
        )

    def title(self, view: ItemView) -> str:
        """What it is called, if names may be read."""
        item = view.item
        if self.nameless:
            return self.say(Message("day.booked"))
        return item.notes if item.kind == "block" and item.notes and not item.title else title_of(self.grid.at, view)

    def _note(self, view: ItemView, look: Look) -> str:
        """What it is; of what waits, was missed or takes no time that it does."""
        if look.name in ("waiting", "missed", "off", "block"):
            return self._state(look)
        what = view.item.title or (view.service.title if view.service else "")
        return what if view.item.units == 1 else f"{what} × {view.item.units}".strip()

    def _state(self, look: Look) -> str:
        if look.words not in self.states:
            self.states[look.words] = self.say(Message(look.words))
        return self.states[look.words]

    def _is_movable(self, item: Item) -> bool:
        shown = self.grid.shown
        is_whole = shown.start <= item.starts_at and item.ends_at <= shown.end
        is_live = state_at(item, self.ctx.now) in ("draft", *ACTIVE)
        return self.may_move and is_whole and is_live and item.resource_id is not None and item.session_id is None

    def _box(self, record: Item | GroupSession, *, look: Look, title: str, note: str, **parts: Any) -> Box:
        span = Span(record.starts_at, record.ends_at)
        (start, end), hours = self.grid.place(span), self.hours(span)
        state = self._state(look)
        box = Box(
            id=record.id,
            mark="",
            path="",
            look=look,
            start=start,
            end=end,
            title=title,
            note=note,
            hours=hours,
            begins=self.grid.time(record.starts_at),
            said=hours if note == state else f"{hours}, {state}",
            revision=record.revision,
            is_short=end - start <= _SHORT,
        )
        return msgspec.structs.replace(box, **parts)

    def hours(self, span: Span) -> str:
        """`10:00 to 11:00`, with the dates of times that are not on the day."""
        if span not in self.spans:
            hours = {"start": self.grid.time(span.start), "end": self.grid.time(span.end)}
            self.spans[span] = self.say(Message("day.hours", hours))
        return self.spans[span]


def _step(view: ItemView) -> int:
    """By how many steps it is moved: as its service is booked, where that is often enough."""
    step = view.service.step // 5 if view.service else _STEP
    return step if 1 <= step <= _LONGEST_STEP else _STEP
