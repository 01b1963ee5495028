"""The agenda of a day: all that takes place, in order of time. It is for phones and for those who can't see a grid."""

import msgspec

from kalends.actions.context import Context
from kalends.console.at_site import AtSite
from kalends.console.views.boxes import Box, Boxes
from kalends.console.views.calendar import CalendarView, Shown, calendar_view
from kalends.console.views.time_grid import TimeGrid
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.calendar import SiteCalendar
from kalends.engine.bookings.group_session import GroupSession
from kalends.web.idempotency import new_form_key


class AgendaRow(msgspec.Struct, frozen=True):
    """One item or session, and on which resources."""

    box: Box
    where: str


class AgendaView(CalendarView, frozen=True, kw_only=True):
    """The agenda. `key` begins the keys by which its buttons count once. `now` is the row before which it is now, None
    if that is not between two of them."""

    key: str
    rows: tuple[AgendaRow, ...]
    now: int | None


def agenda_view(ctx: Context, at: AtSite, shown: Shown, calendar: SiteCalendar) -> AgendaView:
    """The agenda as the page shows it."""
    common = calendar_view(ctx, at, "agenda", shown, at.words.day(shown.day))
    grid = TimeGrid(at, shown.window)
    boxes, now = Boxes(ctx, grid), grid.step_of(ctx.now)
    rows = [AgendaRow(boxes.item(view), _where(view.item, calendar)) for view in calendar.items.values()]
    rows += [AgendaRow(boxes.session(each), _where(each.session, calendar)) for each in calendar.sessions.values()]
    ordered = sorted(rows, key=lambda row: (row.box.start, row.box.end, row.where, row.box.id))
    coming = [index for index, row in enumerate(ordered) if now is not None and row.box.end > now]
    return AgendaView(
        **msgspec.structs.asdict(common),
        key=new_form_key(),
        rows=tuple(ordered),
        now=coming[0] if coming and coming[0] else None,
    )


def _where(record: Item | GroupSession, calendar: SiteCalendar) -> str:
    ids = [record.resource_id or 0, *record.also_resource_ids]
    titles = [calendar.names[each] for each in ids if each in calendar.names]
    return ", ".join(titles) or calendar.site.name
