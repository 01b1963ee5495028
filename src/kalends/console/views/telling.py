"""Whether and when a customer is told of a change, with the message as it will be."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from kalends.actions.context import Context
from kalends.actions.messages.about_item import CustomerNotice
from kalends.console.at_site import AtSite
from kalends.console.views.forms import Field
from kalends.console.views.panel import title_of
from kalends.console.views.wall_times import fold_of, wall_text, which_of_two
from kalends.engine.bookings.telling import Reach
from kalends.engine.bookings.views import ItemView
from kalends.engine.messages.message import OutboxMessage
from kalends.engine.time.clock import HOUR
from kalends.notices.texts import Message
from kalends.web.idempotency import new_form_key

CHOICES = ("yes", "later", "no")
"""What a form sends as `tell`; "" leaves it to the account."""
_ROUNDED = timedelta(minutes=15)


class NoticeView(msgspec.Struct, frozen=True):
    """What the customer would be told: `channel` is the key of a text, `seconds` for how long it is held back, `chosen`
    one of CHOICES, `later` the fields that say until when it waits. `text` is "" where there is none yet. `why_not`:
    why no message can be sent; "" if one can."""

    why_not: str
    channel: str
    address: str
    language: str
    chosen: str
    later: tuple[Field, ...]
    subject: str
    text: str
    seconds: int


class WaitingView(msgspec.Struct, frozen=True):
    """What the customer of an item is still to be told; `notice` None: nothing waits any more."""

    title: str
    when: str
    path: str
    key: str
    notice: NoticeView | None


def notice_view(
    ctx: Context, at: AtSite, notice: CustomerNotice | None, sent: Mapping[str, str], fault: str = ""
) -> NoticeView | None:
    """The message as a page shows it, with what was chosen so far, or why there can be none; None if there is nothing
    to tell."""
    if notice is None:
        return None
    usual = "yes" if notice.usual else "no"
    rendered = notice.rendered
    return NoticeView(
        why_not=unreached(at, notice.reach),
        channel=f"channel.{notice.reach.channel}",
        address=notice.reach.address,
        language=notice.language,
        chosen=sent["tell"] if sent["tell"] in CHOICES else usual,
        later=_later(ctx, at, sent, fault),
        subject=rendered.subject if rendered is not None else "",
        text=rendered.text if rendered is not None else "",
        seconds=ctx.account.policy.undo_seconds,
    )


def _later(ctx: Context, at: AtSite, sent: Mapping[str, str], fault: str) -> tuple[Field, ...]:
    """The fields that say until when a message waits; at first for about an hour."""
    in_an_hour = ctx.now + HOUR
    since_last = timedelta(seconds=in_an_hour.timestamp() % _ROUNDED.total_seconds())
    rounded = (in_an_hour - since_last + _ROUNDED).astimezone(at.zone)
    text, fold = sent["tell_at"], sent["tell_at_fold"]
    if not text:
        text, fold = wall_text(rounded), str(fold_of(rounded))
    field = Field("tell_at", "tell.at", kind="datetime-local", value=text, fault=fault)
    return (field, *which_of_two(at, "tell_at_fold", text, fold))


def unreached(at: AtSite, reach: Reach) -> str:
    """Why no message can be sent; "" if one can."""
    if reach.why_not is None:
        return ""
    return at.say(Message(f"unreached.{reach.why_not}", {"address": reach.address}))


def due_by_policy(ctx: Context, message: OutboxMessage) -> datetime:
    """When a message is due if nobody says otherwise."""
    return message.created_at + timedelta(seconds=ctx.account.policy.undo_seconds)


def chosen(ctx: Context, at: AtSite, waiting: OutboxMessage | None, sent: Mapping[str, str]) -> Mapping[str, str]:
    """What a form has chosen of a message; at first, what is as it is: when it is sent, or that none is."""
    if sent["tell"] or waiting is None:
        return sent if sent["tell"] else {**sent, "tell": "no"}
    if waiting.due_at <= due_by_policy(ctx, waiting):
        return {"tell": "yes", "tell_at": "", "tell_at_fold": ""}
    due_at = waiting.due_at.astimezone(at.zone)
    return {"tell": "later", "tell_at": wall_text(due_at), "tell_at_fold": str(fold_of(due_at))}


def waiting_view(
    ctx: Context, at: AtSite, view: ItemView, notice: CustomerNotice | None, sent: Mapping[str, str], fault: str
) -> WaitingView:
    """What is still to be told, or could be, with what was chosen so far."""
    shown = notice_view(ctx, at, notice, sent, fault)
    return WaitingView(title_of(at, view), at.when(view), at.path_of(view), new_form_key(), shown)
