"""Customers: who books or attends."""

from datetime import date
from typing import Annotated, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.expand import Expand, Expandable
from kalends.api.ids import CustomerId, CustomerRef, GroupId, GroupRef, write_id, write_optional_id
from kalends.api.lists import Listing
from kalends.api.times import Moment, shown
from kalends.engine.customers.customer import Customer as EngineCustomer
from kalends.engine.customers.customer import CustomerPatch as EnginePatch
from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT
from kalends.engine.patch import changes
from kalends.engine.query import Filter, Sort

FirstName = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Kari"])]
LastName = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Nordmann"])]
PreferredName = Annotated[
    str, Meta(max_length=LONGEST_LINE, description="What the customer wants to be called.", examples=["Kaja"])
]
Company = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Nordmann AS"])]
Email = Annotated[str, Meta(extra={"form": "email"}, max_length=LONGEST_LINE, examples=["kari@example.org"])]
Phone = Annotated[
    str,
    Meta(
        extra={"form": "phone"},
        max_length=LONGEST_LINE,
        description="As it is written; without a country code it is one of the account's country.",
        examples=["+47 22 33 44 55"],
    ),
]
NationalId = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["17058012345"])]
BirthDate = Annotated[date, Meta(examples=["1980-05-17"])]
Gender = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["female"])]
Street = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Storgata 1"])]
Postcode = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["0155"])]
City = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Oslo"])]
State = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Oslo"])]
Country = Annotated[str, Meta(max_length=LONGEST_LINE, description="ISO 3166-1, two letters.", examples=["NO"])]
Locale = Annotated[str, Meta(max_length=LONGEST_LINE, description="The language of messages.", examples=["nb"])]
Notes = Annotated[str, Meta(max_length=LONGEST_TEXT, description="For the staff alone.", examples=["Prefers mornings"])]
ExternalId = Annotated[str, Meta(max_length=LONGEST_LINE, description="Its id in your system.", examples=["crm-77"])]
Number = Annotated[
    str, Meta(max_length=LONGEST_LINE, description="Your number for the customer, on invoices.", examples=["1042"])
]
VatId = Annotated[str, Meta(max_length=LONGEST_LINE, description="On invoices.", examples=["NO987654321MVA"])]
Reference = Annotated[
    str, Meta(max_length=LONGEST_LINE, description="The customer's own sign, on invoices.", examples=["Cost centre 7"])
]
Custom = Annotated[
    dict[str, Any], Meta(description="Values of your own fields, by name.", examples=[{"shoe_size": 42}])
]


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who books or attends, or a company that does."""

    id: CustomerId
    first_name: FirstName
    last_name: LastName
    preferred_first_name: PreferredName
    company: Company
    email: Email | None
    phone: Phone | None
    national_id: NationalId | None
    date_of_birth: BirthDate | None
    gender: Gender | None
    street: Street
    postcode: Postcode
    city: City
    state: State
    country: Country
    locale: Locale | None
    notes: Notes
    external_id: ExternalId | None
    number: Number
    vat_id: VatId
    reference: Reference
    parent: Annotated[CustomerId | None, Meta(description="Whose customer it is: a parent, a company.")]
    group: Annotated[GroupId | None, Meta(description="Prices can be for a group of customers.")]
    custom: Custom | None
    blocked_at: Annotated[Moment | None, Meta(description="Since when the customer may not book by themselves.")]
    deleted_at: Annotated[Moment | None, Meta(description="Since when it is hidden; what was booked stays.")]
    erased_at: Annotated[Moment | None, Meta(description="Since when nothing is known of the person any more.")]
    merged_into: Annotated[CustomerId | None, Meta(description="The customer that it is a double of.")]
    created_at: Moment
    updated_at: Moment


class CustomerPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a customer; what is left out stays."""

    first_name: FirstName | UnsetType = UNSET
    last_name: LastName | UnsetType = UNSET
    preferred_first_name: PreferredName | UnsetType = UNSET
    company: Company | UnsetType = UNSET
    email: Email | UnsetType | None = UNSET
    phone: Phone | UnsetType | None = UNSET
    national_id: NationalId | UnsetType | None = UNSET
    date_of_birth: BirthDate | UnsetType | None = UNSET
    gender: Gender | UnsetType | None = UNSET
    street: Street | UnsetType = UNSET
    postcode: Postcode | UnsetType = UNSET
    city: City | UnsetType = UNSET
    state: State | UnsetType = UNSET
    country: Country | UnsetType = UNSET
    locale: Locale | UnsetType | None = UNSET
    notes: Notes | UnsetType = UNSET
    external_id: ExternalId | UnsetType | None = UNSET
    number: Number | UnsetType = UNSET
    vat_id: VatId | UnsetType = UNSET
    reference: Reference | UnsetType = UNSET
    parent: CustomerRef | UnsetType | None = UNSET
    group: GroupRef | UnsetType | None = UNSET
    custom: Custom | UnsetType | None = UNSET


