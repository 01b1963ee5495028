"""What to look for in the journal, and what comes of it."""

from datetime import datetime

import msgspec

from kalends.engine.bookings.change_set import Change


class JournalQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Entries that match all that is given, the newest first. `before`: those before a position in the change feed.

    `since` and `until` are compared with the time of the change, as from and before.
    """

    kind: str | None = None
    subject_id: int | None = None
    actor: str | None = None
    door: str | None = None
    verb: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: str | None = None


class JournalPage(msgspec.Struct, frozen=True):
    """Some entries, and the position before which there may be more; None if there are none.

    A search through many entries ends after a while, so a page may have few entries, or none, and not be the last.
    """

    entries: list[Change]
    rest: str | None
