"""Mail to the staff about a webhook that is not called any more."""

from collections.abc import Iterable

from kalends.engine.messages.facts import MessageFacts
from kalends.engine.messages.webhook import Webhook
from kalends.notices.messages.content import Content, Row
from kalends.notices.messages.language import MessageLanguage, message_language
from kalends.notices.messages.one_line import in_one_line


def webhook_content(facts: MessageFacts, webhook: Webhook) -> Content:
    """The texts of the mail."""
    language = message_language(facts.locale, facts.account.country)
    head = language.text("head.webhook_disabled")
    return Content(
        language=language,
        head=head,
        subject=in_one_line(f"{head}: {webhook.url}"),
        greeting="",
        intro=language.text("intro.webhook_disabled"),
        code="",
        link_text="",
        until="",
        rows=tuple(_rows(webhook, language)),
        listed=(),
        reason="",
        closing=(),
        times=(),
    )


def _rows(webhook: Webhook, language: MessageLanguage) -> Iterable[Row]:
    labelled = (
        ("url", webhook.url),
        ("webhook", str(webhook.id)),
        ("notes", webhook.description),
        ("reason", language.text(f"webhook.{webhook.disabled_reason}") if webhook.disabled_reason else ""),
    )
    yield from (Row(language.text(f"label.{label}"), text) for label, text in labelled if text)
