"""What follows from the answer of a webhook."""

from datetime import timedelta

import msgspec

from kalends.engine.backoff import WEBHOOKS
from kalends.engine.messages.delivery import Verdict, WebhookAnswer, verdict
from kalends.engine.messages.webhook import Webhook
from tests.desk import DAY, HOUR
from tests.world import NOW

HOOK = Webhook(1, 1, "front", "https://example.org/", ("*",), "s" * 32, "", True, NOW, NOW)
BROKEN = WebhookAnswer(500, "oops")


def test_any_2xx_is_received() -> None:
    assert {verdict(HOOK, 1, WebhookAnswer(status, ""), NOW).state for status in (200, 204, 299)} == {"sent"}


def test_whatever_else_there_is_or_is_not_is_tried_again() -> None:
    for status in (None, 100, 301, 400, 404, 429, 500, 503):
        assert verdict(HOOK, 1, WebhookAnswer(status, ""), NOW) == Verdict("waiting", NOW + timedelta(seconds=5))


def test_the_tries_span_three_days_and_end() -> None:
    assert sum(WEBHOOKS, timedelta()) - 3 * DAY < HOUR
    assert sum(WEBHOOKS, timedelta()) >= 3 * DAY
    assert verdict(HOOK, len(WEBHOOKS), BROKEN, NOW).state == "waiting"
    assert verdict(HOOK, len(WEBHOOKS) + 1, BROKEN, NOW) == Verdict("failed")


def test_a_receiver_may_ask_for_more_time_but_not_for_ever() -> None:
    assert verdict(HOOK, 1, WebhookAnswer(503, "", 3600), NOW).due_at == NOW + HOUR
    assert verdict(HOOK, 1, WebhookAnswer(503, "", 10**9), NOW).due_at == NOW + DAY
    assert verdict(HOOK, 3, WebhookAnswer(503, "", 1), NOW).due_at == NOW + timedelta(minutes=5)


def test_gone_is_gone() -> None:
    assert verdict(HOOK, 1, WebhookAnswer(410, ""), NOW) == Verdict("failed", disabled_reason="gone")


def test_one_that_received_nothing_for_three_days_is_disabled() -> None:
    last = len(WEBHOOKS) + 1
    dead, ailing = (msgspec.structs.replace(HOOK, failing_since=NOW - days * DAY) for days in (3, 2))
    assert verdict(dead, last, BROKEN, NOW).disabled_reason == "failing"
    assert verdict(ailing, last, BROKEN, NOW).disabled_reason is None
    assert verdict(dead, last - 1, BROKEN, NOW).disabled_reason is None
