"""What is done again and again. Of all workers, one does it each time."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from kalends.actions.expiry import forget_counts, forget_sessions, lapse_holds
from kalends.store.db import Db

Chore = Callable[[Db, datetime], Awaitable[object]]

# Name, then when: minute, hour, day, month, weekday and (which PgQueuer adds) second.
CHORES: Mapping[str, tuple[str, Chore]] = {
    "lapse_holds": ("* * * * * */5", lapse_holds),
    "forget_counts": ("*/10 * * * *", forget_counts),
    "forget_sessions": ("17 * * * *", forget_sessions),
}
