"""A reminder that is due: the item that notes it, and the message."""

from collections.abc import Iterator

from kalends.engine.accounts.account import Account
from kalends.engine.bookings.change_set import Author, ChangeSet, Message, change_set
from kalends.engine.bookings.item_changes import revised
from kalends.engine.bookings.views import ItemView
from kalends.engine.customers.customer import Customer
from kalends.engine.messages.decision import reminder_data


def plan_reminder(account: Account, view: ItemView, author: Author) -> ChangeSet | None:
    """The change that notes a reminder that is due, with its messages; None if it is not due, or was noted already.

    What has begun is not reminded of any more: its reminder is taken away.
    """
    item, now = view.item, author.at
    is_due = item.reminder_at is not None and item.reminder_at <= now and item.reminded_at is None
    if not is_due or item.state != "confirmed":
        return None
    if item.starts_at <= now:
        return change_set(author, "remind", items=(revised(item, author, {"reminder_at": None}),))
    reminded = revised(item, author, {"reminded_at": now})
    messages = tuple(
        Message(
            booking_id=item.booking_id,
            item_id=item.id,
            item_revision=reminded.revision,
            customer_id=view.customer.id,
            audience="customer",
            channel=channel,
            template="reminder",
            locale=view.customer.locale or account.locale,
            data=reminder_data(item.starts_at),
        )
        for channel in _channels(account, view.customer)
        if view.customer
    )
    return change_set(author, "remind", items=(reminded,), messages=messages)


def _channels(account: Account, customer: Customer | None) -> Iterator[str]:
    """By which channels a customer is reminded: those of the policy, else text messages; if none of these reaches the
    customer, the other."""
    if customer is None:
        return
    reachable = {"email": bool(customer.email), "sms": bool(customer.phone_e164)}
    policy = account.policy
    wanted = [name for name, wants in (("email", policy.remind_by_email), ("sms", policy.remind_by_sms)) if wants]
    reached = [name for name in wanted or ["sms"] if reachable[name]]
    yield from reached or [name for name, reaches in reachable.items() if reaches]
