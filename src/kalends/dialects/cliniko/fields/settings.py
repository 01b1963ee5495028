"""Settings: the account, and fixed values where Kalends has nothing to set."""

from typing import Any

from kalends.engine.accounts.account import Account
from kalends.engine.accounts.profile import Profile
from kalends.notices.countries import country_name

_SYMBOLS = {"AUD": "$", "CAD": "$", "CHF": "CHF", "CZK": "Kč", "DKK": "kr", "EUR": "€", "GBP": "£", "NOK": "kr"}
_SYMBOLS |= {"NZD": "$", "SEK": "kr", "USD": "$"}
_NAMES = "full_name"


def public_settings(account: Account) -> dict[str, Any]:
    """What everybody may know of an account's settings."""
    return {
        "account": {
            "id": str(account.id),
            "name": account.name,
            "country": country_name(account.country, "en"),
            "country_code": account.country,
            "currency_symbol": _SYMBOLS.get(account.currency, account.currency),
            "subdomain": account.slug,
            "has_time_travelers": True,
            "time_zone_support": True,
        },
        "calendar": {
            "start_hour": 0,
            "end_hour": 24,
            "timeslot_height_in_pixels": 20,
            "timeslot_size_in_minutes": 15,
            "show_current_time_indicator": True,
            "multiple_appointments_gap": True,
        },
        "documents_and_printing": {"logo_url": None, "logo_height": 0},
        "email": {"patient_accept_email_marketing_by_default": False},
        "integrations": {"mail_chimp": {"enabled": False}, "xero": {"enabled": False}},
        "online_bookings": _online_bookings(account),
        "online_payments": {"activated": False},
        "patient_custom_fields_definition": {"sections": []},
        "patient_privacy": {
            "browser_title_name_format": _NAMES,
            "ical_patient_name_option": _NAMES,
            "prevent_sending_financial_data_by_email": False,
            "requires_hipaa_compliance": False,
        },
        "reminders": {"default_reminder_type": "SMS" if account.policy.remind_by_sms else "None"},
        "sms": _SMS,
        "terminology": {"patient": "patient", "titles": []},
        "wait_list": {"default_wait_list_expiry_period": 0},
    }


def settings(account: Account, profile: Profile) -> dict[str, Any]:
    """All settings of an account; names and the address of mail are the profile's."""
    public = public_settings(account)
    compliance = {"has_hipaa_compliance_conflicts": False, "hipaa_compliance-conflict_messages": []}
    own = {"email_from": profile.email, "first_name": profile.first_name, "last_name": profile.last_name}
    return {
        **public,
        "account": {**public["account"], **own, "compliance": compliance},
        "integrations": {**public["integrations"], "medipass": {"enabled": False}},
        "online_bookings": {**public["online_bookings"], **_TRACKING},
        "patient_privacy": {**public["patient_privacy"], **_PRIVACY},
    }


_SMS = {
    "alphanumeric_source_number_required": False,
    "default_alphanumeric_source_number": "",
    "max_message_length": None,
    "number_of_usable_characters_per_message": 160,
    "patient_accept_sms_marketing_by_default": False,
    "replies_supported": False,
}
_TRACKING = {
    "adroll": {"advertiser_id": None, "pixel_id": None},
    "google_analytics": {"tracking_id": None},
    "google_tag_manager": {"container_id": None},
}
_PRIVACY = {
    "anonymise_appointments_on_deletion": False,
    "anonymise_booking_notifications": False,
    "anonymise_invoices_and_payments_on_deletion": False,
    "baa_requested": False,
}


def _online_bookings(account: Account) -> dict[str, Any]:
    """The settings of the vendor's page for bookings by the public, which is not here: notice and horizon are those of
    each appointment type."""
    texts = ("calendar_info", "disabled_text", "disabled_title", "notice_text", "notice_title", "policy")
    return {
        **dict.fromkeys((*texts, "logo_url", "privacy_policy_url", "practitioner_order")),
        "allow_bookings_days_in_advance": 0,
        "allow_online_bookings_time_zone_choice": False,
        "booking_reservation_minutes": account.policy.hold_minutes,
        "daily_bookings_limit": 0,
        "enabled": False,
        "max_appointments_per_day_segment": 0,
        "min_hours_advance_required_to_book": 0,
        "min_hours_notice_for_patient_cancellation": 0,
        "notice_enabled": False,
        "notify_practitioner_by_email": account.policy.notify_by_email,
        "notify_practitioner_by_sms": account.policy.notify_by_sms,
        "require_patient_address": False,
        "show_appointment_duration": True,
        "show_prices": False,
    }
