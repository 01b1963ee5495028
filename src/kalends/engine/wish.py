"""What somebody wishes: a booking before the house has said yes to it."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from kalends.engine.extra import Extra
from kalends.engine.recurrence import Recurrence

TEMPLATES = ("verification", "confirmation", "notification", "modification", "decline", "cancellation")
CHANNELS = ("email", "sms")
EVERY_MESSAGE = tuple((template, channel) for template in TEMPLATES for channel in CHANNELS)


class MessageOverrides(msgspec.Struct, frozen=True):
    """Which messages the caller asks for or forbids, by (template, channel); what is not named goes by the policy."""

    flags: Mapping[tuple[str, str], bool] = {}


BY_POLICY = MessageOverrides()


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A booking as wished for: one item, or a series of them when there is a recurrence.

    `customer` holds fields of engine.people.Customer to match or make a customer from. `public` asks for the rules that
    bind the public; `force` places over others on purpose (never together); `initiate` starts with a verification or a
    confirmation where the policy wants one; `remind` sets `reminder_at` at the policy's time, None does if the policy
    wants it. Without `ends_at` the service's duration counts; without `resource_id` a free resource that serves the
    service is picked; with `session_id` the session gives times, resource and service.
    """

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    service_id: int | None = None
    session_id: int | None = None
    resource_id: int | None = None
    customer_id: int | None = None
    customer: Mapping[str, Any] | None = None
    booked_by_customer_id: int | None = None
    units: int = 1
    status: str | None = None
    expires_at: datetime | None = None
    title: str | None = None
    notes: str | None = None
    external_id: str | None = None
    external_url: str | None = None
    external_host_url: str | None = None
    reminder_at: datetime | None = None
    reminded_at: datetime | None = None
    paid_at: datetime | None = None
    paid_amount: Decimal | None = None
    coupon_id: int | None = None
    verification_code: str | None = None
    custom: Mapping[str, Any] | None = None
    extras: tuple[Extra, ...] = ()
    details: Mapping[str, Any] = {}
    public: bool = False
    force: bool = False
    initiate: bool = False
    remind: bool | None = None
    asked: MessageOverrides = BY_POLICY
    recurrence: Recurrence | None = None
