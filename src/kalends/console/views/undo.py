"""What was done to an item last, and until when it can be taken back."""

from math import ceil

import msgspec

from kalends.actions.bookings.undo import undo_ends
from kalends.actions.context import Context
from kalends.console.at_site import AtSite
from kalends.console.item_records import LastChange
from kalends.console.views.panel import title_of
from kalends.console.views.telling import unreached
from kalends.engine.bookings.views import ItemView
from kalends.engine.messages.message import OutboxMessage
from kalends.notices.texts import Message
from kalends.web.idempotency import new_form_key


class UndoView(msgspec.Struct, frozen=True):
    """What was done: `what` is the key of a text, "" if nothing can be taken back. `seconds` are left for it, of
    `count` dates. `told` tells by what and when the customer is told of it, "" if no message waits; `tellable`: they
    are not, but could be; `why_not`: why they can't be."""

    title: str
    when: str
    path: str
    key: str
    what: str = ""
    seconds: int = 0
    count: int = 1
    told: str = ""
    tellable: bool = False
    why_not: str = ""


def undo_view(ctx: Context, at: AtSite, view: ItemView, last: LastChange) -> UndoView:
    """The message about an item."""
    undoable = last.undoable
    shown = UndoView(
        title_of(at, view),
        at.when(view),
        at.path_of(view),
        new_form_key(),
        told=_told(ctx, at, last.waiting),
        tellable=last.untold is not None,
        why_not=unreached(at, last.untold.reach) if last.untold else "",
    )
    if undoable is None:
        return shown
    seconds = ceil((undo_ends(ctx, undoable.change.at) - ctx.now).total_seconds())
    return msgspec.structs.replace(shown, what=f"done.{undoable.what}", seconds=max(1, seconds), count=undoable.count)


def _told(ctx: Context, at: AtSite, waiting: OutboxMessage | None) -> str:
    if waiting is None:
        return ""
    due, today = waiting.due_at.astimezone(at.zone), ctx.now.astimezone(at.zone).date()
    when = at.words.hour(due) if due.date() == today else at.words.brief(due)
    return at.say(Message("tell.waits", {"channel": at.say(Message(f"channel.{waiting.channel}")), "when": when}))
