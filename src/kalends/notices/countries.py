"""Countries by their codes of two letters: their names in a language, and their codes of three letters."""

import unicodedata

from babel.core import Locale, get_global

# Countries that have another name by now; their codes lead to those of today.
_BYGONE = frozenset(("BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"))
_NO_COUNTRIES = frozenset(("EU", "XA", "XB", "ZZ"))
"""Codes that have a name and stand for no country."""
_THREE_LETTERS = {
    territories[0]: code
    for code, territories in get_global("territory_aliases").items()
    if len(code) == 3 and code.isalpha() and len(territories) == 1 and code not in _BYGONE
}


def country_name(code: str, language: str) -> str:
    """The name of a country (ISO 3166-1 alpha-2); an unknown code itself."""
    return str(Locale(language).territories.get(code, code))


def country_names(language: str) -> list[tuple[str, str]]:
    """The name and code of two letters of each country, by name; accents come after the plain letter."""
    names = [(country_name(code, language), code) for code in _THREE_LETTERS if is_country(code)]
    return sorted(names, key=lambda named: unicodedata.normalize("NFKD", named[0]).casefold())


def country_code(code: str) -> str:
    """The code of three letters (ISO 3166-1 alpha-3) for that of two; an unknown code itself. Source: Unicode CLDR."""
    return _THREE_LETTERS.get(code, code)


def is_country(code: str) -> bool:
    """Whether this is the code of two letters of a country (ISO 3166-1 alpha-2)."""
    return code in _THREE_LETTERS and code in Locale("en").territories and code not in _NO_COUNTRIES
