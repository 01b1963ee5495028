"""Logins of customers, for apps in which they log in: given, shown, given a new password, and ended by staff."""

from datetime import datetime

import msgspec

from kalends.actions.access import allow
from kalends.actions.accounts.logins import login_name, set_customer_login
from kalends.actions.accounts.passwords import random_password
from kalends.actions.context import Context, transaction
from kalends.actions.customers.find import get_customer
from kalends.actions.expected import check_version
from kalends.actions.journal import add_journal_images
from kalends.engine.refusals import NotFound
from kalends.engine.version import version_of
from kalends.store.accounts import tokens, users
from kalends.store.customers.customers import lock_customers

_KIND = "customer_login"


class CustomerLogin(msgspec.Struct, frozen=True):
    """The login of a customer. `name` is "" if they log in by their e-mail address or phone number alone; `updated_at`:
    when they got it or another password."""

    customer_id: int
    name: str
    updated_at: datetime | None


def login_version(login: CustomerLogin | None) -> str:
    """The version of a customer's login, also of one who has none."""
    return version_of(login) if login else "none"


@allow("read")
async def find_customer_login(ctx: Context, customer_id: int) -> CustomerLogin | None:
    """Return the login of a customer; None if they can't log in. Raises NotFound(customer)."""
    await get_customer(ctx, customer_id)
    credential = await users.find_credential(ctx.db, ctx.account.id, None, customer_id)
    return None if credential is None else CustomerLogin(customer_id, login_name(credential), credential.changed_at)


@allow("book")
async def give_customer_login(ctx: Context, customer_id: int, login: str) -> str:
    """Have a customer log in with this name and a new random password, which is returned and can't be read again.

    What they logged in with before is gone, and their login sessions end. Raises NotFound(customer, also when it is
    deleted), Outdated, Duplicate(login), Invalid(login: blank, too_long).
    """
    password = random_password()
    async with transaction(ctx) as tx:
        verb = "change" if await _lock_login(tx, customer_id) else "add"
        await set_customer_login(tx, customer_id, login, password)
        await add_journal_images(tx, verb, _KIND, customer_id, {}, {})
    return password


@allow("book")
async def end_customer_login(ctx: Context, customer_id: int) -> None:
    """Have a customer not log in any more; their login sessions end.

    Raises NotFound(customer; customer_login, if there is none), Outdated.
    """
    async with transaction(ctx) as tx:
        await _lock_login(tx, customer_id)
        if not await users.remove_customer_credential(tx.db, ctx.account.id, customer_id):
            raise NotFound("customer_login", customer_id)
        await tokens.revoke_sessions(tx.db, ctx.account.id, None, customer_id, ctx.now)
        await add_journal_images(tx, "remove", _KIND, customer_id, {}, {})


async def _lock_login(ctx: Context, customer_id: int) -> CustomerLogin | None:
    """The login of a customer, who is locked. Raises NotFound(customer), Outdated."""
    await lock_customers(ctx.db, ctx.account.id, [customer_id])
    login = await find_customer_login(ctx, customer_id)
    check_version(ctx, _KIND, customer_id, login_version(login))
    return login
