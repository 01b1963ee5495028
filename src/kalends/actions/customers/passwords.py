"""Add and change customers together with the password that they log in with, in one transaction."""

from kalends.actions.access import allow
from kalends.actions.accounts.logins import save_customer_login
from kalends.actions.accounts.passwords import check_password, hash_password
from kalends.actions.context import Context, transaction
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.change import change_customer
from kalends.engine.all_refusals import AllRefusals
from kalends.engine.customers.customer import Customer, CustomerPatch


@allow("book")
async def add_customer_with_password(ctx: Context, patch: CustomerPatch, password: str | None) -> Customer:
    """Add a customer, who logs in by email or phone if there is a password.

    Raises what `add_customer` raises, and Invalid(password: too_short, too_long).
    """
    refusals, password_hash = AllRefusals(), None
    with refusals:
        password_hash = await _hash(password)
    async with transaction(ctx) as tx:
        with refusals:
            customer = await add_customer(tx, patch)
        refusals.raise_any()
        if password_hash is not None:
            await save_customer_login(tx, customer.id, password_hash)
    return customer


@allow("book")
async def change_customer_with_password(
    ctx: Context, customer_id: int, patch: CustomerPatch, password: str | None
) -> Customer:
    """Change a customer; a password replaces the one that there is, and ends all login sessions of the customer.

    Raises what `change_customer` raises, and Invalid(password: too_short, too_long).
    """
    refusals, password_hash = AllRefusals(), None
    with refusals:
        password_hash = await _hash(password)
    async with transaction(ctx) as tx:
        with refusals:
            customer = await change_customer(tx, customer_id, patch)
        refusals.raise_any()
        if password_hash is not None:
            await save_customer_login(tx, customer_id, password_hash)
    return customer


async def _hash(password: str | None) -> str | None:
    """The hash of a password, made before a transaction is open, so that none is held meanwhile."""
    if password is None:
        return None
    check_password(password)
    return await hash_password(password)
