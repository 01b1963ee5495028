"""Who changed or read what about a customer."""

from datetime import datetime

import msgspec

READ = "read"
"""The verb of an entry that is no change: somebody was shown the customer."""


class HistoryEntry(msgspec.Struct, frozen=True):
    """One change of a customer or of what is theirs, or one time that the customer was read.

    `actor` and `door` are as in the journal, `kind` and `subject_id` what was changed, `fields` the names of the fields
    that differ; their values are left out, as they may be about somebody's health.
    """

    at: datetime
    actor: str
    door: str
    verb: str
    kind: str
    subject_id: int
    fields: tuple[str, ...] = ()
