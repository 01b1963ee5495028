"""Currencies by their codes of three letters (ISO 4217)."""

from babel.core import Locale, get_global

CURRENCIES = frozenset(
    code
    for uses in get_global("territory_currencies").values()
    for code, _, until, is_tender in uses
    if is_tender and until is None
)
"""Those in which something is paid today. Source: Unicode CLDR."""


def currency_name(code: str, language: str) -> str:
    """The code of a currency with its name; an unknown code itself."""
    name = Locale(language).currencies.get(code)
    return f"{code} ({name})" if name else code
