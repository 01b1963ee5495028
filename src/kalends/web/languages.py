"""Rules by which a door chooses the language of its answers; each returns a language, or None if it names none."""

from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import parse_qs

from kalends.notices.texts import FALLBACK, language_of_tag
from kalends.web.call import Call, header

LanguageRule: TypeAlias = Callable[[Call], str | None]

_LONGEST_HEADER = 500
"""Characters of an Accept-Language header that are read."""


def accept_language(call: Call) -> str | None:
    """The known language that the client prefers most. Source: RFC 9110, 12.5.4."""
    ranges = header(call.headers, b"accept-language")[:_LONGEST_HEADER].split(",")
    for tag, _ in sorted(map(_with_quality, ranges), key=lambda weighted: -weighted[1]):
        if language := language_of_tag(tag):
            return language
    return None


def parameter(name: str) -> LanguageRule:
    """The rule of a door whose clients name the language in this query parameter."""

    def rule(call: Call) -> str | None:
        values = parse_qs(call.query.decode("latin-1")).get(name, [])
        return language_of_tag(values[-1]) if values else None

    return rule


def account_locale(call: Call) -> str | None:
    """The language of the account; None before the key is recognised."""
    return language_of_tag(call.locale)


def first_of(*rules: LanguageRule) -> Callable[[Call], str]:
    """The language of the first rule that names one, else English."""

    def choose(call: Call) -> str:
        return next((language for rule in rules if (language := rule(call))), FALLBACK)

    return choose


def _with_quality(language_range: str) -> tuple[str, float]:
    tag, _, weight = language_range.partition(";")
    name, _, number = weight.strip().partition("=")
    try:
        quality = float(number) if name.strip() == "q" else 1.0
    except ValueError:
        quality = 0.0
    return (tag, quality) if quality > 0 else ("", 0.0)
