"""Requests for any operation, made from its samples."""

import re
from decimal import Decimal
from typing import Any

import httpx

from kalends.actions.accounts.keys import create_key
from kalends.actions.accounts.users import create_user
from kalends.actions.availability.exceptions import add_exception
from kalends.actions.availability.extra_openings import add_extra_openings
from kalends.actions.billing.documents import add_document
from kalends.actions.billing.occasions import add_occasion
from kalends.actions.bookings.holds import add_hold
from kalends.actions.bookings.recurring import start_recurring
from kalends.actions.bookings.resource_blocks import add_resource_blocks
from kalends.actions.bookings.statuses import add_status
from kalends.actions.catalog.custom_fields import add_field
from kalends.actions.catalog.price_rules import add_price
from kalends.actions.customers.cases import add_case
from kalends.actions.messages.webhooks import add_webhook, call_for_test
from kalends.api.ids import PREFIXES, write_id
from kalends.api.openapi import body_sample
from kalends.api.operations import Operation
from kalends.api.reading import field_kinds, fields_of
from kalends.api.samples import sample
from kalends.engine.availability.exception_entry import ExceptionPatch
from kalends.engine.billing.document import DocumentPatch
from kalends.engine.billing.occasion import OccasionPatch
from kalends.engine.bookings.block import ResourceBlockRequest
from kalends.engine.bookings.booking_status import BookingStatusPatch
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.price import PricePatch
from kalends.engine.customers.case import CasePatch
from kalends.engine.messages.webhook import WebhookPatch
from kalends.engine.time.recurrence import Recurrence
from kalends.engine.time.span import Span
from tests.desk import DAY, HOUR, SOON, hour_of, made, visit
from tests.world import World

NOBODY = 987_654_321
"""An id that nothing has."""


async def ids_of(clinic: World) -> dict[str, int]:
    """An id of the clinic for each kind that is easily had, by kind; each group may add its own."""
    item = await made(clinic, visit(clinic))
    series = await start_recurring(clinic.ctx(), visit(clinic, starts_at=SOON + DAY), Recurrence("FREQ=DAILY;COUNT=2"))
    hold = await add_hold(clinic.ctx(), hour_of(clinic.left), clinic.now + HOUR)
    lunch = ResourceBlockRequest(resource_id=clinic.bo, starts_at=SOON, ends_at=SOON + HOUR)
    block = await add_resource_blocks(clinic.ctx(), lunch)
    user, _ = await create_user(clinic.ctx(), "olga@example.org", "staff")
    away = ExceptionPatch(day_from=SOON.date(), day_until=SOON.date() + DAY)
    exception = await add_exception(clinic.ctx(), away, resource_id=clinic.ada)
    hourly = PricePatch(per="hour", amount=Decimal(10))
    price = await add_price(clinic.ctx(), hourly, service_id=clinic.massage)
    field = await add_field(clinic.ctx(), CustomFieldPatch(title="Storey"))
    key, _ = await create_key(clinic.ctx(), "api", "till")
    webhook = await add_webhook(clinic.ctx(), "api", WebhookPatch(url="https://hooks.example.org/x", events=("*",)))
    return {
        "exception": exception.id,
        "price": price.id,
        "custom_field": field.id,
        "site": clinic.site,
        **await _ids_beside(clinic),
        "resource": clinic.ada,
        "service": clinic.massage,
        "customer": clinic.kari,
        "extra": clinic.projectors,
        "item": item.id,
        "booking": item.booking_id,
        "session": await clinic.class_of(9),
        "series": series.booking.id,
        "hold": hold.booked.booking.id,
        "block": block.items[0].item.id,
        "user": user.id,
        "key": key.id,
        "webhook": webhook.id,
        "delivery": (await call_for_test(clinic.ctx(), webhook.id)).id,
    }


async def _ids_beside(clinic: World) -> dict[str, int]:
    """Ids of what is beside bookings and catalogue."""
    (opening,) = await add_extra_openings(clinic.ctx(), clinic.ada, Span(SOON, SOON + HOUR))
    status = await add_status(clinic.ctx(), BookingStatusPatch(name="Pencilled in"))
    knee = await add_case(clinic.ctx(), CasePatch(customer_id=clinic.kari, name="Knee"))
    concert = OccasionPatch(title="Concert", starts_at=SOON, ends_at=SOON + HOUR)
    occasion = await add_occasion(clinic.ctx(), concert)
    document = await add_document(clinic.ctx(), occasion.id, DocumentPatch(kind="offer"))
    return {
        "booking_status": status.id,
        "case": knee.id,
        "document": document.id,
        "extra_opening": opening.id,
        "occasion": occasion.id,
    }


def path_of(operation: Operation, ids: dict[str, int]) -> str:
    """The path of the operation, with these ids where it has parameters."""
    kinds = field_kinds(operation.params) if operation.params else {}

    def value(match: re.Match[str]) -> str:
        if match[1] == "extra_id":  # an extra is named as the resource or the service that it is
            return write_id("resource", ids["extra"])
        kind = kinds.get(match[1])
        return write_id(kind, ids.get(kind, NOBODY)) if kind in PREFIXES and kind else str(NOBODY)

    return re.sub(r"{(\w+)}", value, operation.path)


def required_query(operation: Operation) -> dict[str, Any]:
    """The parameters that the operation's query must have; a stream ends at once."""
    if operation.params is None:
        return {}
    fields = fields_of(operation.params)
    required = [field for field in fields if field.required and f"{{{field.encode_name}}}" not in operation.path]
    ends_at_once = {"seconds": 0} if any(field.encode_name == "seconds" for field in fields) else {}
    return {**{field.encode_name: sample(field.type) for field in required}, **ends_at_once}


async def call(client: httpx.AsyncClient, operation: Operation, ids: dict[str, int], **more: Any) -> httpx.Response:
    """Ask the operation with its sample."""
    sent = {"json": body_sample(operation)} if operation.body else {}
    params = required_query(operation)
    return await client.request(operation.method, path_of(operation, ids), params=params, **{**sent, **more})
