"""The text and the HTML of a mail, laid out from its content."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from kalends.engine.messages.facts import MessageFacts
from kalends.notices.messages.content import Content, Row

_FOLDER = Path(__file__).parent.parent / "templates"
_ENVIRONMENT = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
_MAIL = _ENVIRONMENT.from_string((_FOLDER / "mail.html").read_text(encoding="utf-8"))
_DETAILS = _ENVIRONMENT.from_string((_FOLDER / "mail_details.html").read_text(encoding="utf-8"))


def mail_text(facts: MessageFacts, content: Content) -> str:
    """The plain text of a mail with the built-in text."""
    code = f"    {content.code}" if content.code else ""
    link = f"{content.link_text}:\n{facts.link}" if content.link_text else ""
    parts = (content.greeting, content.intro, code, details_text(content), link, "\n".join(content.closing))
    return _joined(*parts, *_footer(facts, content))


def mail_html(facts: MessageFacts, content: Content, body: Markup | None = None) -> str:
    """The HTML of a mail with the built-in text, or with a body of the account's own."""
    footer, *_ = [*_answer(facts, content), ""]
    return _MAIL.render(
        language=content.language.code,
        subject=content.subject,
        preheader=content.intro,
        account=facts.account.name,
        content=content,
        details=details_html(content),
        body=body,
        link=facts.link,
        footer=footer,
        unsubscribe=facts.unsubscribe,
        refuse=content.language.text("refuse"),
    )


def own_text(facts: MessageFacts, content: Content, body: str) -> str:
    """The plain text of a mail with a body of the account's own."""
    return _joined(body.strip(), *_footer(facts, content))


def details_text(content: Content) -> str:
    """The times, if there are several, and the facts in lines, with their labels in one column."""
    return _joined("\n".join(f"- {line}" for line in content.listed), "\n".join(_aligned(content.rows))).rstrip("\n")


def details_html(content: Content) -> Markup:
    """The times as a list, if there are several, and the facts as a table."""
    return Markup(_DETAILS.render(rows=content.rows, listed=content.listed))


def _aligned(rows: Sequence[Row]) -> list[str]:
    width = max((len(row.label) for row in rows), default=0) + 2
    lines = []
    for row in rows:
        first, *others = row.text.splitlines() or [""]
        label = f"{row.label}:" if row.label else ""
        lines += [f"{label:<{width}}{first}".rstrip(), *(" " * width + line for line in others)]
    return lines


def _footer(facts: MessageFacts, content: Content) -> list[str]:
    refuse = [f"{content.language.text('refuse')}: {facts.unsubscribe}"] if facts.unsubscribe else []
    lines = [*_answer(facts, content), *refuse]
    return ["\n".join(["-- ", *lines])] if lines else []


def _answer(facts: MessageFacts, content: Content) -> list[str]:
    answers = facts.audience == "customer" and facts.reply_to
    return [content.language.text("answer")] if answers else []


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"
