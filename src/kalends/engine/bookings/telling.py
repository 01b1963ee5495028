"""Whether and how a customer is told of a change that staff make, where they choose so for each change."""

from collections.abc import Mapping

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.bookings.request import CHANNELS, MessageOverrides
from kalends.engine.customers.customer import Customer
from kalends.engine.time.clock import DAY

TOLD_BY: Mapping[str, str] = {
    "create": "confirmation",
    "confirm": "confirmation",
    "decline": "decline",
    "cancel": "cancellation",
    "change": "modification",
}
"""The message by which a customer is told of what was done to their booking, by the verb."""
LONGEST_WAIT = 60 * DAY
"""How far off the time may be at which a customer is told."""


UNREACHABLE = ("no_customer", "removed", "no_service", "no_address", "refused", "bounced")
"""Why nobody can be told: the item has no customer, or one who was removed, or no service, of which messages tell; the
customer has no address, does not want such messages, or their address takes none."""


class Reach(msgspec.Struct, frozen=True):
    """How a customer is told, and where. `why_not`: why they can't be, one of UNREACHABLE; None if they can."""

    channel: str
    address: str
    why_not: str | None = None


def addresses_for(customer: Customer, account: Account) -> list[Reach]:
    """Where a customer has addresses: mail or text message first as the account has it."""
    preferred = sorted(CHANNELS, key=lambda channel: channel != account.policy.verification)
    addresses = [Reach(channel, address_of(customer, channel) or "") for channel in preferred]
    return [each for each in addresses if each.address]


def address_of(customer: Customer, channel: str) -> str | None:
    """Where messages by this channel go; None if there is no such address, or the customer was removed."""
    address = customer.email if channel == "email" else customer.phone_e164
    return address if customer.deleted_at is None else None


def is_told_by_policy(account: Account) -> bool:
    """Whether the account has its customers told unless somebody says otherwise."""
    return account.policy.verification in CHANNELS


def told(verb: str, reach: Reach, tell: bool, delay_seconds: int | None = None) -> MessageOverrides:
    """The messages of a change, where somebody has chosen whether to tell the customer, and in how many seconds."""
    by = reach.channel if tell and reach.why_not is None else ""
    return MessageOverrides({(TOLD_BY[verb], each): each == by for each in CHANNELS}, delay_seconds)
