"""A time as a wall clock shows it, without saying where that clock is."""

from datetime import date, timedelta

import msgspec


class WallTime(msgspec.Struct, frozen=True, order=True):
    """From a minute of its first day to a minute of its last; 1440 is the end of that day."""

    first: date
    from_minute: int
    last: date
    until_minute: int

    def moved(self, by: timedelta) -> "WallTime":
        """The same so many days later."""
        return msgspec.structs.replace(self, first=self.first + by, last=self.last + by)
