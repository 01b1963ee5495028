"""Services: what customers book or buy."""

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.actions.context import Context
from kalends.api.ids import ResourceRef, ServiceId, ServiceRef, write_id
from kalends.api.lists import Listing
from kalends.api.money import Money, MoneyInput, read_money, shown_money
from kalends.api.schemas.catalog import (
    Archived,
    Image,
    Order,
    Position,
    Public,
    Revision,
    Search,
    Title,
    Values,
    ValuesInput,
    WhichArchived,
    plain,
    same_fields,
    shown_values,
)
from kalends.api.times import Moment, MomentIn, settled
from kalends.engine.catalog.custom_field import Described
from kalends.engine.catalog.own_texts import MOST_LANGUAGES
from kalends.engine.catalog.service import Service as EngineService
from kalends.engine.catalog.service import ServicePatch as EnginePatch
from kalends.engine.limits import FARTHEST_MINUTES, LONGEST_LINE, LONGEST_MINUTES, LONGEST_TEXT, MOST_UNITS
from kalends.engine.patch import changes

Kind = Annotated[
    Literal["appointment", "attendance", "product", "gift_card"],
    Meta(
        description=(
            "An appointment occupies a resource, an attendance takes seats in a session; products and gift cards are "
            "sold, never booked."
        ),
        examples=["appointment"],
    ),
]
Description = Annotated[str, Meta(max_length=LONGEST_TEXT, examples=["For necks and shoulders."])]
Duration = Annotated[int, Meta(ge=1, le=LONGEST_MINUTES, description="In minutes.", examples=[60])]
Step = Annotated[
    int, Meta(ge=1, le=LONGEST_MINUTES, description="Minutes from one time of start to the next.", examples=[60])
]
BufferBefore = Annotated[
    int, Meta(ge=0, le=LONGEST_MINUTES, description="Minutes that the resource is taken before.", examples=[0])
]
BufferAfter = Annotated[
    int, Meta(ge=0, le=LONGEST_MINUTES, description="Minutes that the resource is taken afterwards.", examples=[15])
]
Notice = Annotated[
    int, Meta(ge=0, le=FARTHEST_MINUTES, description="Minutes ahead that customers book at least.", examples=[120])
]
Horizon = Annotated[
    int, Meta(ge=0, le=FARTHEST_MINUTES, description="Minutes ahead that customers book at most.", examples=[129600])
]
MostUnits = Annotated[
    int, Meta(ge=1, le=MOST_UNITS, description="How many may come together with one booking.", examples=[1])
]
SessionCapacity = Annotated[
    int, Meta(ge=1, le=MOST_UNITS, description="The seats of its sessions; null is those of the room.", examples=[12])
]
OwnHours = Annotated[
    bool,
    Meta(
        description=(
            "Whether it has opening hours of its own at each resource; null: on the weekdays on which there are some."
        ),
        examples=[False],
    ),
]
ServedByAll = Annotated[
    bool, Meta(description="Whether every resource serves it, else its providers do.", examples=[True])
]
TaxRate = Annotated[Decimal, Meta(description="In percent.", examples=["25"])]
AlsoNeeds = Annotated[
    list[Literal["person", "space", "equipment"]],
    Meta(max_length=3, description="Kinds of resources, one of each of which it occupies as well.", examples=[[]]),
]
ValidFrom = Annotated[MomentIn, Meta(description="Customers are offered no times before.")]
ValidTo = Annotated[MomentIn, Meta(description="Customers are offered no times from then on.")]


class TextInLanguage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a service is called in a language; what is empty is as in the account's."""

    title: Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Massage"])] = ""
    description: Description = ""


Texts = Annotated[
    dict[Annotated[str, Meta(pattern="^[a-z]{2,3}$")], TextInLanguage],
    Meta(
        max_length=MOST_LANGUAGES,
        description="Title and description in other languages, by their codes, as customers are shown them.",
        examples=[{"de": {"title": "Massage", "description": ""}}],
    ),
]


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """What customers book or buy."""

    id: ServiceId
    kind: Kind
    title: Title
    description: Description
    duration: Duration
    step: Step
    buffer_before: BufferBefore
    buffer_after: BufferAfter
    notice: Notice | None
    horizon: Horizon | None
    most_units: MostUnits
    session_capacity: SessionCapacity | None
    own_hours: OwnHours | None
    served_by_all: ServedByAll
    also_needs: AlsoNeeds
    price: Annotated[Money | None, Meta(description="For each unit, where it has no price rules.")]
    tax_rate: TaxRate | None
    position: Position
    image: Image
    public: Public
    archived: Archived
    archived_at: Moment | None
    valid_from: Moment | None
    valid_to: Moment | None
    texts: Texts
    values: Values
    revision: Revision
    created_at: Moment
    updated_at: Moment


class ServiceFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be said of a service, be it new or changed."""

    kind: Kind | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    duration: Duration | UnsetType = UNSET
    step: Step | UnsetType = UNSET
    buffer_before: BufferBefore | UnsetType = UNSET
    buffer_after: BufferAfter | UnsetType = UNSET
    notice: Notice | UnsetType | None = UNSET
    horizon: Horizon | UnsetType | None = UNSET
    most_units: MostUnits | UnsetType = UNSET
    session_capacity: SessionCapacity | UnsetType | None = UNSET
    own_hours: OwnHours | UnsetType | None = UNSET
    also_needs: AlsoNeeds | UnsetType = UNSET
    price: MoneyInput | UnsetType | None = UNSET
    tax_rate: TaxRate | UnsetType | None = UNSET
    position: Position | UnsetType = UNSET
    image: Image | UnsetType = UNSET
    public: Public | UnsetType = UNSET
    valid_from: ValidFrom | UnsetType | None = UNSET
    valid_to: ValidTo | UnsetType | None = UNSET
    texts: Texts | UnsetType = UNSET
    values: ValuesInput | UnsetType = UNSET


class ServicePatch(ServiceFields, frozen=True, kw_only=True):
    """Changes of a service; what is left out stays. A `step` that is the duration follows it."""

    archived: Archived | UnsetType = UNSET


class ServiceInput(ServiceFields, frozen=True, kw_only=True):
    """A new service, by default an appointment of an hour that every resource serves."""

    title: Title


class ServicePath(msgspec.Struct, frozen=True, kw_only=True):
    """One service."""

    service_id: ServiceRef


class ListServices(Listing, frozen=True, kw_only=True):
    """Which services to list."""

    kind: list[Kind] | UnsetType = UNSET
    resource: Annotated[ResourceRef | UnsetType, Meta(description="Only those that it serves.")] = UNSET
    q: Search | UnsetType = UNSET
    archived: WhichArchived = "no"
    order: Order = "position"


def service_patch(sent: ServiceInput | ServicePatch, ctx: Context) -> EnginePatch:
    """What was sent, as the engine takes it; but for the values of custom fields. Moments without an offset are by the
    clock of the account.

    Raises Invalid(/price/currency: not_included), SkippedTime, RepeatedTime (/valid_from, /valid_to).
    """
    fields = {name: value for name, value in changes(sent).items() if name != "values"}
    if "archived" in fields:
        fields["active"] = not fields.pop("archived")
    if isinstance(price := fields.get("price"), MoneyInput):
        fields["price"] = read_money(price, ctx.account.currency, "/price")
    if "also_needs" in fields:
        fields["also_needs"] = tuple(fields["also_needs"])
    if "texts" in fields:
        fields["texts"] = {language: msgspec.structs.asdict(text) for language, text in fields["texts"].items()}
    for name, engine_name in (("valid_from", "valid_from"), ("valid_to", "valid_until")):
        if name in fields:
            moment = fields.pop(name)
            fields[engine_name] = moment and settled(moment, ctx.zone, f"/{name}")
    return EnginePatch(**fields)


def shown_service(described: Described[EngineService], ctx: Context) -> Service:
    """A service as it is answered."""
    service, tz = described.record, ctx.zone
    fields = same_fields(service, Service, tz) | {
        "id": write_id("service", service.id),
        "also_needs": list(service.also_needs),
        "price": None if service.price is None else shown_money(service.price, ctx.account.currency),
        "tax_rate": None if service.tax_rate is None else plain(service.tax_rate),
        "archived": not service.active,
        "valid_to": service.valid_until and service.valid_until.astimezone(tz),
        "texts": {language: TextInLanguage(**text) for language, text in service.texts.items()},
        "values": shown_values(described.values),
    }
    return Service(**fields)
