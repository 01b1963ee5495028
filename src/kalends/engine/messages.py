"""Which messages a change calls for: what the caller asks or forbids, else what the account decided."""

from collections.abc import Iterator
from typing import Any

from kalends.engine.booking import Item
from kalends.engine.change import Message
from kalends.engine.people import Customer
from kalends.engine.policy import Account
from kalends.engine.wish import BY_POLICY, CHANNELS, Asked

# verb -> the templates that it may send, in order
APPLICABLE = {
    "create": ("verification", "confirmation", "notification"),
    "verify": ("confirmation", "notification"),
    "confirm": ("confirmation", "notification"),
    "decline": ("decline",),
    "cancel": ("cancellation",),
    "remove": ("cancellation",),
    "change": ("modification",),
}


def messages(
    verb: str, item: Item, customer: Customer | None, account: Account, asked: Asked = BY_POLICY
) -> tuple[Message, ...]:
    """The messages that a verb on an item sends, none without a customer and a service.

    Source: MakePlans reference, Additional parameters ("Outgoing messages requires person_id and service_id").
    """
    if customer is None or item.service_id is None:
        return ()
    return tuple(
        Message(
            item_id=item.id,
            customer_id=customer.id,
            audience="staff" if template == "notification" else "customer",
            channel=channel,
            template=template,
            locale=account.locale if template == "notification" else customer.locale or account.locale,
            data=_data(template, item),
        )
        for template in APPLICABLE.get(verb, ())
        for channel in _channels(template, item, customer, account, asked)
    )


def _channels(template: str, item: Item, customer: Customer, account: Account, asked: Asked) -> Iterator[str]:
    if template == "verification" and item.state != "awaiting_verification":
        return
    for channel in CHANNELS:
        wanted = asked.flags.get((template, channel), _by_policy(template, channel, item, account))
        reachable = customer.email if channel == "email" else customer.phone_e164
        if wanted and (reachable or template == "notification"):
            yield channel


def _by_policy(template: str, channel: str, item: Item, account: Account) -> bool:
    policy = account.policy
    if template == "notification":
        wanted = policy.notify_by_email if channel == "email" else policy.notify_by_sms
        return wanted and item.state != "awaiting_verification"
    if template == "confirmation" and item.state != "confirmed":
        return False
    return policy.verification == channel


def _data(template: str, item: Item) -> dict[str, Any]:
    data = {"starts_at": item.starts_at.isoformat(), "ends_at": item.ends_at.isoformat(), "state": item.state}
    return {**data, "verification_code": item.verification_code} if template == "verification" else data
