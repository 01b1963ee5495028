"""Deliveries of events to webhooks: what is called, and what follows from the answer."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import msgspec

from kalends.engine.backoff import WEBHOOKS, next_attempt
from kalends.engine.bookings.change_set import Change
from kalends.engine.messages.webhook import Webhook

FAILING_LIMIT = timedelta(days=3)
"""A webhook is disabled when a delivery is given up and none has succeeded for so long."""
LONGEST_RETRY_AFTER = timedelta(days=1)


class WebhookDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """One event for one webhook; see the table in store/schema/12_messages.sql.

    `position` is that of the change in the change feed, "" for a test. `state`: waiting, sent, failed (given up),
    dropped. `status` is the HTTP status of the last answer, `answer` its beginning, or why there was none.
    """

    account_id: int
    id: int
    webhook_id: int
    event: str
    position: str
    created_at: datetime
    state: str
    due_at: datetime
    attempts: int
    finished_at: datetime | None
    status: int | None
    answer: str | None
    reason: str | None

    @property
    def name(self) -> str:
        """The id of the event, the same in every attempt, by which a receiver can tell doubles."""
        return f"evt_{self.account_id}_{self.id}"


class WebhookEvent(msgspec.Struct, frozen=True):
    """An event that happened `at` a time, to be rendered for a call that is sent now. `change` is None for a test."""

    name: str
    event: str
    at: datetime
    sent_at: datetime
    webhook: Webhook
    change: Change | None


class WebhookCall(msgspec.Struct, frozen=True):
    """What is posted to a webhook's URL."""

    body: bytes
    headers: Mapping[str, str]


class WebhookAnswer(msgspec.Struct, frozen=True):
    """The answer to a call. `status` None: there was none, and `text` says why. `retry_after`: seconds, if it said."""

    status: int | None
    text: str
    retry_after: int | None = None

    @property
    def is_success(self) -> bool:
        """Whether the event was received."""
        return self.status is not None and 200 <= self.status < 300


PostCall = Callable[[str, WebhookCall], Awaitable[WebhookAnswer]]
"""Posts a call to a URL, within a bounded time. It never raises what the network or the receiver does."""


class Verdict(msgspec.Struct, frozen=True):
    """What follows from an attempt: the delivery's state, when it is due again, and why the webhook is disabled."""

    state: str
    due_at: datetime | None = None
    disabled_reason: str | None = None


def verdict(webhook: Webhook, attempts: int, answer: WebhookAnswer, now: datetime) -> Verdict:
    """What follows from the answer to the delivery's attempt with this number (at least 1).

    Source: Standard Webhooks 1.0.0, "Deliverability and reliability": 2xx is success, 410 disables the endpoint,
    everything else is retried.
    """
    if answer.is_success:
        return Verdict("sent")
    if answer.status == 410:
        return Verdict("failed", disabled_reason="gone")
    due_at = next_attempt(WEBHOOKS, attempts, now)
    if due_at is not None:
        asked = min(timedelta(seconds=answer.retry_after or 0), LONGEST_RETRY_AFTER)
        return Verdict("waiting", max(due_at, now + asked))
    is_dead = webhook.failing_since is not None and now - webhook.failing_since >= FAILING_LIMIT
    return Verdict("failed", disabled_reason="failing" if is_dead else None)
