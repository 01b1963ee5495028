"""Erasure: what is known of a person is taken out of all records, which themselves stay, so that what was booked and
invoiced still adds up. Source: Regulation (EU) 2016/679, articles 17 and 4 (5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.change_set import Author
from kalends.engine.bookings.item_changes import revised, revised_booking
from kalends.engine.bookings.stored_series import series_of, with_series
from kalends.engine.customers.customer import Customer
from kalends.engine.patch import stamped

CUSTOMER: Mapping[str, Any] = {
    **dict.fromkeys(
        ("first_name", "last_name", "preferred_first_name", "company", "number", "vat_id", "reference"), ""
    ),
    **dict.fromkeys(("street", "postcode", "city", "state", "country", "notes"), ""),
    **dict.fromkeys(("email", "phone", "phone_e164", "phone_key", "national_id", "date_of_birth", "gender", "locale")),
    **dict.fromkeys(("external_id", "parent_id", "group_id", "custom")),
    "details": {},
}
"""The fields of a customer that are erased, and what is left in them: the defaults of the table."""
BOOKING: Mapping[str, Any] = {"title": "", "comments": "", "details": {}, "consent": None}
ITEM: Mapping[str, Any] = {
    **dict.fromkeys(("title", "notes", "external_url", "external_host_url", "verification_code")),
    **dict.fromkeys(("cancellation_reason", "custom")),
    "details": {},
}
IMAGES: Mapping[str, tuple[str, ...]] = {
    "customer": tuple(CUSTOMER),
    "booking": (*BOOKING, "recurrence"),
    "item": tuple(ITEM),
    "customer_case": ("name", "notes", "details"),
    "invoice": ("customer", "reference", "text", "rows"),
}
"""By kind of the journal, the fields that its images lose."""


def erased_customer(customer: Customer, at: datetime, by: str) -> Customer:
    """The customer as its next revision: without anything personal, deleted and erased."""
    gone = {"deleted_at": customer.deleted_at or at, "erased_at": at}
    return stamped(customer, msgspec.structs.replace(customer, **CUSTOMER, **gone), at, by)


def erased_booking(booking: Booking, author: Author) -> Booking:
    """The booking of an erased customer as its next revision. No more occurrences are made of its series."""
    series = series_of(booking)
    if series is not None:
        booking = with_series(booking, msgspec.structs.replace(series, request=None))
    return revised_booking(msgspec.structs.replace(booking, **BOOKING), author)


def erased_item(item: Item, customer_ids: frozenset[int], author: Author) -> Item:
    """The item as its next revision: without texts if it was for one of these customers, or for nobody; one that they
    booked for somebody else only forgets who booked it."""
    for_others = item.customer_id is not None and item.customer_id not in customer_ids
    return revised(item, author, {"booked_by_customer_id": None} if for_others else ITEM)