class CustomerInput(CustomerPatch, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new customer, of whom at least a name, a company, an e-mail address, a number or a national id is known."""


class Merge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer who is a double."""

    double: Annotated[
        CustomerRef,
        Meta(description="Its bookings, cases and dependants become those of the other one."),
    ]


class CustomerPath(Expandable, frozen=True, kw_only=True):
    """One customer."""

    customer_id: CustomerRef


Order: TypeAlias = Literal["added", "-added", "updated", "-updated"]
ORDERS: dict[Order, tuple[Sort, ...]] = {
    "added": (),
    "-added": (Sort("id", descending=True),),
    "updated": (Sort("updated_at"),),
    "-updated": (Sort("updated_at", descending=True),),
}


Words = Annotated[
    str,
    Meta(
        max_length=LONGEST_LINE,
        description="All of these words: in names, company, e-mail address, phone number in any spelling, national id, "
        "number or external id. Case and accents do not matter. Words of one or two letters are looked for at the "
        "beginning of a word, longer ones anywhere.",
        examples=["kari nord"],
    ),
]


class ListCustomers(Listing, frozen=True, kw_only=True):
    """Which customers to list."""

    q: Words | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    external_id: ExternalId | UnsetType = UNSET
    parent: CustomerRef | UnsetType = UNSET
    blocked: Annotated[bool | UnsetType, Meta(description="Only those who are blocked, or who are not.")] = UNSET
    deleted: Annotated[
        Literal["no", "yes", "any"], Meta(description="Whether those that are deleted are listed.", examples=["no"])
    ] = "no"
    expand: Expand = UNSET
    order: Annotated[Order, Meta(description="By when they were added or changed.", examples=["added"])] = "added"


_SAME = tuple(name for name in CustomerPatch.__struct_fields__ if name not in ("parent", "group"))
_MOMENTS = ("blocked_at", "deleted_at", "erased_at", "created_at", "updated_at")
_DELETED = {"no": (Filter("deleted_at", "is_null"),), "yes": (Filter("deleted_at", "not_null"),), "any": ()}


def customer_filters(params: ListCustomers) -> tuple[Filter, ...]:
    """The filters of a list."""
    equal = {
        "email_key": params.email.lower() if params.email is not UNSET else UNSET,
        "external_id": params.external_id,
        "parent_id": params.parent,
        "is_blocked": params.blocked,
    }
    filters = (Filter(name, "equal", value) for name, value in equal.items() if value is not UNSET)
    return (*filters, *_DELETED[params.deleted])


def customer_patch(sent: CustomerPatch) -> EnginePatch:
    """What was sent, as the engine takes it."""
    values = changes(sent)
    renamed = {f"{name}_id": values.pop(name) for name in ("parent", "group") if name in values}
    return EnginePatch(**values, **renamed)


def shown_customer(customer: EngineCustomer, tz: ZoneInfo) -> Customer:
    """A customer as it is answered; moments are in this zone."""
    same: dict[str, Any] = {name: getattr(customer, name) for name in _SAME}
    for name in _MOMENTS:
        moment = getattr(customer, name)
        same[name] = moment and shown(moment, tz)
    return Customer(
        id=write_id("customer", customer.id),
        parent=write_optional_id("customer", customer.parent_id),
        group=write_optional_id("group", customer.group_id),
        merged_into=write_optional_id("customer", customer.merged_into_id),
        **same,
    )
