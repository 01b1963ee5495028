"""In which language a door answers: rules to choose from, each gives a language or None if nothing is asked."""

from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import parse_qs

from kalends.notices.texts import FALLBACK, language_of_tag
from kalends.web.call import Call, header

LanguageRule: TypeAlias = Callable[[Call], str | None]

_LONGEST = 500
"""Characters of an Accept-Language header that are looked at."""


def accept_language(call: Call) -> str | None:
    """The first language known among those that the client accepts, best first. Source: RFC 9110, 12.5.4."""
    ranges = header(call.headers, b"accept-language")[:_LONGEST].split(",")
    for tag, _ in sorted(map(_weighed, ranges), key=lambda each: -each[1]):
        if language := language_of_tag(tag):
            return language
    return None


def parameter(name: str) -> LanguageRule:
    """The rule of a door whose clients name the language in the query."""

    def rule(call: Call) -> str | None:
        sent = parse_qs(call.query.decode("latin-1")).get(name, [])
        return language_of_tag(sent[-1]) if sent else None

    return rule


def account_locale(call: Call) -> str | None:
    """The language of the account, once it is known whose the request is."""
    return language_of_tag(call.locale)


def first_of(*rules: LanguageRule) -> Callable[[Call], str]:
    """The language by the first rule that has one, else English."""

    def choose(call: Call) -> str:
        return next((language for rule in rules if (language := rule(call))), FALLBACK)

    return choose


def _weighed(range_: str) -> tuple[str, float]:
    tag, _, weight = range_.partition(";")
    name, _, number = weight.strip().partition("=")
    try:
        quality = float(number) if name.strip() == "q" else 1.0
    except ValueError:
        quality = 0.0
    return (tag, quality) if quality > 0 else ("", 0.0)
