"""Customers say which messages they do not want."""

from kalends.actions.access import allow, check_own_customer, internal
from kalends.actions.context import Context, transaction
from kalends.actions.journal import add_journal_entry
from kalends.actions.save import add
from kalends.engine.messages.refusal import MessageRefusal, can_be_refused, check_refusable
from kalends.engine.refusals import NotFound
from kalends.store.customers.customers import lock_customers
from kalends.store.ids import next_ids
from kalends.store.messages import refusals


@allow("read", "customer", "practitioner")
async def list_refusals(ctx: Context, customer_id: int) -> list[MessageRefusal]:
    """List what a customer does not want, oldest first. Raises NotFound(customer) to another customer."""
    check_own_customer(ctx, customer_id)
    return await refusals.find_refusals(ctx.db, ctx.account.id, customer_id)


@allow("book", "customer")
async def refuse_messages(ctx: Context, customer_id: int, kind: str, channel: str) -> None:
    """Send a customer no more messages of this kind by this channel; no change if that is so already.

    Raises NotFound(customer), Invalid(kind: unknown, fixed for what a customer must know; channel: unknown).
    """
    check_own_customer(ctx, customer_id)
    check_refusable(kind, channel)
    async with transaction(ctx) as tx:
        if not await _find(tx, customer_id, kind, channel):
            (refusal_id,) = await next_ids(tx.db, "message_refusal")
            refusal = MessageRefusal(
                account_id=ctx.account.id,
                id=refusal_id,
                customer_id=customer_id,
                kind=kind,
                channel=channel,
                created_at=ctx.now,
            )
            await add(tx, refusal)


@allow("book", "customer")
async def accept_messages(ctx: Context, customer_id: int, kind: str, channel: str) -> None:
    """Send a customer messages of this kind by this channel again; no change if they do not refuse them.

    Raises NotFound(customer), Invalid(kind: unknown, fixed for what a customer must know; channel: unknown).
    """
    check_own_customer(ctx, customer_id)
    check_refusable(kind, channel)
    async with transaction(ctx) as tx:
        for refusal in await _find(tx, customer_id, kind, channel):
            await refusals.remove_refusal(tx.db, ctx.account.id, refusal.id)
            await add_journal_entry(tx, "remove", refusal, None)


@internal
async def is_refused(ctx: Context, customer_id: int, kind: str, channel: str) -> bool:
    """Whether a customer does not want these messages."""
    if not can_be_refused(kind, channel):
        return False
    refused = await refusals.find_refusals(ctx.db, ctx.account.id, customer_id)
    return any((refusal.kind, refusal.channel) == (kind, channel) for refusal in refused)


async def _find(ctx: Context, customer_id: int, kind: str, channel: str) -> list[MessageRefusal]:
    """The refusals of this kind and channel; the customer is locked, so that no other is added meanwhile."""
    if customer_id not in await lock_customers(ctx.db, ctx.account.id, [customer_id]):
        raise NotFound("customer", customer_id)
    refused = await refusals.find_refusals(ctx.db, ctx.account.id, customer_id)
    return [refusal for refusal in refused if (refusal.kind, refusal.channel) == (kind, channel)]
