"""The question before something is confirmed, declined or cancelled: why, and what the customer is told of it."""

import msgspec

from kalends.actions.context import Context
from kalends.actions.messages.about_item import CustomerNotice
from kalends.console.at_site import AtSite
from kalends.console.views.panel import item_path, title_of
from kalends.console.views.scopes import ScopeChoice
from kalends.engine.bookings.request import BY_POLICY, MessageOverrides
from kalends.engine.bookings.telling import told
from kalends.engine.bookings.views import ItemView
from kalends.engine.time.span import Span
from kalends.web.idempotency import new_form_key

CLOSINGS = ("confirm", "decline", "cancel")
"""The verbs that are asked about: `closing.VERB` is the heading, `closing_do.VERB` the button."""


class NoticeView(msgspec.Struct, frozen=True):
    """What the customer would be told: `channel` is the key of a text, `seconds` for how long it is held back."""

    channel: str
    address: str
    language: str
    usual: bool
    subject: str
    text: str
    seconds: int


class ClosingView(msgspec.Struct, frozen=True, kw_only=True):
    """The question about an item. `notice` None: the customer can't be told."""

    verb: str
    path: str
    back: str
    revision: int
    key: str
    title: str
    when: str
    notice: NoticeView | None
    gives_reason: bool
    scopes: tuple[ScopeChoice, ...] = ()
    from_requests: bool = False


def closing_view(ctx: Context, at: AtSite, view: ItemView, verb: str, notice: CustomerNotice | None) -> ClosingView:
    """The question whether to do this to an item."""
    path = item_path(at, view.item)
    return ClosingView(
        verb=verb,
        path=f"{path}/{verb}",
        back=path,
        revision=view.item.revision,
        key=new_form_key(),
        title=title_of(at, view),
        when=at.words.when(Span(view.item.starts_at, view.item.ends_at), at.zone),
        notice=notice_view(ctx, notice) if notice else None,
        gives_reason=verb != "confirm",
    )


def notice_view(ctx: Context, notice: CustomerNotice) -> NoticeView:
    """The message as a page shows it."""
    return NoticeView(
        f"channel.{notice.channel}",
        notice.address,
        notice.language,
        notice.usual,
        notice.rendered.subject,
        notice.rendered.text,
        ctx.account.policy.undo_seconds,
    )


def overrides(ctx: Context, view: ItemView, verb: str, tell: str) -> MessageOverrides:
    """What is sent, as a form says: `yes`, `no`, or "" for what the account has."""
    return told(verb, view.customer, ctx.account, tell == "yes") if tell in ("yes", "no") else BY_POLICY
