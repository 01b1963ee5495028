"""Countries and currencies by their codes. Source: Unicode CLDR."""

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
COUNTRIES = frozenset(_THREE_LETTERS.keys() & Locale("en").territories.keys() - _NO_COUNTRIES)
"""The codes of two letters (ISO 3166-1 alpha-2)."""
CURRENCIES = frozenset(
    code
    for uses in get_global("territory_currencies").values()
    for code, _, until, is_tender in uses
    if is_tender and until is None
)
"""The codes (ISO 4217) of those in which something is paid today."""


def country_code(code: str) -> str:
    """The code of three letters (ISO 3166-1 alpha-3) for that of two; an unknown code itself."""
    return _THREE_LETTERS.get(code, code)
