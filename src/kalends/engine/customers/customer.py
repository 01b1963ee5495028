"""Customers, who book or attend, and customer groups, which prices can be limited to."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.accounts.account import Account
from kalends.engine.contacts import e164, normalized_email, phone_key
from kalends.engine.details import merged
from kalends.engine.limits import raise_if_faults, record_text_faults
from kalends.engine.patch import Patch, changes, patched
from kalends.engine.query import Ids
from kalends.engine.refusals import Fault, Invalid

_NULL_WHEN_BLANK = ("email", "phone", "national_id", "external_id", "gender", "locale")
_BLANK_WHEN_NULL = (
    *("first_name", "last_name", "company", "street", "postcode", "city", "state", "country", "notes"),
    *("number", "vat_id", "reference", "preferred_first_name"),
)
_LINES = (*_NULL_WHEN_BLANK, *(name for name in _BLANK_WHEN_NULL if name != "notes"))
_IDENTIFYING = ("first_name", "last_name", "company", "email", "phone", "national_id")
_MATCH_KEYS = ("national_id", "phone_key", "email")
_UNIQUE = {"national_id": "national_id", "phone": "phone_key", "email": "email"}
_NAMES = ("first_name", "last_name")
_NOT_FILLED = ("sole", "group_id", "parent_id", "phone_e164", "phone_key")


class CustomerQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which customers to list.

    `search` looks for all of its words in names, company, email, phone, national id, number and external id: words of
    one or two letters at the beginning of a word, longer ones anywhere; without regard to case and accents.
    """

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
    """A customer of an account. No two customers that are `sole` may have the same email or phone.

    Invoices show `number` (the account's own number for the customer), `vat_id`, and `reference` (the customer's own
    sign for what is sent to it, such as a cost centre). `preferred_first_name` is what the customer wants to be called.

    Of one that was erased, at `erased_at`, nothing is known any more that would tell who it was.

    `phone` is as given, `phone_e164` what can be dialled (None if it can't), and `phone_key` what is compared, as in
    `contacts.phone_key`.
    """

    account_id: int
    id: int
    first_name: str
    last_name: str
    company: str
    email: str | None
    phone: str | None
    phone_e164: str | None
    phone_key: str | None
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
    number: str = ""
    vat_id: str = ""
    reference: str = ""
    preferred_first_name: str = ""
    erased_at: datetime | None = None

    @property
    def name(self) -> str:
        """The display name: first and last name, else the company."""
        return f"{self.first_name} {self.last_name}".strip() or self.company


