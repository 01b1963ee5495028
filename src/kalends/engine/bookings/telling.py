"""Whether and how a customer is told of a change that staff make, where they choose so for each change."""

from collections.abc import Mapping

from kalends.engine.accounts.account import Account
from kalends.engine.bookings.request import CHANNELS, MessageOverrides
from kalends.engine.customers.customer import Customer

TOLD_BY: Mapping[str, str] = {
    "create": "confirmation",
    "confirm": "confirmation",
    "decline": "decline",
    "cancel": "cancellation",
    "change": "modification",
}
"""The message by which a customer is told of what was done to their booking, by the verb."""


def channel_for(customer: Customer | None, account: Account) -> str | None:
    """By what a customer is told: mail or text message as the account has it, else as they can be reached. None if they
    can't be."""
    addresses = {"email": customer.email, "sms": customer.phone_e164} if customer else {}
    preferred = sorted(CHANNELS, key=lambda channel: channel != account.policy.verification)
    return next((channel for channel in preferred if addresses.get(channel)), None)


def address_of(customer: Customer, channel: str) -> str:
    """Where messages by this channel go; "" if there is no such address."""
    return (customer.email if channel == "email" else customer.phone_e164) or ""


def is_told_by_policy(customer: Customer | None, account: Account) -> bool:
    """Whether the account has its customers told unless somebody says otherwise, and this one can be."""
    return account.policy.verification in CHANNELS and channel_for(customer, account) is not None


def told(
    verb: str, customer: Customer | None, account: Account, tell: bool, delay_seconds: int | None = None
) -> MessageOverrides:
    """The messages of a change, where somebody has chosen whether to tell the customer, and in how many seconds."""
    template, channel = TOLD_BY[verb], channel_for(customer, account)
    return MessageOverrides({(template, each): tell and each == channel for each in CHANNELS}, delay_seconds)
