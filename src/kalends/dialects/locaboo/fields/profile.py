"""Who the account is. Source: the page's profile."""

from collections.abc import Callable
from datetime import date, datetime

import msgspec

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, WireContext
from kalends.dialects.kit.fields import Computed, Field, Line, renderer
from kalends.engine.accounts.account import Account
from kalends.engine.accounts.profile import Profile
from kalends.engine.time.clock import wall


class Manager(msgspec.Struct, frozen=True):
    """An account as it says of itself, and since when there is it."""

    account: Account
    profile: Profile
    since: datetime


def _day_writer(wire_context: WireContext) -> Callable[[datetime], date]:
    return lambda at: wall(at, wire_context.zone)[0]


def _age(wire_context: WireContext) -> Callable[[Manager], str]:
    """The whole years that the account has been there, as text."""
    today, _ = wall(wire_context.now, wire_context.zone)

    def write(manager: Manager) -> str:
        first, _ = wall(manager.since, wire_context.zone)
        return str(today.year - first.year - ((today.month, today.day) < (first.month, first.day)))

    return write


def _address(_: WireContext) -> Callable[[Manager], str]:
    return lambda manager: f"{manager.profile.street} {manager.profile.house_number}".strip()


_text = codecs.text()
_language = codecs.write_only(lambda locale: locale[:2])
_day = Codec(codecs.day.read, _day_writer)
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
    Computed("address", _address),
)

manager = renderer("Manager", PROFILE, "profile")