class CustomerPatch(Patch, frozen=True, kw_only=True):
    """Changes to a customer. None empties a text.

    `name` is the full name, whose last word becomes the last name. It is ignored if the customer's full name is the
    same already, however it is split.
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
    number: str | UnsetType | None = UNSET
    vat_id: str | UnsetType | None = UNSET
    reference: str | UnsetType | None = UNSET
    preferred_first_name: str | UnsetType | None = UNSET


class _StoredPatch(CustomerPatch, frozen=True, kw_only=True):
    """A patch with values in the form in which they are stored."""

    phone_e164: str | UnsetType | None = UNSET
    phone_key: str | UnsetType | None = UNSET


class Identity(msgspec.Struct, frozen=True):
    """The fields by which an existing customer is found, the strongest first."""

    national_id: str | None
    phone_key: str | None
    email: str | None


class CustomerGroup(msgspec.Struct, frozen=True):
    """A group of customers that prices can be limited to."""

    account_id: int
    id: int
    title: str
    revision: int = 0


def new_customer(patch: CustomerPatch, account: Account, customer_id: int, now: datetime, by: str) -> Customer:
    """A new customer, `sole` if the account's policy demands unique contacts.

    Raises Invalid(first_name: blank when there is no name, company, email, phone or national id; email, phone:
    invalid).
    """
    blank: dict[str, Any] = dict.fromkeys(Customer.__struct_fields__) | dict.fromkeys(_BLANK_WHEN_NULL, "")
    defaults = {
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
    return changed_customer(Customer(**blank | defaults), patch, account.country)


def changed_customer(current: Customer, patch: CustomerPatch, country: str) -> Customer:
    """The customer with the patch applied. Phone numbers are read as dialled within `country`.

    Raises Invalid(first_name: blank when no name, company, email, phone or national id is left; every text: invalid,
    too_long).
    """
    if patch.name is not UNSET and (patch.name or "").split() == current.name.split():
        patch = msgspec.structs.replace(patch, name=UNSET)
    customer = patched(current, _stored_patch(patch, country))
    if not any(getattr(customer, name) for name in _IDENTIFYING):
        raise Invalid(Fault("first_name", "blank"))
    return customer


def filled_customer(current: Customer, patch: CustomerPatch, country: str, others: Iterable[Customer]) -> Customer:
    """The customer with the values of a patch where it has none; nothing is overwritten.

    A name is filled in only where there is none at all. Left out are relations (parent, group), and whatever one of the
    `others` has and no two may share. Phone numbers are read as dialled within `country`.

    Raises Invalid(every text: invalid, too_long).
    """
    stored = changes(_stored_patch(patch, country))
    blanks = {name for name in stored if name not in _NOT_FILLED and getattr(current, name) in (None, "")}
    if current.first_name or current.last_name:
        blanks -= set(_NAMES)
    blanks -= {name for name, key in _UNIQUE.items() if any(_shares(current, other, key, stored) for other in others)}
    fields = {name: stored[name] for name in blanks if stored[name]}
    if "phone" in fields:
        fields |= {name: stored[name] for name in ("phone_e164", "phone_key")}
    if stored.get("custom"):
        fields["custom"] = {**stored["custom"], **(current.custom or {})}
    if stored.get("details"):
        fields["details"] = merged(stored["details"], current.details)
    return msgspec.structs.replace(current, **fields)


def identity(patch: CustomerPatch, country: str) -> Identity | None:
    """The fields of the patch by which to find an existing customer, None if it sets none of them.

    Raises Invalid(every text: invalid, too_long).
    """
    stored = _stored_patch(patch, country)
    keys = Identity(*(getattr(stored, name) or None for name in _MATCH_KEYS))
    return keys if any(msgspec.structs.astuple(keys)) else None


def matches_patch(customer: Customer, patch: CustomerPatch, country: str) -> bool:
    """Whether a patch describes this customer: it agrees in each of national id, phone and email that the patch sets
    or, if it sets none of them, in the names. Raises Invalid(every text: invalid, too_long)."""
    stored = changes(_stored_patch(patch, country))
    compared = [name for name in _MATCH_KEYS if stored.get(name)]
    compared = compared or [name for name in ("first_name", "last_name", "company") if stored.get(name)]
    return all(getattr(customer, name) == stored[name] for name in compared)


def check_contacts(patch: CustomerPatch, country: str) -> None:
    """Check email and phone of a patch. Raises Invalid(every text: invalid, too_long)."""
    _stored_patch(patch, country)


def _stored_patch(patch: CustomerPatch, country: str) -> _StoredPatch:
    """The patch as it is stored: texts stripped, contacts normalized. Raises Invalid(every text: invalid, too_long)."""
    fields = changes(patch)
    fields |= {name: value.strip() for name, value in fields.items() if isinstance(value, str)}
    if "name" in fields:
        *first, last = (fields.pop("name") or "").split() or [""]
        fields |= {"first_name": " ".join(first) or last, "last_name": last if first else ""}
    fields |= {name: fields[name] or None for name in _NULL_WHEN_BLANK if name in fields}
    fields |= {name: fields[name] or "" for name in _BLANK_WHEN_NULL if name in fields}
    faults: list[Fault] = []
    for name, stored_name, normalize in (
        ("email", "email", normalized_email),
        ("phone", "phone_e164", lambda phone: e164(phone, country)),
        ("phone", "phone_key", lambda phone: phone_key(phone, country)),
    ):
        if name in fields:
            try:
                fields[stored_name] = normalize(fields[name])
            except Invalid as invalid:
                faults += invalid.faults
    stored = _StoredPatch(**fields)
    raise_if_faults([*faults, *record_text_faults(stored, _LINES, ("notes",))])
    return stored


def _shares(current: Customer, other: Customer, key: str, stored: Mapping[str, Any]) -> bool:
    """Whether another customer has the patch's value of a field that no two customers may share."""
    value, held = stored.get(key), getattr(other, key)
    unique = key == "national_id" or (current.sole and other.sole)
    return bool(unique and value and held and held.lower() == value.lower())
