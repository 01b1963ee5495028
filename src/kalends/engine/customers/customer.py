"""Customers: who books or attends, and the groups that prices tell apart."""

from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.accounts.account import Account
from kalends.engine.contacts import e164, normalized_email
from kalends.engine.limits import refuse
from kalends.engine.patch import Patch, changes, patched
from kalends.engine.query import Ids
from kalends.engine.refusals import Fault, Invalid

_NULL_WHEN_BLANK = ("email", "phone", "national_id", "external_id", "gender", "locale")
_BLANK_WHEN_NULL = ("first_name", "last_name", "company", "street", "postcode", "city", "state", "country", "notes")
_SOMEBODY = ("first_name", "last_name", "company", "email", "phone", "national_id")
_MATCHED = ("national_id", "phone_e164", "email")


class CustomerQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which customers; `search` looks in names, email, phone and national id."""

    ids: Ids = None
    search: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    external_id: str | None = None
    national_id: str | None = None
    date_of_birth: date | None = None
    updated_after: datetime | None = None
    parent_ids: Ids = None
    with_deleted: bool = False
    limit: int = 50
    offset: int = 0


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


class CustomerPatch(Patch, frozen=True, kw_only=True):
    """Fields of a customer. A text of None is emptied.

    `name` is first and last name in one piece, the last word being the last name; it is passed over when the customer
    is called so already, however the name is divided.
    """

    name: str | UnsetType | None = UNSET
    first_name: str | UnsetType | None = UNSET
    last_name: str | UnsetType | None = UNSET
    company: str | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    national_id: str | UnsetType | None = UNSET
    date_of_birth: date | UnsetType | None = UNSET
    gender: str | UnsetType | None = UNSET
    street: str | UnsetType | None = UNSET
    postcode: str | UnsetType | None = UNSET
    city: str | UnsetType | None = UNSET
    state: str | UnsetType | None = UNSET
    country: str | UnsetType | None = UNSET
    locale: str | UnsetType | None = UNSET
    notes: str | UnsetType | None = UNSET
    external_id: str | UnsetType | None = UNSET
    parent_id: int | UnsetType | None = UNSET
    sole: bool | UnsetType = UNSET
    group_id: int | UnsetType | None = UNSET
    custom: dict[str, Any] | UnsetType | None = UNSET
    details: dict[str, Any] | UnsetType = UNSET


class _StoredPatch(CustomerPatch, frozen=True, kw_only=True):
    """A patch in the form in which customers are kept."""

    phone_e164: str | UnsetType | None = UNSET


class Identity(msgspec.Struct, frozen=True):
    """What customers are matched on, the strongest first."""

    national_id: str | None
    phone_e164: str | None
    email: str | None


class CustomerGroup(msgspec.Struct, frozen=True):
    """Customers who have prices of their own."""

    account_id: int
    id: int
    title: str


def new_customer(patch: CustomerPatch, account: Account, customer_id: int, now: datetime, by: str) -> Customer:
    """A new customer, who shares no contacts where the account's policy wants that.

    Raises Invalid(first_name: blank for a patch that names nobody; email, phone: invalid).
    """
    blank: dict[str, Any] = dict.fromkeys(Customer.__struct_fields__) | dict.fromkeys(_BLANK_WHEN_NULL, "")
    made = {
        "account_id": account.id,
        "id": customer_id,
        "sole": account.policy.unique_contacts,
        "details": {},
        "revision": 0,
        "created_at": now,
        "created_by": by,
        "updated_at": now,
        "updated_by": by,
    }
    return changed_customer(Customer(**blank | made), patch, account.country)


def changed_customer(present: Customer, patch: CustomerPatch, country: str) -> Customer:
    """The customer with the patch applied; phone numbers are read as somebody in the country would dial them.

    Raises Invalid(first_name: blank when nothing is left that names anybody; email, phone: invalid).
    """
    if patch.name is not UNSET and (patch.name or "").split() == present.name.split():
        patch = msgspec.structs.replace(patch, name=UNSET)
    customer = patched(present, _stored(patch, country))
    if not any(getattr(customer, name) for name in _SOMEBODY):
        raise Invalid(Fault("first_name", "blank"))
    return customer


def identity(patch: CustomerPatch, country: str) -> Identity | None:
    """What the patch says that customers are matched on, None if it says none of it. Raises Invalid(email, phone)."""
    stored = _stored(patch, country)
    found = Identity(*(getattr(stored, name) or None for name in _MATCHED))
    return found if any(msgspec.structs.astuple(found)) else None


def is_meant(customer: Customer, patch: CustomerPatch, country: str) -> bool:
    """Whether a patch means this customer: by all that customers are matched on or, where it says nothing of that, by
    the name. Raises Invalid(email, phone: invalid)."""
    stored = changes(_stored(patch, country))
    named = [name for name in _MATCHED if stored.get(name)]
    named = named or [name for name in ("first_name", "last_name", "company") if stored.get(name)]
    return all(getattr(customer, name) == stored[name] for name in named)


def check_contacts(patch: CustomerPatch, country: str) -> None:
    """Raises Invalid(email: invalid; phone: invalid), both at once."""
    _stored(patch, country)


def _stored(patch: CustomerPatch, country: str) -> _StoredPatch:
    """The patch as customers are kept: texts without space around them, contacts in their one form. Raises Invalid."""
    given = changes(patch)
    given |= {name: value.strip() for name, value in given.items() if isinstance(value, str)}
    if "name" in given:
        *first, last = (given.pop("name") or "").split() or [""]
        given |= {"first_name": " ".join(first) or last, "last_name": last if first else ""}
    given |= {name: given[name] or None for name in _NULL_WHEN_BLANK if name in given}
    given |= {name: given[name] or "" for name in _BLANK_WHEN_NULL if name in given}
    faults: list[Fault] = []
    for name, contact, read in (
        ("email", "email", normalized_email),
        ("phone", "phone_e164", lambda phone: e164(phone, country)),
    ):
        if name in given:
            try:
                given[contact] = read(given[name])
            except Invalid as unusable:
                faults += unusable.faults
    refuse(faults)
    return _StoredPatch(**given)
