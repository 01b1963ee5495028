"""How customers are told of what is done to their bookings, and why they can't be."""

from kalends.actions.access import allow, internal
from kalends.actions.context import Context
from kalends.actions.messages.bounces import is_bounced
from kalends.actions.messages.refusals import is_refused
from kalends.engine.bookings.telling import TOLD_BY, Reach, addresses_for
from kalends.engine.customers.customer import Customer


@allow("book", "practitioner")
async def find_reach(ctx: Context, customer: Customer | None, verb: str) -> Reach:
    """How a customer can be told of what is done to a booking, by one of the verbs of telling.TOLD_BY: by mail or text
    message as the account has it, else as they can be reached."""
    if customer is None:
        return Reach("", "", "no_customer")
    if customer.deleted_at is not None:
        return Reach("", "", "removed")
    tried = [
        Reach(
            each.channel, each.address, await why_unwanted(ctx, each.address, customer.id, TOLD_BY[verb], each.channel)
        )
        for each in addresses_for(customer, ctx.account)
    ]
    return next((each for each in tried if each.why_not is None), (*tried, Reach("", "", "no_address"))[0])


@internal
async def why_unwanted(ctx: Context, address: str, customer_id: int | None, template: str, channel: str) -> str | None:
    """Why a message is not sent to an address: it takes none, or the customer does not want this one; None if it is."""
    if await is_bounced(ctx, address):
        return "bounced"
    if customer_id is not None and await is_refused(ctx, customer_id, template, channel):
        return "refused"
    return None
