"""How often something may happen: at most COUNT times in each fixed window of SECONDS."""

import math
from datetime import UTC, datetime

import msgspec


class Limit(msgspec.Struct, frozen=True):
    """At most so many requests or attempts in each window of so many seconds."""

    count: int
    seconds: int

    def window(self, now: datetime) -> datetime:
        """When the window began that it is now."""
        return datetime.fromtimestamp(now.timestamp() // self.seconds * self.seconds, UTC)

    def seconds_left(self, now: datetime) -> int:
        """Until the next window begins, rounded up, at least 1."""
        return max(1, math.ceil(self.seconds - now.timestamp() % self.seconds))
