"""Create an account that has nothing yet, for its first owner to set up in the console."""

from datetime import datetime

from kalends.actions.accounts.accounts import add_account
from kalends.actions.bookings.statuses import add_standard_statuses
from kalends.actions.context import Context
from kalends.engine.accounts.account import Account, AccountPatch
from kalends.engine.accounts.principal import system
from kalends.store.db import Db, transaction


async def create_account(db: Db, now: datetime, slug: str, patch: AccountPatch) -> Account:
    """Add an account with the standard statuses of bookings. Raises what `add_account` raises."""
    async with transaction(db) as tx:
        account = await add_account(tx, now, slug, patch)
        await add_standard_statuses(Context(system("cli"), account, now, tx))
        return account
