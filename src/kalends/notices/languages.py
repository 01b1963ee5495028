"""The texts, dates and numbers of documents, in each language that there are texts in."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec

from kalends.engine.money import decimals_of
from kalends.notices.texts import FALLBACK, language_of_tag, read_catalogues

_NO_BREAK = "\u00a0"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DOTTED, _SPACED = "{day:02}.{month:02}.{year:04}", f"{{day}}.{_NO_BREAK}{{month}}.{_NO_BREAK}{{year}}"
# language -> how a date is written, the signs for thousands and for decimals
_FORMATS = {
    "en": ("{day} {name} {year}", ",", "."),
    "de": (_DOTTED, ".", ","),
    "sk": (_SPACED, _NO_BREAK, ","),
    "cs": (_SPACED, _NO_BREAK, ","),
    "nb": (_DOTTED, _NO_BREAK, ","),
}


class Language(msgspec.Struct, frozen=True):
    """A language: its code, its texts by key, how it writes dates, and its signs for thousands and decimals."""

    code: str
    words: Mapping[str, str]
    date_format: str
    thousands: str
    point: str

    def day(self, day: date) -> str:
        """`05.06.2022`, or in English `5 Jun 2022`."""
        name = _MONTHS[day.month - 1]
        return self.date_format.format(day=day.day, month=day.month, year=day.year, name=name)

    def number(self, value: Decimal, least: int = 0) -> str:
        """`1.234,5`: with at least `least` decimals, and no more than it needs."""
        whole, _, rest = f"{value:,f}".replace("-", "−").partition(".")
        rest = rest.rstrip("0").ljust(least, "0")
        return whole.replace(",", self.thousands) + (self.point + rest if rest else "")

    def money(self, amount: Decimal, currency: str) -> str:
        """`1.234,50`: with the decimals of the currency, which itself is not named."""
        return self.number(amount, decimals_of(currency))


_LANGUAGES = {
    code: Language(code, {key: forms[0] for key, forms in catalogue.texts.items()}, *_FORMATS[code])
    for code, catalogue in read_catalogues(Path(__file__).parent / "invoice_texts").items()
}


def language_of(locale: str) -> Language:
    """The language of a locale such as `de-AT`: English when there are no texts in it."""
    return _LANGUAGES[language_of_tag(locale) or FALLBACK]
