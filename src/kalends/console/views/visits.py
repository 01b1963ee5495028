"""Items as lists show them: when, what, with whom, and how they stand."""

from collections.abc import Sequence

import msgspec

from kalends.actions.context import Context
from kalends.console.views.item_look import look_of
from kalends.console.views.tables import Cell, Row, Table, Text
from kalends.console.views.times import Times
from kalends.engine.bookings.views import ItemView
from kalends.notices.texts import Message


def visits_table(ctx: Context, title: str, empty: str, items: Sequence[ItemView], times: Times) -> Table:
    """Items in the order given; each by the clock of its site."""
    rows = tuple(_visit(ctx, view, times) for view in items)
    return Table(title, ("customers.when", "customers.what", "customers.with", "customers.state_of"), rows, empty)


def when(view: ItemView, times: Times) -> Cell:
    """`1 Mar 2027`, and below it `10:00–11:00`, by the clock of its site."""
    there = msgspec.structs.replace(times, zone=view.zone(times.zone))
    return Cell(there.day(view.item.starts_at), there.hours(view.item.starts_at, view.item.ends_at))


def what(view: ItemView) -> Text:
    """The title of an item, else of its service; else that it is a booking."""
    named = view.item.title or (view.service.title if view.service else "")
    return named or (view.session.title if view.session else "") or Message("customers.booking")


def _visit(ctx: Context, view: ItemView, times: Times) -> Row:
    look = look_of(view.item, ctx.now)
    path = f"/sites/{view.site_id}/items/{view.item.id}" if view.site_id else ""
    with_whom = view.resource.title if view.resource else ""
    state = Cell(Message(look.words), look=look)
    return Row((when(view, times), Cell(what(view)), Cell(with_whom), state), path)
