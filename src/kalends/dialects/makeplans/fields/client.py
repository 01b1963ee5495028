"""The account and its policy. Fields that the engine has no use for are kept and given back, and have no effect."""

from collections.abc import Callable, Mapping
from typing import Any

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import TEXT, Codec, Unreadable, WireContext, clean
from kalends.dialects.kit.fields import Computed, Field, Line, PassThrough, renderer
from kalends.dialects.makeplans.fields.view import DOOR, RenderContext, from_row, url
from kalends.engine.accounts.account import Settings

_METHODS = ("none", "email", "sms")
"""Verification methods by the numbers of `verification_method`, which the vendor does not explain."""
_METHOD_OF_TEXT = {str(number): method for number, method in enumerate(_METHODS)}
SLOT_GENERATION = "slot_generation"
_GENERATIONS = ("fixed", "dynamic")
"""How slots are generated, by the numbers of the deprecated `slot_generation_type`, 1 and 2."""
_GENERATION_OF_TEXT = {str(number): generation for number, generation in enumerate(_GENERATIONS, 1)}
_DEEPEST = 4
"""Levels of lists and objects that `settings` may have."""


def _read_verification(value: Any, context: WireContext) -> str:
    """How bookings are verified, by number or by name; a blank name is none, and of a list the first one counts."""
    if value in (None, "", []):
        return "none"
    sent = value[0] if isinstance(value, list) else value
    method = _METHOD_OF_TEXT.get(str(sent), sent)
    if method not in _METHODS:
        raise Unreadable("not_included")
    return str(method)


def _verification_method(settings: Settings) -> int:
    return _METHODS.index(settings.account.policy.verification)


def _verification_methods(settings: Settings) -> str | None:
    method = settings.account.policy.verification
    return None if method == "none" else method


def _read_generation_type(value: Any, context: WireContext) -> str | None:
    """How slots are generated, by the number of the deprecated field."""
    if value == "":
        return None
    if str(value) not in _GENERATION_OF_TEXT:
        raise Unreadable("not_included")
    return _GENERATION_OF_TEXT[str(value)]


def _generation_type(settings: Settings) -> int:
    generation = settings.details.get(DOOR, {}).get(SLOT_GENERATION) or _GENERATIONS[0]
    return _GENERATIONS.index(generation) + 1


def _closed_for_holidays(context: RenderContext) -> Callable[[Settings], bool]:
    return lambda settings: context.closed_for_holidays


def _read_country(value: Any, context: WireContext) -> str:
    return clean(value, 2).upper()


def _read_settings(value: Any, context: WireContext) -> Any:
    return _json_value(value, _DEEPEST)


def _json_value(value: Any, levels: int) -> Any:
    """A value that can be kept as JSON. Raises Unreadable(invalid, too_long)."""
    if levels and isinstance(value, Mapping):
        return {clean(name): _json_value(member, levels - 1) for name, member in value.items()}
    if levels and isinstance(value, list):
        return [_json_value(element, levels - 1) for element in value]
    if isinstance(value, bool | None):
        return value
    if isinstance(value, int):
        return codecs.identifier.read(value, None)
    return clean(str(value) if isinstance(value, float) else value, TEXT)


def _of_account(wire: str, name: str, codec: Codec) -> Field:
    return Field(wire, name, codec, source=f"account.{name}")


def _of_policy(wire: str, name: str) -> Field:
    return Field(wire, name, codecs.flag, source=f"account.policy.{name}")


def _pass_through(codec: Codec, *wires: str) -> tuple[PassThrough, ...]:
    return tuple(PassThrough(wire, codec) for wire in wires)


_MESSAGES = tuple(
    f"{channel}_{message}"
    for channel in ("sms", "mail")
    for message in ("verification", "confirmation", "modification", "cancellation")
)

CLIENT: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out", source="account.id"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("subdomain", "slug", codecs.text(), "out", source="account.slug"),
    _of_account("name", "name", codecs.text(null="")),
    _of_account("time_zone", "time_zone", codecs.text(64, null="")),
    _of_account("country_code", "country", Codec(_read_country)),
    _of_account("locale", "locale", codecs.text(35, null="")),
    _of_account("currency", "currency", codecs.text(3, null="")),
    Field("verification_method", "verification", Codec(_read_verification), "in", also=("verification_methods",)),
    Computed("verification_method", from_row(_verification_method)),
    Computed("verification_methods", from_row(_verification_methods)),
    _of_policy("confirm_manually", "confirm_manually"),
    _of_policy("email_notification", "notify_by_email"),
    _of_policy("sms_notification", "notify_by_sms"),
    _of_policy("reminder_sms", "remind_by_sms"),
    *_pass_through(url, "google_analytics", "css_url", "address", "logo", "service_template"),
    *_pass_through(codecs.text(), "email", "phone_number", "mail_notification_recipient", "payment_provider"),
    *_pass_through(codecs.text(), "google_merchant_id", "google_merchant_key"),
    *_pass_through(codecs.number(), "template", "interval_rounding"),
    *_pass_through(codecs.flag, "public_access", "allow_cancellation"),
    Field("closed_for_holidays", "closed_for_holidays", codecs.flag, "in"),
    Computed("closed_for_holidays", _closed_for_holidays),
    PassThrough(SLOT_GENERATION, codecs.choice(*_GENERATIONS), _GENERATIONS[0]),
    Field("slot_generation_type", "slot_generation_type", Codec(_read_generation_type), "in"),
    Computed("slot_generation_type", from_row(_generation_type)),
    *_pass_through(codecs.text(), "future_bookable_period", "first_bookable_period", "cancellation_period"),
    PassThrough("settings", Codec(_read_settings)),
    *_pass_through(codecs.text(TEXT), "footer", "new_user_text", "new_booking_text", "booking_form", "person_form"),
    *_pass_through(
        codecs.text(TEXT), "resource_form", "service_form", "event_form", "appointment_form", "category_form"
    ),
    *_pass_through(codecs.text(TEXT), *_MESSAGES, "sms_reminder"),
    *_pass_through(codecs.text(), *(f"{message}_subject" for message in _MESSAGES if message.startswith("mail"))),
)

client = renderer("Client", CLIENT, door=DOOR)
