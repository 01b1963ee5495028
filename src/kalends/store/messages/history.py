"""What has happened to items so far."""

from collections.abc import Sequence

from kalends.engine.messages.history import TOLD_TO_CALENDARS, PastChange
from kalends.store.db import Db


async def find_past_changes(db: Db, account_id: int, item_ids: Sequence[int]) -> list[PastChange]:
    """The changes of these items that calendars are told of, from the first to the last."""
    rows = await db.fetch(
        """
        select subject_id, revision, before from journal
        where account_id = $1 and kind = 'item' and subject_id = any ($2) and before ?| $3
        order by subject_id, revision
        """,
        account_id,
        item_ids,
        list(TOLD_TO_CALENDARS),
    )
    return [PastChange(*row) for row in rows]
