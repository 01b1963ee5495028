"""A lane of the day: one resource, with what takes place on it, when it is closed, and when it is free."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import msgspec

from kalends.console.views.boxes import Box, Boxes
from kalends.console.views.time_grid import TimeGrid
from kalends.console.views.wall_times import fold_of, wall_text
from kalends.engine.availability.capacity import BusyInterval, Node, usage_of
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.calendar import Claimed, SiteCalendar
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.span import Span, Spans
from kalends.notices.texts import Message

WIDEST = 8
"""How many boxes stand side by side; more lie on one another."""


class Mark(msgspec.Struct, frozen=True):
    """Steps of a lane that look different; `text` says why, "" if it needs no saying."""

    start: int
    end: int
    text: str = ""


class FreeSpan(msgspec.Struct, frozen=True):
    """A free time; `at` and `fold` are its start, for a new booking. `hours` are shown."""

    start: int
    end: int
    at: str
    fold: int
    hours: str


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """A resource; `id` 0 has what takes no resource. `entries` are boxes and free spans in order of time."""

    id: int
    name: str
    note: str
    is_part: bool
    closed: tuple[Mark, ...]
    buffers: tuple[Mark, ...]
    taken: tuple[Mark, ...]
    entries: tuple[Box | FreeSpan, ...]

    @property
    def most_beside(self) -> int:
        """How many boxes at most stand beside each other, as they are at the same time."""
        return max((each.width for each in self.entries if isinstance(each, Box)), default=1)


class Lanes:
    """Makes the lanes of a calendar."""

    def __init__(self, calendar: SiteCalendar, grid: TimeGrid, boxes: Boxes, *, with_free: bool) -> None:
        self.calendar = calendar
        self.grid = grid
        self.boxes = boxes
        self.with_free = with_free
        self.claims: dict[int, list[Claimed]] = {resource_id: [] for resource_id in calendar.related}
        for claim in calendar.claims:
            if claim.span.overlaps(grid.shown):
                self.claims[claim.resource_id].append(claim)

    def all(self) -> list[Lane]:
        """A lane for each resource, parts after their whole, and one for sessions without a resource, if any."""
        lanes = [self.lane(resource) for resource in in_trees(self.calendar.resources)]
        placeless = [each for each in self.calendar.sessions.values() if each.session.resource_id is None]
        boxes = [self.boxes.session(each) for each in placeless if self._is_shown(each.session)]
        return [*lanes, self._nowhere(boxes)] if boxes else lanes

    def lane(self, resource: Resource) -> Lane:
        """The lane of one resource."""
        own, taken = list[Box](), list[tuple[Span, str]]()
        buffers: list[Mark] = []
        for claim in self.claims[resource.id]:
            record = self._record(claim)
            if record is None or resource.id not in (record.resource_id, *record.also_resource_ids):
                taken.append((claim.span, self._who(claim)))
                continue
            span = Span(record.starts_at, record.ends_at)
            around = (Span(claim.span.start, span.start), Span(span.end, claim.span.end))
            buffers += [Mark(*self.grid.place(each)) for each in around if each.overlaps(self.grid.shown)]
            if self._is_shown(record):
                own.append(self._box(claim, resource))
        own += [self.boxes.item(view, resource) for view in self._without_time(resource)]
        taken += [
            (claim.span, self.calendar.related[claim.resource_id].title) for claim in self._of_relatives(resource)
        ]
        free = self._free(resource) if self.with_free else []
        entries: list[Box | FreeSpan] = [*side_by_side(own), *free]
        return Lane(
            id=resource.id,
            name=resource.title,
            note=self._note(resource),
            is_part=resource.parent_id is not None,
            closed=tuple(self._closed(resource)),
            buffers=tuple(buffers),
            taken=tuple(self._taken(taken)),
            entries=tuple(sorted(entries, key=lambda each: (each.start, each.end))),
        )

    def _nowhere(self, boxes: Sequence[Box]) -> Lane:
        name = self.grid.at.say(Message("day.nowhere"))
        placed = tuple(sorted(side_by_side(boxes), key=lambda each: each.start))
        return Lane(id=0, name=name, note="", is_part=False, closed=(), buffers=(), taken=(), entries=placed)

    def _record(self, claim: Claimed) -> Item | GroupSession | None:
        """What takes a claim; None if the caller may not see it."""
        if claim.item_id is not None:
            view = self.calendar.items.get(claim.item_id)
            return view.item if view else None
        with_seats = self.calendar.sessions.get(claim.session_id or 0)
        return with_seats.session if with_seats else None

    def _is_shown(self, record: Item | GroupSession) -> bool:
        return Span(record.starts_at, record.ends_at).overlaps(self.grid.shown)

    def _box(self, claim: Claimed, resource: Resource) -> Box:
        if claim.item_id is not None:
            return self.boxes.item(self.calendar.items[claim.item_id], resource)
        return self.boxes.session(self.calendar.sessions[claim.session_id or 0], resource)

    def _who(self, claim: Claimed) -> str:
        """Who takes a claim of a resource that is not booked by itself, such as equipment that goes with a booking."""
        if view := self.calendar.items.get(claim.item_id or 0):
            return self.boxes.title(view)
        with_seats = self.calendar.sessions.get(claim.session_id or 0)
        return with_seats.session.title if with_seats else ""

    @cached_property
    def _timeless(self) -> dict[int, list[ItemView]]:
        """The items that take no time, by resource."""
        taking = {claim.item_id for claim in self.calendar.claims}
        timeless: dict[int, list[ItemView]] = {}
        for view in self.calendar.items.values():
            if view.item.id not in taking and view.item.resource_id is not None:
                timeless.setdefault(view.item.resource_id, []).append(view)
        return timeless

    @cached_property
    def _trees(self) -> dict[int, list[Resource]]:
        """The resources by the root of their tree."""
        trees: dict[int, list[Resource]] = {}
        for resource in self.calendar.related.values():
            trees.setdefault(resource.path[0], []).append(resource)
        return trees

    def _without_time(self, resource: Resource) -> Iterator[ItemView]:
        return (view for view in self._timeless.get(resource.id, ()) if self._is_shown(view.item))

    def _of_relatives(self, resource: Resource) -> Iterator[Claimed]:
        """What takes the whole of which it is a part, or a part of it, and does not take it besides."""
        own = {(claim.item_id, claim.session_id) for claim in self.claims[resource.id]}
        for other in self._trees[resource.path[0]]:
            if other.id != resource.id and (other.id in resource.path or resource.id in other.path):
                yield from (each for each in self.claims[other.id] if (each.item_id, each.session_id) not in own)

    def _taken(self, taken: Iterable[tuple[Span, str]]) -> Iterator[Mark]:
        """Times in which others take it, with their names; those that overlap are one."""
        joined: list[tuple[Span, list[str]]] = []
        for span, name in sorted(taken, key=lambda each: (each[0], each[1])):
            if joined and span.start < joined[-1][0].end:
                before, names = joined[-1]
                joined[-1] = (Span(before.start, max(before.end, span.end)), [*names, name])
            else:
                joined.append((span, [name]))
        for span, names in joined:
            text = Message("day.taken_by", {"name": ", ".join(filter(None, dict.fromkeys(names)))})
            yield Mark(*self.grid.place(span), self.grid.at.say(text))

    def _closed(self, resource: Resource) -> Iterator[Mark]:
        for span in Spans.of([self.grid.shown]) - self.calendar.open[resource.id]:
            yield Mark(*self.grid.place(span))

    def _free(self, resource: Resource) -> Iterator[FreeSpan]:
        """When it is open and something of it is left; where several find room at a time, one place is enough."""
        tree = self._trees[resource.path[0]]
        nodes = [Node(each.id, each.parent_id, each.capacity) for each in tree]
        busy = [BusyInterval(each.id, claim.span, claim.units) for each in tree for claim in self.claims[each.id]]
        usage = usage_of(nodes, busy, resource.id)
        full = [Span(start, end) for start, end, level in usage.levels if not usage.free(level)]
        open_ = self.calendar.open[resource.id] & Spans.of([self.grid.shown])
        for span in open_ - Spans.of(full) if usage.capacity else ():
            start, end = self.grid.place(span)
            local = span.start.astimezone(self.grid.at.zone)
            yield FreeSpan(start, end, wall_text(local), fold_of(local), self.boxes.hours(span))

    def _note(self, resource: Resource) -> str:
        """What stands below the name: how many find room, or of what it is a part."""
        if resource.capacity != 1:
            return self.grid.at.say(Message("day.places", {"count": resource.capacity}))
        parent = self.calendar.related.get(resource.parent_id or 0)
        return self.grid.at.say(Message("day.part_of", {"name": parent.title})) if parent else ""


def in_trees(resources: Sequence[Resource], parent_id: int | None = None) -> Iterator[Resource]:
    """The resources in their order, each followed by its parts; parts of what is not among them stand by themselves."""
    ids = {resource.id for resource in resources}
    for resource in resources:
        above = resource.parent_id if resource.parent_id in ids else None
        if above == parent_id:
            yield resource
            yield from in_trees(resources, resource.id)


def side_by_side(boxes: Iterable[Box]) -> Iterator[Box]:
    """The boxes, with those that overlap beside each other: `place` of `width`."""
    group: list[Box] = []
    ends: list[int] = []
    for box in sorted(boxes, key=lambda each: (each.start, -each.end, each.id)):
        if ends and box.start >= max(ends):
            yield from _as_wide(group, len(ends))
            group, ends = [], []
        place = next((index for index, end in enumerate(ends) if end <= box.start), len(ends))
        ends[place : place + 1] = [box.end]
        group.append(msgspec.structs.replace(box, place=min(place, WIDEST - 1)) if place else box)
    yield from _as_wide(group, len(ends))


def _as_wide(group: Iterable[Box], width: int) -> Iterator[Box]:
    return (msgspec.structs.replace(box, width=min(width, WIDEST)) if width > 1 else box for box in group)
