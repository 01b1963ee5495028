"""The names of countries and currencies in a language, by their codes."""

import unicodedata

from babel.core import Locale

from kalends.engine.countries import COUNTRIES


def country_name(code: str, language: str) -> str:
    """The name of a country (ISO 3166-1 alpha-2); an unknown code itself."""
    return str(Locale(language).territories.get(code, code))


def country_names(language: str) -> list[tuple[str, str]]:
    """The name and code of two letters of each country, by name; accents come after the plain letter."""
    names = [(country_name(code, language), code) for code in COUNTRIES]
    return sorted(names, key=lambda named: unicodedata.normalize("NFKD", named[0]).casefold())


def currency_name(code: str, language: str) -> str:
    """The code of a currency with its name; an unknown code itself."""
    name = Locale(language).currencies.get(code)
    return f"{code} ({name})" if name else code
