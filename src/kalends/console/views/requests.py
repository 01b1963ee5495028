"""Bookings in a list: who, what, when and with whom."""

from collections.abc import Sequence

import msgspec

from kalends.actions.access import may
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.context import Context
from kalends.console.at_site import AtSite
from kalends.console.views.item_look import Look, look_of
from kalends.console.views.panel import overlap_reason, title_of
from kalends.engine.bookings.views import ItemView
from kalends.web.idempotency import new_form_key


class ListedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item in a list. `known` is how to reach the customer, `note` what was said of it."""

    path: str
    title: str
    what: str
    when: str
    where: str
    known: str
    note: str
    look: Look
    revision: int
    key: str


class Inbox(msgspec.Struct, frozen=True):
    """The requests; `may_answer`: the caller may confirm and decline them."""

    path: str
    rows: tuple[ListedItem, ...]
    may_answer: bool


def inbox_view(ctx: Context, at: AtSite, views: Sequence[ItemView]) -> Inbox:
    """The requests at a site."""
    rows = tuple(listed(ctx, at, view, view.item.notes or "") for view in views)
    return Inbox(at.path, rows, may(ctx, change_item_state))


def overlap_view(ctx: Context, at: AtSite, view: ItemView) -> ListedItem:
    """An item that overlaps, with why."""
    return listed(ctx, at, view, overlap_reason(view.item))


def listed(ctx: Context, at: AtSite, view: ItemView, note: str) -> ListedItem:
    """An item as a row."""
    item, customer = view.item, view.customer
    contacts = (customer.phone, customer.email) if customer else ()
    return ListedItem(
        path=at.path_of(view),
        title=title_of(at, view),
        what=view.service.title if view.service else (item.title or ""),
        when=at.when(view),
        where=view.resource.title if view.resource else "",
        known=" · ".join(contact for contact in contacts if contact),
        note=note,
        look=look_of(item, ctx.now),
        revision=item.revision,
        key=new_form_key(),
    )
