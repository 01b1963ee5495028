"""The facts of messages without a database: Kari's massage with Ada at a clinic in Oslo."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from kalends.engine.accounts.account import Account, Policy
from kalends.engine.accounts.profile import Profile
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import Resource, ResourcePatch, new_resource
from kalends.engine.catalog.service import Service, ServicePatch, new_service
from kalends.engine.catalog.site import Site
from kalends.engine.customers.customer import Customer, CustomerPatch, new_customer
from kalends.engine.messages.facts import MessageFacts, MessageItem
from kalends.engine.messages.webhook import Webhook

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
START = datetime(2027, 3, 2, 9, tzinfo=UTC)
"""A Tuesday, 10:00 in Oslo."""
HOUR = timedelta(hours=1)
CLINIC = Account(1, "clinic", "Clinic", "Europe/Oslo", "nb", "NOK", "NO", Policy())
OSLO = Site(
    1, 1, "Majorstuen", "Europe/Oslo", NOW, NOW, street="Storgata 1", postcode="0155", city="Oslo", country="NO",
    phone="+47 22 33 44 00", email="desk@example.org",
)  # fmt: skip
MASSAGE: Service = new_service(ServicePatch(title="Massage"), 1, 3, NOW)
TOWEL: Service = new_service(
    ServicePatch(title="Towel", kind="product", texts={"de": {"title": "Handtuch"}}), 1, 8, NOW
)
PROJECTOR: Resource = new_resource(
    ResourcePatch(title="Projector", kind="inventory"), 1, 9, parent=None, site_id=1, now=NOW
)
ADA: Resource = new_resource(ResourcePatch(title="Ada"), 1, 4, parent=None, site_id=1, now=NOW)
KARI: Customer = new_customer(
    CustomerPatch(first_name="Kari", last_name="Nordmann", email="kari@example.org", phone="+47 99 88 77 66"),
    CLINIC, 5, NOW, "tests",
)  # fmt: skip
HOOK = Webhook(
    1, 6, "api", "https://example.org/hook", ("*",), "s" * 32, "", False, NOW, NOW, disabled_reason="gone"
)  # fmt: skip
BOOKING_UID = "6a5d5b0e-9d1f-4f0e-8f62-0a5b7c1d2e3f"
_EMPTY: dict[str, Any] = dict.fromkeys(Item.__struct_fields__)
_USUAL: dict[str, Any] = {
    "account_id": 1, "id": 1042, "booking_id": 7, "kind": "appointment", "state": "confirmed", "service_id": 3,
    "resource_id": 4, "site_id": 1, "customer_id": 5, "starts_at": START, "units": 1, "overlap_allowed": False,
    "extras": (), "details": {}, "revision": 2, "created_at": NOW, "created_by": "tests", "updated_at": NOW,
    "updated_by": "tests", "also_resource_ids": (),
}  # fmt: skip


def entry(site: Site | None = OSLO, **fields: Any) -> MessageItem:
    """An hour's massage with Ada, but for what is said; `sequence`, `was` and `add_ons` are those of the entry,
    `service`, `resource` and `session` the records of its view."""
    own = {name: fields.pop(name) for name in ("sequence", "was", "add_ons") if name in fields}
    related: dict[str, Any] = {"service": MASSAGE, "resource": ADA, "customer": KARI}
    related |= {name: fields.pop(name) for name in ("service", "resource", "session") if name in fields}
    start = fields.get("starts_at", START)
    item = Item(**{**_EMPTY, **_USUAL, "ends_at": start + HOUR, **fields})
    return MessageItem(ItemView(item, BOOKING_UID, 1, **related), site, **own)


def facts(kind: str = "confirmation", *items: MessageItem, **fields: Any) -> MessageFacts:
    """A mail to Kari in English about her massage, but for what is said."""
    usual = MessageFacts(
        kind=kind, channel="email", locale="en", account=CLINIC, profile=Profile(company="Clinic AS"), customer=KARI,
        items=items or (entry(),), sender="booking@example.org", now=NOW,
    )  # fmt: skip
    return msgspec.structs.replace(usual, **fields)
