"""The times of a booking as people read them: what, with whom and where once, with all times that this is true of."""

from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from kalends.page.views.time_of_booking import TimeOfBooking


class Part(msgspec.Struct, frozen=True):
    """Times, in order, of the same service for as many, with the same people at the same place."""

    times: tuple[TimeOfBooking, ...]

    @property
    def first(self) -> TimeOfBooking:
        """The first of them, which says what is true of all."""
        return self.times[0]


def parts_of(times: Sequence[TimeOfBooking]) -> tuple[Part, ...]:
    """The parts of a booking; those who come at the same time to several people are one time."""
    at_once = (_at_once(list(group)) for _, group in groupby(times, key=lambda time: (time.service, time.when)))
    grouped = groupby(at_once, key=lambda time: (time.service, time.who, time.place, time.units))
    return tuple(Part(tuple(group)) for _, group in grouped)


def _at_once(times: Sequence[TimeOfBooking]) -> TimeOfBooking:
    who = ", ".join(_different(time.who for time in times))
    return msgspec.structs.replace(times[0], who=who, units=sum(time.units for time in times))


def _different(names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name]
