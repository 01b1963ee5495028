"""The times of a booking as people read them: what, with whom and where once, with all times that this is true of."""

from collections.abc import Sequence
from itertools import chain, groupby

import msgspec

from kalends.page.views.time_of_booking import TimeOfBooking, by_kind


class Part(msgspec.Struct, frozen=True):
    """Times, in order, of the same service for as many, with the same people at the same place."""

    times: tuple[TimeOfBooking, ...]

    @property
    def first(self) -> TimeOfBooking:
        """The first of them, which says what is true of all."""
        return self.times[0]

    @property
    def extras(self) -> tuple[str, ...]:
        """What any of them has besides."""
        return tuple(chain.from_iterable(time.extras for time in self.times))


def parts_of(times: Sequence[TimeOfBooking]) -> tuple[Part, ...]:
    """The parts of a booking; those who come at the same time to several people are one time."""
    at_once = (_at_once(list(group)) for _, group in groupby(times, key=lambda time: (time.service, time.when)))
    grouped = groupby(at_once, key=lambda time: (time.service, time.who, time.place, time.units))
    return tuple(Part(tuple(group)) for _, group in grouped)


def _at_once(times: Sequence[TimeOfBooking]) -> TimeOfBooking:
    named = ((kind, name) for time in times for kind, names in time.serving.items() for name in names)
    extras = tuple(chain.from_iterable(time.extras for time in times))
    units = sum(time.units for time in times)
    return msgspec.structs.replace(times[0], serving=by_kind(named), units=units, extras=extras)
