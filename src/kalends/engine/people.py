"""Customers: who books or attends, and the groups that prices tell apart."""

from datetime import date, datetime
from typing import Any

import msgspec


class Customer(msgspec.Struct, frozen=True):
    """A customer of an account; `sole` means that no other sole customer may share its email or phone."""

    account_id: int
    id: int
    first_name: str
    last_name: str
    company: str
    email: str | None
    phone: str | None
    phone_e164: str | None
    national_id: str | None
    date_of_birth: date | None
    gender: str | None
    street: str
    postcode: str
    city: str
    state: str
    country: str
    locale: str | None
    notes: str
    external_id: str | None
    parent_id: int | None
    sole: bool
    blocked_at: datetime | None
    deleted_at: datetime | None
    merged_into_id: int | None
    group_id: int | None
    custom: dict[str, Any] | None
    details: dict[str, Any]
    revision: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str

    @property
    def name(self) -> str:
        """The name to greet with: first and last name, else the company."""
        return f"{self.first_name} {self.last_name}".strip() or self.company


class CustomerGroup(msgspec.Struct, frozen=True):
    """Customers who have prices of their own."""

    account_id: int
    id: int
    title: str
