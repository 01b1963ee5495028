"""Journal entries of records that are not written with `commit.commit`: catalogue, settings, users, webhooks."""

from kalends.engine.bookings.change_set import JournalEntry
from kalends.store.db import Db


async def add_entry(db: Db, account_id: int, entry: JournalEntry) -> None:
    """Write a journal entry with the next revision number of its subject, which the transaction must have locked."""
    await db.execute(
        """
        insert into journal (account_id, at, actor, door, verb, kind, subject_id, revision, before, after)
        select $1, n.at, n.actor, n.door, n.verb, n.kind, n.subject_id, coalesce((
            select max(j.revision) + 1 from journal j
            where j.account_id = $1 and j.kind = n.kind and j.subject_id = n.subject_id), 0), n.before, n.after
        from jsonb_populate_record(null::journal, $2) n
        """,
        account_id,
        entry,
    )
