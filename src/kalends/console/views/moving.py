"""The form that moves a booking."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.console.at_site import AtSite
from kalends.console.views.forms import Choice, Field, Words, own_name
from kalends.console.views.new_booking import Offered
from kalends.console.views.outlook import Outlook
from kalends.console.views.panel import title_of
from kalends.console.views.scopes import Scopes, scopes_of
from kalends.console.views.telling import NoticeView
from kalends.console.views.wall_times import fold_of, read_day, wall_text, which_of_two
from kalends.engine.availability.starts import Start
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.clock import DAY
from kalends.engine.time.span import Span
from kalends.web.idempotency import new_form_key


class FreeTime(msgspec.Struct, frozen=True):
    """A free time: `take` is what the button sends, resource, fold and start."""

    hours: str
    where: Words
    take: str


class OtherSession(msgspec.Struct, frozen=True):
    """A session to which a seat can be moved, with the seats that are free in it."""

    id: int
    title: str
    when: str
    free: int


class MovingView(msgspec.Struct, frozen=True, kw_only=True):
    """The form. `days` are the paths of the day before and the day after; `exact` are the fields for any other time.

    `to` says where it would be moved to, "" if nothing is chosen; `outlook` why it can't be. `on` is the resource whose
    free times are shown.
    """

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
    on: Field
    exact: tuple[Field, ...]
    to: str
    outlook: Outlook | None
    notice: NoticeView | None
    scopes: Scopes
    is_seat: bool
    has_service: bool
    session: str
    free: tuple[FreeTime, ...] = ()
    sessions: tuple[OtherSession, ...] = ()

    def with_free(self, at: AtSite, starts: Sequence[Start]) -> "MovingView":
        """The form with the free starts of its day; of any resource with its name."""
        titles = {} if self.on.value else {int(each.value): each.label for each in self.on.choices if each.value}
        return msgspec.structs.replace(self, free=tuple(_free(at, each, titles) for each in starts))


def moving_view(
    at: AtSite,
    view: ItemView,
    sent: Mapping[str, str],
    moved: ItemView | None,
    items: Sequence[ItemView],
    *,
    offered: Offered,
    notice: NoticeView | None,
    outlook: Outlook | None,
    faults: Mapping[str, str],
) -> MovingView:
    """The form for an item, with what was chosen so far, and what is wrong with its fields, in words; `moved` is the
    item as it would be, if it can be."""
    item, path = view.item, at.path_of(view)
    choices = tuple(Choice(str(each.id), own_name(each.title)) for each in _movable_to(view, offered))
    shown = moved.item if moved else item
    day = read_day(sent["day"]) or shown.starts_at.astimezone(at.zone).date()
    on = _on(sent, shown, choices)
    return MovingView(
        path=path,
        back=path,
        title=title_of(at, view),
        when=at.when(view),
        revision=item.revision,
        key=new_form_key(),
        day=day.isoformat(),
        day_title=at.words.day(day),
        before=f"{path}/move?day={day - DAY}&on={on.value}",
        after=f"{path}/move?day={day + DAY}&on={on.value}",
        on=on,
        exact=_with_faults(_exact(at, shown, choices, sent if outlook or faults else {}), faults),
        to=_to(at, moved) if moved and moved.item.revision > item.revision else "",
        outlook=outlook,
        notice=notice,
        scopes=Scopes() if view.session else scopes_of(at, view, items, sent),
        is_seat=view.session is not None,
        has_service=view.service is not None,
        session=sent["session"],
    )


def _movable_to(view: ItemView, offered: Offered) -> list[Resource]:
    """The resources to which an item can be moved, and the one that it has, which stays if nothing else is chosen."""
    item = view.item
    others = [
        each for each in offered.resources_of(str(item.service_id or "")) if each.id not in item.also_resource_ids
    ]
    is_one = any(each.id == item.resource_id for each in others)
    return others if is_one or view.resource is None else [view.resource, *others]


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


def _on(sent: Mapping[str, str], shown: Item, choices: tuple[Choice, ...]) -> Field:
    """The resource whose free times are shown: the one that was asked for, any, or at first that of the item."""
    asked = sent["on"] if sent["on"] or sent["day"] else str(shown.resource_id or "")
    value = asked if asked in {choice.value for choice in choices} else ""
    return _resource("on", value, (Choice("", "new.any_resource"), *choices))


def _exact(at: AtSite, item: Item, choices: tuple[Choice, ...], sent: Mapping[str, str]) -> tuple[Field, ...]:
    """The fields for a time: that of the item, or what was sent if that can't be had."""
    start, end = (moment.astimezone(at.zone) for moment in (item.starts_at, item.ends_at))
    present = {"start": wall_text(start), "fold": str(fold_of(start))}
    present |= {"end": wall_text(end), "end_fold": str(fold_of(end))}
    shown = {name: sent.get(name, value) for name, value in present.items()}
    return (
        _resource("resource", sent.get("resource") or str(item.resource_id or ""), choices),
        Field("start", "new.start", kind="datetime-local", value=shown["start"]),
        *which_of_two(at, "fold", shown["start"], shown["fold"]),
        Field("end", "moving.end", kind="datetime-local", value=shown["end"]),
        *which_of_two(at, "end_fold", shown["end"], shown["end_fold"]),
    )


def _with_faults(fields: tuple[Field, ...], faults: Mapping[str, str]) -> tuple[Field, ...]:
    return tuple(msgspec.structs.replace(field, fault=faults.get(field.name, "")) for field in fields)


def _resource(name: str, value: str, choices: tuple[Choice, ...]) -> Field:
    return Field(name, "panel.with", kind="select", value=value, choices=choices)


def _to(at: AtSite, moved: ItemView) -> str:
    when = at.when(moved)
    where = moved.session.title if moved.session else moved.resource.title if moved.resource else ""
    return ", ".join(part for part in (when, where) if part)


def _free(at: AtSite, start: Start, titles: Mapping[int, Words]) -> FreeTime:
    slot = start.slot
    begins, ends = slot.span.start.astimezone(at.zone), slot.span.end.astimezone(at.zone)
    resource_id = slot.resource_ids[0] if slot.resource_ids else 0
    hours = f"{at.words.hour(begins)}–{at.words.hour(ends)}"
    return FreeTime(hours, titles.get(resource_id, ""), f"{resource_id} {fold_of(begins)} {wall_text(begins)}")
