"""The context in which the worker acts: for an account, and in nobody's name."""

from datetime import datetime

from kalends.actions.context import Context
from kalends.engine.accounts.principal import system
from kalends.engine.refusals import NotFound
from kalends.store.accounts.accounts import load_account
from kalends.store.db import Db

ACTOR = "kalends"


async def worker_context(db: Db, now: datetime, account_id: int, public_url: str = "") -> Context:
    """The context for an account; `public_url` is that of this installation. Raises NotFound(account)."""
    account = await load_account(db, account_id)
    if account is None:
        raise NotFound("account", account_id)
    return Context(system(ACTOR), account, now, db, public_url=public_url)
