"""Logins of customers, for apps in which they log in: given, shown, given a new password, and ended by staff."""

import msgspec

from kalends.actions.access import allow
from kalends.actions.accounts.logins import login_name, set_customer_login
from kalends.actions.accounts.passwords import random_password
from kalends.actions.context import Context, transaction
from kalends.actions.customers.find import get_customer
from kalends.actions.journal import add_journal_images
from kalends.engine.refusals import NotFound
from kalends.store.accounts import tokens, users

_KIND = "customer_login"


class CustomerLogin(msgspec.Struct, frozen=True):
    """The login of a customer. `name` is "" if they log in by their e-mail address or phone number alone."""

    customer_id: int
    name: str


@allow("read")
async def find_customer_login(ctx: Context, customer_id: int) -> CustomerLogin | None:
    """Return the login of a customer; None if they can't log in. Raises NotFound(customer)."""
    await get_customer(ctx, customer_id)
    credential = await users.find_credential(ctx.db, ctx.account.id, None, customer_id)
    return None if credential is None else CustomerLogin(customer_id, login_name(credential))


@allow("book")
async def give_customer_login(ctx: Context, customer_id: int, login: str) -> str:
    """Have a customer log in with this name and a new random password, which is returned and can't be read again.

    What they logged in with before is gone, and their login sessions end. Raises NotFound(customer, also when it is
    deleted), Duplicate(login), Invalid(login: blank, too_long).
    """
    password = random_password()
    async with transaction(ctx) as tx:
        verb = "change" if await find_customer_login(tx, customer_id) else "add"
        await set_customer_login(tx, customer_id, login, password)
        await add_journal_images(tx, verb, _KIND, customer_id, {}, {})
    return password


@allow("book")
async def end_customer_login(ctx: Context, customer_id: int) -> None:
    """Have a customer not log in any more; their login sessions end. Raises NotFound(customer; customer_login, if there
    is none)."""
    async with transaction(ctx) as tx:
        await get_customer(tx, customer_id)
        if not await users.remove_customer_credential(tx.db, ctx.account.id, customer_id):
            raise NotFound("customer_login", customer_id)
        await tokens.revoke_sessions(tx.db, ctx.account.id, None, customer_id, ctx.now)
        await add_journal_images(tx, "remove", _KIND, customer_id, {}, {})
