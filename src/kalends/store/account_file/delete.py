"""Delete an account with everything that it has."""

from kalends.store.account_file.tables import LONGEST, list_tables
from kalends.store.db import Connection


async def delete_account(connection: Connection, account_id: int) -> int:
    """In a transaction: delete all rows of an account, also those that are never changed otherwise.

    Returns how many there were.
    """
    await connection.execute("select set_config('kalends.deletes_account', 'on', true)")
    count = 0
    for table in reversed(await list_tables(connection)):
        statement = f"delete from {table.name} where {table.owner} = $1"
        status = await connection.execute(statement, account_id, timeout=LONGEST)
        count += int(status.split()[-1])
    return count
