"""The form that moves a booking."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from kalends.actions.context import Context
from kalends.actions.messages.about_item import CustomerNotice
from kalends.console.at_site import AtSite
from kalends.console.views.closing import NoticeView, notice_view
from kalends.console.views.forms import Choice, Field, own_name
from kalends.console.views.new_booking import Offered
from kalends.console.views.panel import item_path, title_of
from kalends.console.views.scopes import ScopeChoice, scopes_of
from kalends.console.views.wall_times import fold_of, wall_text
from kalends.engine.availability.starts import Start
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.views import ItemView
from kalends.engine.time.clock import DAY
from kalends.engine.time.span import Span
from kalends.web.idempotency import new_form_key


class FreeTime(msgspec.Struct, frozen=True):
    """A free time: `take` is what the button sends, resource, fold and start."""

    hours: str
    where: str
    take: str


class OtherSession(msgspec.Struct, frozen=True):
    """A session to which a seat can be moved, with the seats that are free in it."""

    id: int
    title: str
    when: str
    free: int


class MovingView(msgspec.Struct, frozen=True, kw_only=True):
    """The form. `days` are the paths of the day before and the day after; `exact` are the fields for any other time."""

    path: str
    back: str
    title: str
    when: str
    revision: int
    key: str
    day: str
    day_title: str
    before: str
    after: str
    resource: Field
    free: tuple[FreeTime, ...]
    exact: tuple[Field, ...]
    start_fold: int
    notice: NoticeView | None
    scopes: tuple[ScopeChoice, ...]
    is_seat: bool
    has_service: bool
    sessions: tuple[OtherSession, ...] = ()


def moving_view(
    ctx: Context,
    at: AtSite,
    view: ItemView,
    items: Sequence[ItemView],
    free: Sequence[Start],
    notice: CustomerNotice | None,
    *,
    offered: Offered,
    day: date,
    resource_id: int | None,
) -> MovingView:
    """The form for an item, with the free starts of a day."""
    item, path = view.item, item_path(at, view.item)
    resources = offered.resources_of(str(item.service_id or ""))
    titles = {resource.id: resource.title for resource in resources}
    choices = tuple(Choice(str(each.id), own_name(each.title)) for each in resources)
    asked = f"&resource={resource_id or ''}"
    return MovingView(
        path=path,
        back=path,
        title=title_of(at, view),
        when=at.words.when(Span(item.starts_at, item.ends_at), at.zone),
        revision=item.revision,
        key=new_form_key(),
        day=day.isoformat(),
        day_title=at.words.day(day),
        before=f"{path}/move?day={day - DAY}{asked}",
        after=f"{path}/move?day={day + DAY}{asked}",
        resource=_on(resource_id, (Choice("", "new.any_resource"), *choices)),
        free=tuple(_free(at, each, {} if resource_id else titles) for each in free),
        exact=_exact(at, item, choices),
        start_fold=fold_of(item.starts_at.astimezone(at.zone)),
        notice=notice_view(ctx, notice) if notice else None,
        scopes=scopes_of(at, view, items, to_cancel=False) if not view.session else (),
        is_seat=view.session is not None,
        has_service=view.service is not None,
    )


def other_sessions(
    at: AtSite, moving: MovingView, sessions: Sequence[GroupSession], taken: Mapping[int, int], units: int
) -> MovingView:
    """The form with the sessions that have so many seats left."""
    free = [(session, session.capacity - taken[session.id]) for session in sessions]
    shown = tuple(
        OtherSession(session.id, session.title, at.words.when(Span(session.starts_at, session.ends_at), at.zone), left)
        for session, left in free
        if left >= units
    )
    return msgspec.structs.replace(moving, sessions=shown)


def _exact(at: AtSite, item: Item, choices: tuple[Choice, ...]) -> tuple[Field, ...]:
    start, end = (wall_text(moment.astimezone(at.zone)) for moment in (item.starts_at, item.ends_at))
    return (
        _on(item.resource_id, choices),
        Field("start", "new.start", kind="datetime-local", value=start),
        Field("end", "moving.end", kind="datetime-local", value=end),
    )


def _on(resource_id: int | None, choices: tuple[Choice, ...]) -> Field:
    return Field("resource", "panel.with", kind="select", value=str(resource_id or ""), choices=choices)


def _free(at: AtSite, start: Start, titles: Mapping[int, str]) -> FreeTime:
    slot = start.slot
    begins, ends = slot.span.start.astimezone(at.zone), slot.span.end.astimezone(at.zone)
    resource_id = slot.resource_ids[0] if slot.resource_ids else 0
    hours = f"{at.words.hour(begins)}–{at.words.hour(ends)}"
    return FreeTime(hours, titles.get(resource_id, ""), f"{resource_id} {fold_of(begins)} {wall_text(begins)}")
