"""Translates violated constraints into refusals, by the name of the constraint. Unknown ones are raised again."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import asyncpg
import structlog

from kalends.engine.refusals import Duplicate, Fault, Full, Invalid, NotFound, Refusal, Stale

log = structlog.get_logger()

# A distributed database appends the number of the shard to the name of a constraint.
_SHARD = re.compile(r"_\d+$")

REFUSALS: dict[str, Callable[[], Refusal]] = {
    "customer_pkey": Stale,
    "booking_pkey": Stale,
    "group_session_pkey": Stale,
    "item_pkey": Stale,
    "account_slug_key": lambda: Duplicate("slug"),
    "account_slug_check": lambda: Invalid(Fault("slug", "invalid")),
    "staff_user_email_key": lambda: Duplicate("email"),
    "credential_login_key": lambda: Duplicate("login"),
    "passkey_credential_key": lambda: Duplicate("credential"),
    "credential_customer_fkey": lambda: NotFound("customer"),
    "access_token_item_fkey": lambda: NotFound("item"),
    "access_token_customer_fkey": lambda: NotFound("customer"),
    "access_token_booking_fkey": lambda: NotFound("booking"),
    "access_token_link_key": lambda: Duplicate("secret"),
    "sync_state_external_id_key": lambda: Duplicate("external_id"),
    "site_holiday_calendar_fkey": lambda: NotFound("holiday_calendar"),
    "site_name_key": lambda: Duplicate("name"),
    "customer_email_key": lambda: Duplicate("email"),
    "customer_phone_key": lambda: Duplicate("phone"),
    "customer_national_id_key": lambda: Duplicate("national_id"),
    "customer_parent_fkey": lambda: NotFound("customer"),
    "customer_group_fkey": lambda: NotFound("customer_group"),
    "customer_case_customer_fkey": lambda: NotFound("customer"),
    "item_case_fkey": lambda: NotFound("case"),
    "customer_group_title_key": lambda: Duplicate("title"),
    "booking_status_name_key": lambda: Duplicate("name"),
    "booking_status_default_key": lambda: Duplicate("is_default"),
    "booking_status_fkey": lambda: NotFound("booking_status"),
    "item_booking_status_fkey": lambda: NotFound("booking_status"),
    "booking_customer_fkey": lambda: NotFound("customer"),
    "item_session_fkey": lambda: NotFound("session"),
    "item_resource_fkey": lambda: NotFound("resource"),
    "item_customer_fkey": lambda: NotFound("customer"),
    "item_booked_by_fkey": lambda: NotFound("booked_by_customer"),
    "item_span_check": lambda: Invalid(Fault("ends_at", "before_start")),
    "opening_own_service_fkey": lambda: NotFound("service"),
    "opening_exception_own_service_fkey": lambda: NotFound("service"),
    "group_session_span_check": lambda: Invalid(Fault("ends_at", "before_start")),
    "group_session_service_fkey": lambda: NotFound("service"),
    "group_session_resource_fkey": lambda: NotFound("resource"),
    "service_resource_resource_fkey": lambda: NotFound("resource"),
    "service_resource_service_fkey": lambda: NotFound("service"),
    "service_resource_pkey": lambda: Duplicate("resource_id"),
    "custom_field_title_key": lambda: Duplicate("title"),
    "category_title_key": lambda: Duplicate("title"),
    "custom_field_asked_if_fkey": lambda: Invalid(Fault("asked_if_id", "unknown")),
    "custom_field_kind_check": lambda: Invalid(Fault("kind", "unknown")),
    "custom_field_value_field_fkey": lambda: NotFound("custom_field"),
    "custom_field_value_resource_fkey": lambda: NotFound("resource"),
    "service_field_value_field_fkey": lambda: NotFound("custom_field"),
    "service_field_value_service_fkey": lambda: NotFound("service"),
    "inventory_resource_inventory_fkey": lambda: NotFound("inventory"),
    "inventory_resource_resource_fkey": lambda: NotFound("resource"),
    "resource_category_fkey": lambda: NotFound("category"),
    "resource_user_fkey": lambda: NotFound("user"),
    "resource_site_fkey": lambda: NotFound("site"),
    "resource_parent_fkey": lambda: NotFound("resource"),
    "price_resource_fkey": lambda: NotFound("resource"),
    "price_service_fkey": lambda: NotFound("service"),
    "price_per_check": lambda: Invalid(Fault("per", "unknown")),
    "price_amount_check": lambda: Invalid(Fault("amount", "out_of_range")),
    "invoice_customer_fkey": lambda: NotFound("customer"),
    "invoice_discount_check": lambda: Invalid(Fault("discount_kind", "unknown")),
    "invoice_payment_method_check": lambda: Invalid(Fault("payment_method", "unknown")),
    "invoice_cancelled_key": lambda: Invalid(Fault("kind", "cancelled")),
    "invoice_row_booking_fkey": lambda: NotFound("booking"),
    "invoice_row_item_fkey": lambda: NotFound("item"),
    "occasion_span_check": lambda: Invalid(Fault("ends_at", "before_start")),
    "occasion_minutes_check": lambda: Invalid(Fault("entrance_minute", "out_of_range")),
    "document_kind_check": lambda: Invalid(Fault("kind", "unknown")),
    "document_number_key": lambda: Duplicate("number"),
    "document_occasion_fkey": lambda: NotFound("event"),
    "document_invoice_fkey": lambda: NotFound("invoice"),
    "document_booking_booking_fkey": lambda: NotFound("booking"),
    "feed_resource_fkey": lambda: NotFound("resource"),
    "feed_site_fkey": lambda: NotFound("site"),
    "feed_user_fkey": lambda: NotFound("user"),
    "bounced_address_key": lambda: Duplicate("address"),
    "message_refusal_customer_fkey": lambda: NotFound("customer"),
    "message_template_service_fkey": lambda: NotFound("service"),
    "message_template_key": lambda: Duplicate("kind"),
}


@contextmanager
def conflicts() -> Iterator[None]:
    """Translate constraint violations inside the block: Stale, Duplicate, NotFound, Invalid by REFUSALS, or Full."""
    try:
        yield
    except asyncpg.ExclusionViolationError as error:
        # commit_v1 checks before it inserts, under the tree's lock: reaching this constraint is a bug in that check.
        log.error("guard.backstop", constraint=error.constraint_name)
        raise Full("resource") from error
    except asyncpg.IntegrityConstraintViolationError as error:
        refusal = REFUSALS.get(_SHARD.sub("", error.constraint_name or ""))
        if refusal is None:
            raise
        raise refusal() from error
