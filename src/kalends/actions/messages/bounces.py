"""Addresses that bounced: nothing more is sent to them until somebody says that they work again.

It is the address that is marked, not the customer: with another one they get messages again.
"""

from kalends.actions.access import allow, internal
from kalends.actions.context import Context, transaction
from kalends.actions.journal import add_journal_entry
from kalends.actions.save import add
from kalends.engine.customers.customer import Customer
from kalends.engine.messages.bounce import BouncedAddress, address_key, check_reason
from kalends.engine.refusals import Duplicate
from kalends.store.ids import next_ids
from kalends.store.messages import bounces


@allow("read")
async def list_bounced(ctx: Context) -> list[BouncedAddress]:
    """List the addresses that take no messages, by address."""
    return await bounces.list_bounced(ctx.db, ctx.account.id)


@allow("read", "practitioner")
async def list_bounced_of(ctx: Context, customer: Customer) -> list[BouncedAddress]:
    """List the addresses of a customer that take no messages, mail first."""
    addresses = [address.lower() for address in (customer.email, customer.phone_e164) if address]
    found = [await bounces.find_bounced(ctx.db, ctx.account.id, address) for address in addresses]
    return [bounced for bounced in found if bounced is not None]


@allow("book")
async def mark_bounced(ctx: Context, address: str, reason: str = "") -> None:
    """Send nothing more to an e-mail address or phone number; no change if that is so already.

    Raises Invalid(address: blank, invalid; reason: invalid, too_long).
    """
    key = address_key(address, ctx.account.country)
    check_reason(reason)
    await note_bounce(ctx, key, reason)


@allow("book")
async def clear_bounced(ctx: Context, address: str) -> None:
    """Send to an address again; no change if it was not marked. Raises Invalid(address: blank, invalid)."""
    key = address_key(address, ctx.account.country)
    async with transaction(ctx) as tx:
        bounced = await bounces.find_bounced(tx.db, ctx.account.id, key)
        if bounced is not None:
            await bounces.remove_bounced(tx.db, ctx.account.id, bounced.id)
            await add_journal_entry(tx, "remove", bounced, None)


@internal
async def note_bounce(ctx: Context, address: str, reason: str) -> None:
    """Mark an address to which a message was sent, because the server says that there is none; no change if it was."""
    key = address.lower()
    if await bounces.find_bounced(ctx.db, ctx.account.id, key):
        return
    try:
        async with transaction(ctx) as tx:
            (bounced_id,) = await next_ids(tx.db, "bounced_address")
            bounced = BouncedAddress(
                account_id=ctx.account.id, id=bounced_id, address=key, reason=reason, created_at=ctx.now
            )
            await add(tx, bounced)
    except Duplicate:  # somebody else has marked it meanwhile
        return


@internal
async def is_bounced(ctx: Context, address: str) -> bool:
    """Whether an address that a message is about to go to takes none."""
    return await bounces.find_bounced(ctx.db, ctx.account.id, address.lower()) is not None
