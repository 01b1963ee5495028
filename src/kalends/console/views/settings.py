"""The account's own settings: who it is, what its invoices and messages say of it, and its rules for bookings."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import available_timezones

from msgspec import UNSET

from kalends.console.values import Values
from kalends.console.views.clock import clock_text
from kalends.console.views.forms import Choice, Field, Form, Group, own_name, ticked
from kalends.engine.accounts.account import (
    LONGEST_KEPT,
    VERIFICATIONS,
    Account,
    AccountPatch,
    Policy,
    PolicyPatch,
    Settings,
    SettingsPatch,
)
from kalends.engine.accounts.profile import Profile, ProfilePatch
from kalends.engine.countries import CURRENCIES
from kalends.engine.time.clock import NOT_ZONES
from kalends.engine.version import version_of
from kalends.notices.countries import country_names, currency_name
from kalends.notices.texts import LANGUAGES

ACCOUNT_FIELDS = ("name", "time_zone", "locale", "currency", "country")
PROFILE_FIELDS = Profile.__struct_fields__
POLICY_FIELDS = Policy.__struct_fields__
_KEPT = ("keep_claims_months", "keep_journal_months", "keep_messages_months", "keep_customers_months")
_NUMBERS = ("hold_minutes", "reminder_days_before", "undo_seconds", *_KEPT)


def account_form(settings: Settings, language: str) -> Form:
    """The form of the account itself; names of countries are in this language."""
    return Form("/settings", account_fields(settings, language), "form.save", hidden={"version": version_of(settings)})


def account_fields(settings: Settings, language: str) -> tuple[Field, ...]:
    """The fields of the account itself."""
    account = settings.account
    return (
        Field("name", "settings.name", "organization", value=account.name, hint="settings.name_hint"),
        Field("country", "settings.country", kind="select", value=account.country, choices=countries(language)),
        Field("time_zone", "settings.time_zone", kind="select", value=account.time_zone, choices=time_zones()),
        Field("locale", "settings.locale", kind="select", value=account.locale, choices=_locales(account.locale)),
        Field(
            "currency",
            "settings.currency",
            kind="select",
            value=account.currency,
            hint="settings.currency_hint",
            choices=_currencies(language, account.currency),
        ),
    )


def sent_account(sent: Mapping[str, str], present: Account) -> tuple[SettingsPatch, Values]:
    """What the form says of the account, and what could not be read of it; the present currency may stay, whatever it
    is."""
    values = Values(sent)
    fields: dict[str, Any] = {name: values.text(name) for name in ACCOUNT_FIELDS}
    known = {code: code for code in (*CURRENCIES, present.currency)}
    fields["currency"] = values.needed(lambda name: values.choice(name, known), "currency")
    return SettingsPatch(account=AccountPatch(**fields)), values


def profile_form(profile: Profile, language: str) -> Form:
    """The form of what customers read about the account on invoices and in messages."""

    def field(name: str, autocomplete: str = "off", hint: str = "") -> Field:
        label = f"profile.{name}"
        return Field(name, label, autocomplete, value=getattr(profile, name), required=False, hint=hint)

    country = Field(
        "country", "profile.country", kind="select", value=profile.country, choices=countries(language), required=False
    )
    return Form(
        "/settings/business",
        (
            Group("profile.who", (field("company", "organization"), field("first_name"), field("last_name"))),
            Group(
                "profile.where",
                (field("street"), field("house_number"), field("postcode"), field("city"), country),
                beside=True,
            ),
            Group("profile.contact", (field("email"), field("phone"), field("fax")), beside=True),
            Group(
                "profile.tax", (field("tax_number"), field("vat_id"), field("exemption", hint="profile.exemption_hint"))
            ),
            Group("profile.bank", (field("bank_owner"), field("iban"), field("bic"))),
            Group("profile.looks", (field("logo", hint="profile.logo_hint"), field("logo_thumbnail"))),
        ),
        "form.save",
        hidden={"version": version_of(profile)},
    )


def sent_profile(sent: Mapping[str, str]) -> tuple[ProfilePatch, Values]:
    """What the form says of the profile."""
    values = Values(sent)
    return ProfilePatch(**{name: values.text(name) for name in PROFILE_FIELDS}), values


def policy_form(settings: Settings) -> Form:
    """The form of the rules for bookings, messages and prices."""
    return Form(
        "/settings/rules",
        _rules(settings.account.policy),
        "form.save",
        hidden={"version": version_of(settings)},
    )


def sent_policy(sent: Mapping[str, str]) -> tuple[SettingsPatch, Values]:
    """What the form says of the rules, and what could not be read of it."""
    values = Values(sent)
    rules: dict[str, Any] = {name: values.flag(name) for name, kind in Policy.__annotations__.items() if kind is bool}
    rules |= {name: values.needed(values.number, name) for name in _NUMBERS}
    patch = PolicyPatch(
        verification=values.text("verification"), reminder_minute=values.minute("reminder_minute", UNSET), **rules
    )
    return SettingsPatch(account=AccountPatch(policy=patch)), values


def countries(language: str) -> tuple[Choice, ...]:
    """All countries, by their names in this language."""
    return tuple(Choice(code, own_name(name)) for name, code in country_names(language))


def time_zones() -> tuple[Choice, ...]:
    """All time zones, by name."""
    return tuple(Choice(name, own_name(name)) for name in sorted(available_timezones() - NOT_ZONES))


def _currencies(language: str, present: str) -> tuple[Choice, ...]:
    codes = sorted({*CURRENCIES, present})
    return tuple(Choice(code, own_name(currency_name(code, language))) for code in codes)


def _locales(present: str) -> tuple[Choice, ...]:
    """The languages there are texts in; the present one may name a country besides, and stays so."""
    codes = [present if present.partition("-")[0] == code else code for code in LANGUAGES]
    return tuple(Choice(code, f"language.{name}") for code, name in zip(codes, LANGUAGES, strict=True))


def _rules(policy: Policy) -> tuple[Group, ...]:
    minute = clock_text(policy.reminder_minute)
    return (
        Group("rules.bookings", tuple(_of_bookings(policy))),
        Group("rules.messages", tuple(_of_messages(policy))),
        Group(
            "rules.reminders",
            (
                _tick(policy, "remind_by_email"),
                _tick(policy, "remind_by_sms"),
                _number(policy, "reminder_days_before", 365, "rules.reminder_days_before_hint"),
                Field("reminder_minute", "rules.reminder_minute", kind="time", value=minute),
            ),
        ),
        Group(
            "rules.other",
            (
                _tick(policy, "prices_include_tax", "rules.prices_include_tax_hint"),
                _tick(policy, "require_versions", "rules.require_versions_hint"),
            ),
        ),
        Group(
            "rules.kept",
            tuple(_number(policy, name, LONGEST_KEPT) for name in _KEPT),
            hint="rules.kept_hint",
            beside=True,
        ),
    )


def _of_bookings(policy: Policy) -> Iterator[Field]:
    choices = tuple(Choice(each, f"verification.{each}") for each in VERIFICATIONS)
    value, hint = policy.verification, "rules.verification_hint"
    yield Field("verification", "rules.verification", kind="radios", value=value, choices=choices, hint=hint)
    yield _number(policy, "hold_minutes", 43200, "rules.hold_minutes_hint")
    yield _tick(policy, "confirm_manually", "rules.confirm_manually_hint")
    yield _tick(policy, "unique_contacts", "rules.unique_contacts_hint")


def _of_messages(policy: Policy) -> Iterator[Field]:
    yield _tick(policy, "notify_by_email")
    yield _tick(policy, "notify_by_sms")
    yield _tick(policy, "notify_of_changes", "rules.notify_of_changes_hint")
    yield _number(policy, "undo_seconds", 300, "rules.undo_seconds_hint")


def _tick(policy: Policy, name: str, hint: str = "") -> Field:
    value = ticked(getattr(policy, name))
    return Field(name, f"rules.{name}", kind="checkbox", value=value, required=False, hint=hint)


def _number(policy: Policy, name: str, most: int, hint: str = "") -> Field:
    limits = {"min": "0", "max": str(most), "inputmode": "numeric"}
    value = str(getattr(policy, name))
    return Field(name, f"rules.{name}", kind="number", value=value, hint=hint, attributes=limits)
