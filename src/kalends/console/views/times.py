"""Dates and moments as screens of the account show them: short, by the account's clock."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.context import Context
from kalends.notices.languages import Language, language_of
from kalends.notices.messages.language import MessageLanguage, message_language


class Times(msgspec.Struct, frozen=True):
    """How a page in one language writes dates, times and amounts; moments are in the account's zone."""

    zone: ZoneInfo
    numbers: Language
    words: MessageLanguage

    def day(self, day: date | datetime | None) -> str:
        """`5 Jun 2027`; "" for None."""
        if isinstance(day, datetime):
            day = day.astimezone(self.zone).date()
        return self.numbers.day(day) if day else ""

    def at(self, moment: datetime | None) -> str:
        """`5 Jun 2027, 10:00`; "" for None."""
        return f"{self.day(moment)}, {self.words.hour(moment.astimezone(self.zone))}" if moment else ""

    def hours(self, start: datetime, end: datetime) -> str:
        """`10:00–11:00`; where it ends on another day, with that day."""
        starts, ends = start.astimezone(self.zone), end.astimezone(self.zone)
        last = "" if starts.date() == ends.date() else f"{self.day(ends)}, "
        return f"{self.words.hour(starts)}–{last}{self.words.hour(ends)}"

    def money(self, amount: Decimal, currency: str) -> str:
        """`1,234.50 EUR`."""
        return f"{self.numbers.money(amount, currency)} {currency}"

    @property
    def zone_name(self) -> str:
        """`Central European Time (Europe/Oslo)`."""
        return self.words.zone_name(self.zone)


def times_of(ctx: Context, language: str) -> Times:
    """How a page in this language writes them for the account."""
    return Times(ctx.zone, language_of(language), message_language(language, ctx.account.country))
