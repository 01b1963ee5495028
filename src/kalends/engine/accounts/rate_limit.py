"""Rate limits with fixed windows."""

import math
from datetime import UTC, datetime

import msgspec


class Limit(msgspec.Struct, frozen=True):
    """At most `count` requests or attempts in each window of `seconds`."""

    count: int
    seconds: int

    def window(self, now: datetime) -> datetime:
        """When the current window began, in UTC."""
        return datetime.fromtimestamp(now.timestamp() // self.seconds * self.seconds, UTC)

    def seconds_left(self, now: datetime) -> int:
        """Seconds until the next window begins, rounded up, at least 1."""
        return max(1, math.ceil(self.seconds - now.timestamp() % self.seconds))


class Usage(msgspec.Struct, frozen=True):
    """How many requests were `used` of a limit in its window, which ends in `seconds_left`. `name` says whose it is:
    `key` or `address`."""

    name: str
    limit: Limit
    used: int
    seconds_left: int

    @property
    def left(self) -> int:
        """How many requests are left."""
        return max(0, self.limit.count - self.used)
