"""Messages that customers do not want."""

from kalends.engine.messages.refusal import MessageRefusal
from kalends.store.db import Db
from kalends.store.rows import columns, fetch

_COLUMNS = columns(MessageRefusal)


async def find_refusals(db: Db, account_id: int, customer_id: int) -> list[MessageRefusal]:
    """What a customer refuses, or somebody who was merged into them, oldest first."""
    statement = f"""
        select {_COLUMNS} from message_refusal
        where account_id = $1 and customer_id in (
            select $2::bigint union all select id from customer where account_id = $1 and merged_into_id = $2)
        order by id"""
    return await fetch(db, MessageRefusal, statement, account_id, customer_id)


async def remove_refusal(db: Db, account_id: int, refusal_id: int) -> None:
    """Delete a refusal."""
    await db.execute("delete from message_refusal where account_id = $1 and id = $2", account_id, refusal_id)
