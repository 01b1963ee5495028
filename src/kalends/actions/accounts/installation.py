"""What doors need of the installation as a whole: the secret of opaque ids, and accounts by their id."""

from kalends.engine.accounts.account import Account
from kalends.store import installation
from kalends.store.accounts import accounts
from kalends.store.db import Db


async def load_opaque_id_secret(db: Db) -> bytes:
    """The secret from which doors derive opaque ids; it never changes."""
    return await installation.load_opaque_id_secret(db)


async def load_account(db: Db, account_id: int) -> Account | None:
    """The account with this id, or None; for doors that recognise accounts before anybody has logged in."""
    return await accounts.load_account(db, account_id)
