"""The links by which customers move what they have booked."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from kalends.engine.bookings.own import Movable
from kalends.engine.bookings.views import BookingWithItems
from kalends.page.views.links import Links
from kalends.page.views.time_of_booking import TimeOfBooking


class MoveView(msgspec.Struct, frozen=True):
    """A link to move something. `what` is the service of its first time, and `when` that is; both are "" if there is
    nothing else in the booking. What is so of several is told apart: by `who` serves, by `whom` it is for, and in the
    end by a `number`; else these are "" and 0."""

    path: str
    what: str
    when: str
    is_course: bool
    who: str = ""
    whom: str = ""
    number: int = 0

    @property
    def words(self) -> tuple[object, ...]:
        """All of it that people read."""
        return self.what, self.when, self.is_course, self.who, self.whom


def move_views(
    groups: Sequence[Movable],
    booking: BookingWithItems,
    times: Sequence[TimeOfBooking],
    links: Links,
    secret: str,
    *,
    with_names: bool,
) -> tuple[MoveView, ...]:
    """The links to move what of a booking can be moved, courses first; `times` are those of its items. People are named
    only to whom that may be told."""
    by_id = {view.item.id: time for view, time in zip(booking.items, times, strict=True)}
    is_all = len(groups) == 1 and len(groups[0].items) == len(booking.items)
    views = [
        MoveView(
            path=links.to(f"/h/{secret}/move/{group.name}"),
            what="" if is_all else by_id[group.items[0].item.id].service,
            when="" if is_all else by_id[group.items[0].item.id].when,
            is_course=group.is_course,
        )
        for group in groups
    ]
    views = _told_apart(views, "who", [by_id[group.items[0].item.id].who for group in groups])
    if with_names:
        customers = (group.items[0].customer for group in groups)
        views = _told_apart(views, "whom", [customer.name if customer else "" for customer in customers])
    return tuple(sorted(_numbered(views), key=lambda view: not view.is_course))


def _told_apart(views: Sequence[MoveView], field: str, values: Sequence[str]) -> list[MoveView]:
    """The links, with a field where those of the same words have different values of it."""
    different = Counter(words for words, _ in {(view.words, value) for view, value in zip(views, values, strict=True)})
    return [
        msgspec.structs.replace(view, **{field: value}) if different[view.words] > 1 else view
        for view, value in zip(views, values, strict=True)
    ]


def _numbered(views: Sequence[MoveView]) -> list[MoveView]:
    alike, seen = Counter(view.words for view in views), Counter[tuple[object, ...]]()
    numbered = []
    for view in views:
        seen[view.words] += 1
        number = seen[view.words] if alike[view.words] > 1 else 0
        numbered.append(msgspec.structs.replace(view, number=number))
    return numbered
