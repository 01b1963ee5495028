"""The account's profile. Source: the page's profile."""

from collections.abc import Callable
from datetime import date, datetime

import msgspec

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, WireContext
from kalends.dialects.kit.fields import Computed, Field, Line, from_row, renderer
from kalends.engine.accounts.account import Account
from kalends.engine.accounts.profile import Profile
from kalends.engine.time.clock import wall


class Manager(msgspec.Struct, frozen=True):
    """An account with its profile; `since` is when it was created."""

    account: Account
    profile: Profile
    since: datetime


def _write_day(context: WireContext) -> Callable[[datetime], date]:
    return lambda at: wall(at, context.zone)[0]


def _write_language(locale: str) -> str:
    return locale[:2]


def _age(context: WireContext) -> Callable[[Manager], str]:
    """The age of the account in whole years, as text."""
    today, _ = wall(context.now, context.zone)

    def age(manager: Manager) -> str:
        first, _ = wall(manager.since, context.zone)
        before_anniversary = (today.month, today.day) < (first.month, first.day)
        return str(today.year - first.year - before_anniversary)

    return age


def _address(manager: Manager) -> str:
    return f"{manager.profile.street} {manager.profile.house_number}".strip()


_text = codecs.text()
_language = codecs.write_only(_write_language)
_day = Codec(codecs.day.read, _write_day)
PROFILE: tuple[Line, ...] = (
    Field("first_name", "first_name", _text, "out"),
    Field("last_name", "last_name", _text, "out"),
    Field("company_name", "company", _text, "out"),
    Field("email", "email", _text, "out"),
    Field("logo", "logo", _text, "out"),
    Field("logo_thumbnail", "logo_thumbnail", _text, "out"),
    Field("currency", "currency", _text, "out", source="account.currency"),
    Field("language", "locale", _language, "out", source="account.locale"),
    Field("created", "since", _day, "out", source="since"),
    Field("zip", "postcode", _text, "out"),
    Field("city", "city", _text, "out"),
    Field("country", "country", _text, "out"),
    Field("phone", "phone", _text, "out"),
    Field("fax", "fax", _text, "out"),
    Computed("age", _age),
    Computed("address", from_row(_address)),
)

manager = renderer("Manager", PROFILE, "profile")
