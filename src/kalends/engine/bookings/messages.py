"""Which messages a change of an item sends: as the caller says, else by the account's policy."""

from collections.abc import Iterator, Sequence
from itertools import product

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.change_set import RESTORED, Message
from kalends.engine.bookings.request import BY_POLICY, CHANNELS, MessageOverrides
from kalends.engine.customers.customer import Customer

# verb -> the templates that it may send, in order
APPLICABLE = {
    "create": ("verification", "confirmation", "notification"),
    "send_code": ("verification",),
    "verify": ("confirmation", "notification"),
    "confirm": ("confirmation", "notification"),
    "decline": ("decline",),
    "cancel": ("cancellation",),
    "remove": ("cancellation",),
    "change": ("modification",),
    "request_confirmation": ("notification",),
}
_ALSO_TO_STAFF = ("modification", "cancellation")
"""What staff are told of by mail as well, if the account's policy says so."""
_REQUIRED_STATE = {"verification": "awaiting_verification", "confirmation": "confirmed"}
_NO_CHANGE_MESSAGES = dict.fromkeys(product(("modification", "cancellation"), CHANNELS), False)


def messages(
    verb: str,
    item: Item,
    customer: Customer | None,
    account: Account,
    overrides: MessageOverrides = BY_POLICY,
    *,
    was_active: bool = True,
    is_visible: bool = True,
) -> tuple[Message, ...]:
    """The messages that a verb on an item sends; none without a customer and a service.

    If the item was not active before, or if nothing of it has changed that the customer is told (`is_visible`), its
    change or cancellation is announced to the customer only if the caller asks for it.
    Source: MakePlans reference, Additional parameters ("Outgoing messages requires person_id and service_id").
    """
    if customer is None or item.service_id is None:
        return ()
    if not (was_active and is_visible):
        overrides = msgspec.structs.replace(overrides, flags={**_NO_CHANGE_MESSAGES, **overrides.flags})
    templates = APPLICABLE.get(verb, ())
    to_staff = account.policy.notify_of_changes and was_active
    recipients = [
        ("staff" if template == "notification" else "customer", template, channel)
        for template in templates
        for channel in _channels(template, item, customer, account, overrides)
    ]
    recipients += [("staff", template, "email") for template in templates if to_staff and template in _ALSO_TO_STAFF]
    return tuple(
        Message(
            booking_id=item.booking_id,
            item_id=item.id,
            item_revision=item.revision,
            customer_id=customer.id,
            audience=audience,
            channel=channel,
            template=template,
            locale=account.locale if audience == "staff" else customer.locale or account.locale,
            data={},
            delay_seconds=overrides.delay_seconds,
        )
        for audience, template, channel in recipients
    )


def restored_messages(was: Item, told: Sequence[Message], account: Account) -> Iterator[Message]:
    """Of the messages about an item that was called off, as it `was`, and is on again, those that are sent: of the
    staff only those hear of it who are told of cancellations, which is by mail."""
    is_known = account.policy.notify_of_changes and was.state in ("cancelled", "deleted")
    for message in told:
        if message.audience == "customer":
            yield message
        elif is_known and message.channel == "email":
            yield msgspec.structs.replace(message, data={**message.data, RESTORED: True})


def told_apart(told: Sequence[Sequence[Message]]) -> tuple[Message, ...]:
    """The messages to the customers of one booking, those of each about their own items, and to the staff only once."""
    to_staff = next((each for each in told if each), ())
    return tuple(message for each in told for message in each if each is to_staff or message.audience == "customer")


def _channels(
    template: str, item: Item, customer: Customer, account: Account, overrides: MessageOverrides
) -> Iterator[str]:
    if item.state != _REQUIRED_STATE.get(template, item.state):
        return
    for channel in CHANNELS:
        enabled = overrides.flags.get((template, channel), _by_policy(template, channel, item, account))
        reachable = customer.email if channel == "email" else customer.phone_e164
        if enabled and (reachable or template == "notification"):
            yield channel


def _by_policy(template: str, channel: str, item: Item, account: Account) -> bool:
    policy = account.policy
    if template == "notification":
        enabled = policy.notify_by_email if channel == "email" else policy.notify_by_sms
        return enabled and item.state != "awaiting_verification"
    return policy.verification == channel
