"""What was done to an item last, and until when it can be taken back."""

import msgspec

from kalends.actions.bookings.undo import LEAST_SECONDS
from kalends.actions.context import Context
from kalends.console.at_site import AtSite
from kalends.console.views.panel import title_of
from kalends.engine.bookings.undo import Undoable
from kalends.engine.bookings.views import ItemView
from kalends.engine.time.span import Span
from kalends.web.idempotency import new_form_key


class UndoView(msgspec.Struct, frozen=True):
    """What was done: `what` is the key of a text, "" if nothing can be taken back. `seconds` are left for it."""

    title: str
    when: str
    path: str
    key: str
    what: str = ""
    seconds: int = 0


def undo_view(ctx: Context, at: AtSite, view: ItemView, undoable: Undoable | None) -> UndoView:
    """The message about an item."""
    item = view.item
    when = at.words.when(Span(item.starts_at, item.ends_at), at.zone)
    shown = UndoView(title_of(at, view), when, f"{at.path}/items/{item.id}", new_form_key())
    if undoable is None:
        return shown
    longest = max(LEAST_SECONDS, ctx.account.policy.undo_seconds)
    seconds = longest - int((ctx.now - undoable.change.at).total_seconds())
    return msgspec.structs.replace(shown, what=f"done.{undoable.what}", seconds=max(1, seconds))
