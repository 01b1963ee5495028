"""Amounts, lengths of time and places of clocks, as people write them."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from babel.numbers import format_currency, get_currency_symbol

from kalends.notices.messages.language import MessageLanguage
from kalends.notices.texts import Message

_HOUR = 60
_SIGN, _NO_BREAK = "\u00a4", "\u00a0"


def length_text(minutes: int) -> Message:
    """A length in words: in minutes below two hours, else in hours and minutes."""
    hours, rest = divmod(minutes, _HOUR)
    if hours < 2:
        return Message("length.minutes", {"count": minutes})
    if rest:
        return Message("length.both", {"hours": hours, "minutes": rest})
    return Message("length.hours", {"count": hours})


def money(amount: Decimal, currency: str, words: MessageLanguage) -> str:
    """An amount as people write it; a whole one without decimals."""
    pattern = words.locale.currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        pattern = pattern.replace(".00", "")
    if get_currency_symbol(currency, words.locale).isalpha():
        pattern = pattern.replace(f"{_SIGN}#", f"{_SIGN}{_NO_BREAK}#")
    written: str = format_currency(amount, currency, format=pattern, locale=words.locale, currency_digits=False)
    return written


def clock_text(zone: ZoneInfo, words: MessageLanguage) -> Message:
    """`Oslo time`, for the clock by which times are meant; a zone that stands for no place by its key alone."""
    region, _, city = zone.key.partition("/")
    if not city or region == "Etc":
        return Message("clock.zone", {"zone": zone.key})
    place = get_timezone_location(zone, locale=words.locale, return_city=True)
    return Message("clock.place", {"place": place})


def capitalized(text: str) -> str:
    """The text with a capital at its beginning, for a heading."""
    return text[:1].upper() + text[1:]
