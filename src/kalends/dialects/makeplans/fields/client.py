"""The account and its rules. What the engine has no word for is kept and given back, and steers nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import TEXT, Codec, Unreadable, clean
from kalends.dialects.kit.fields import Computed, Field, Line, PassThrough, renderer
from kalends.dialects.makeplans.fields.view import DOOR, RenderContext
from kalends.engine.accounts.account import Settings

_METHODS = ("none", "email", "sms")
"""What the numbers of `verification_method` mean; the vendor does not tell."""
_DEEPEST = 4


def _read_method(value: Any, view: RenderContext) -> str | None:
    """How bookings are verified, by number or by name; a blank name is none."""
    if value in (None, "", []):
        return "none"
    one = value[0] if isinstance(value, list) else value
    found = dict(zip(("0", "1", "2"), _METHODS, strict=True)).get(str(one), one)
    if found not in _METHODS:
        raise Unreadable("not_included")
    return str(found)


def _method(_: RenderContext) -> Callable[[Settings], int]:
    return lambda settings: _METHODS.index(settings.account.policy.verification)


def _methods(_: RenderContext) -> Callable[[Settings], str | None]:
    def make(settings: Settings) -> str | None:
        method = settings.account.policy.verification
        return None if method == "none" else method

    return make


def _read_country(value: Any, view: RenderContext) -> str:
    return clean(value, 2).upper()


def _read_data(value: Any, view: RenderContext) -> Any:
    return _data(value, _DEEPEST)


def _data(value: Any, levels: int) -> Any:
    """Lists and objects as they are, as far as they can be kept."""
    if levels and isinstance(value, Mapping):
        return {clean(name): _data(each, levels - 1) for name, each in value.items()}
    if levels and isinstance(value, list):
        return [_data(each, levels - 1) for each in value]
    if isinstance(value, bool | None):
        return value
    if isinstance(value, int):
        return codecs.identifier.read(value, None)
    return clean(str(value) if isinstance(value, float) else value, TEXT)


def _setting(wire: str, name: str, codec: Codec, room: str = "account.") -> Field:
    return Field(wire, name, codec, source=room + name)


def _rule(wire: str, name: str) -> Field:
    return _setting(wire, name, codecs.flag, "account.policy.")


def _kept(codec: Codec, *wires: str) -> tuple[PassThrough, ...]:
    return tuple(PassThrough(wire, codec) for wire in wires)


_MESSAGES = tuple(
    f"{channel}_{message}"
    for channel in ("sms", "mail")
    for message in ("verification", "confirmation", "modification", "cancellation")
)

CLIENT: tuple[Line, ...] = (
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("subdomain", "slug", codecs.text(), "out", source="account.slug"),
    _setting("name", "name", codecs.text(null="")),
    _setting("time_zone", "time_zone", codecs.text(64, null="")),
    _setting("country_code", "country", Codec(_read_country)),
    _setting("locale", "locale", codecs.text(35, null="")),
    _setting("currency", "currency", codecs.text(3, null="")),
    Field("verification_method", "verification", Codec(_read_method), "in", also=("verification_methods",)),
    Computed("verification_method", _method),
    Computed("verification_methods", _methods),
    _rule("confirm_manually", "confirm_manually"),
    _rule("email_notification", "notify_by_email"),
    _rule("sms_notification", "notify_by_sms"),
    _rule("reminder_sms", "remind_by_sms"),
    *_kept(codecs.text(2048), "google_analytics", "css_url", "address", "logo", "service_template"),
    *_kept(codecs.text(), "email", "phone_number", "mail_notification_recipient", "payment_provider"),
    *_kept(codecs.number(), "template", "interval_rounding"),
    *_kept(codecs.flag, "public_access", "closed_for_holidays", "allow_cancellation"),
    PassThrough("slot_generation", codecs.choice("dynamic", "fixed"), "fixed"),
    *_kept(codecs.text(), "future_bookable_period", "first_bookable_period", "cancellation_period"),
    PassThrough("settings", Codec(_read_data)),
    *_kept(codecs.text(TEXT), "footer", "new_user_text", "new_booking_text", "booking_form", "person_form"),
    *_kept(codecs.text(TEXT), "resource_form", "service_form", "event_form", "appointment_form", "category_form"),
    *_kept(codecs.text(TEXT), *_MESSAGES, "sms_reminder"),
    *_kept(codecs.text(), *(f"{message}_subject" for message in _MESSAGES if message.startswith("mail"))),
)

client = renderer("Client", CLIENT, door=DOOR)
