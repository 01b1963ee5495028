"""What one can do with a booking now: the next step first, and none that would be refused."""

from datetime import datetime

import msgspec

from kalends.actions.access import may
from kalends.actions.bookings.change_state import change_item_state, set_status
from kalends.actions.context import Context
from kalends.console.views.item_look import STATUS_LOOKS, Look
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.states import HOLDING, STATUSES, TRANSITIONS, state_at
from kalends.engine.bookings.views import ItemView


class Mark(msgspec.Struct, frozen=True):
    """A button that says how the customer attended. `is_set`: it is so, and the button takes it back; `is_next`: it is
    what one would do next."""

    status: str
    look: Look
    is_set: bool
    is_next: bool


class Steps(msgspec.Struct, frozen=True, kw_only=True):
    """What may be done: the marks of attendance, and whether it can be confirmed, declined, moved, changed, cancelled,
    brought back, or given to somebody else."""

    marks: tuple[Mark, ...] = ()
    confirm: bool = False
    decline: bool = False
    move: bool = False
    change: bool = False
    cancel: bool = False
    restore: bool = False
    again: bool = False

    @property
    def any(self) -> bool:
        """Whether anything may be done."""
        return bool(self.marks) or any((self.confirm, self.move, self.change, self.cancel, self.restore, self.again))


def steps_of(ctx: Context, view: ItemView) -> Steps:
    """What the caller may do with an item now."""
    item, state = view.item, state_at(view.item, ctx.now)
    if not may(ctx, change_item_state) or item.kind == "block":
        return Steps()
    present = state in (*HOLDING, "confirmed", "draft")
    return Steps(
        marks=_marks(item, ctx.now) if state == "confirmed" else (),
        confirm=state in TRANSITIONS["confirm"][0],
        decline=state in TRANSITIONS["decline"][0],
        move=present,
        change=present,
        cancel=present,
        restore=state in TRANSITIONS["reopen"][0],
        again=item.kind == "appointment",
    )


def next_mark(ctx: Context, item: Item) -> Mark | None:
    """The next step of attendance; None if there is none, or the caller may not note it."""
    may_note = may(ctx, set_status) and item.kind != "block"
    status = _next_status(item, ctx.now) if may_note and state_at(item, ctx.now) == "confirmed" else None
    return Mark(status, STATUS_LOOKS[status], is_set=False, is_next=True) if status else None


def _marks(item: Item, now: datetime) -> tuple[Mark, ...]:
    following = _next_status(item, now)
    return tuple(Mark(status, STATUS_LOOKS[status], status == item.status, status == following) for status in STATUSES)


def _next_status(item: Item, now: datetime) -> str | None:
    if item.status is None:
        return "checked_in" if now < item.ends_at else "completed"
    return {"checked_in": "in_progress", "in_progress": "completed"}.get(item.status)
