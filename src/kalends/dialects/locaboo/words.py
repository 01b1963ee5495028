"""The rooms of the door: the engine's names become those of a call's parameters, ids titles, instants wall times.

A customer's `first_name` is `customer_first_name` where a booking is saved.
"""

from zoneinfo import ZoneInfo

from kalends.actions.catalogue import get_resource
from kalends.actions.context import Context
from kalends.dialects.kit import rooms
from kalends.dialects.kit.fields import wire_names
from kalends.dialects.locaboo.fields.availability import AVAILABILITY
from kalends.dialects.locaboo.fields.bookings import BOOKER
from kalends.dialects.locaboo.fields.customers import ADDRESSES, CUSTOMER
from kalends.engine.catalogue import Resource
from kalends.engine.refusals import Fault, Full, NotFound, Refusal, SeparateTimes
from kalends.engine.span import Span
from kalends.web.door import WebRequest

_THINGS = {
    "booking": "booking_id",
    "category": "category_id",
    "custom_field": "category_fields",
    "customer": "customer_id",
    "customer_group": "customer_group_id",
    "event": "event_id",
    "inventory": "inventory",
    "invoice": "invoice_id",
    "item": "booking_id",
    "resource": "resource_id",
    "service": "services",
}
_TIMES = {
    "first": "date_from",
    "last": "date_to",
    "starts_at": "date_from",
    "ends_at": "date_to",
    "ends_at before_start": "date_to with time_to",
}


class Room(rooms.Room, frozen=True):
    """What a call names. A field may have another name where one reason is given: `first_name blank`."""

    def field(self, fault: Fault) -> str:
        """What the call calls the field of a fault: `custom_field 7` becomes `category_fields 7`."""
        name, _, which = fault.field.removeprefix("customer.").partition(" ")
        known = {**_THINGS, **_TIMES, **self.fields}
        found = known.get(f"{name} {fault.reason}") or known.get(name, name)
        return f"{found} {which}".rstrip()

    def thing(self, what: str) -> str:
        """What the call calls a thing that it names."""
        return self.things.get(what) or _THINGS.get(what, what)

    async def said(self, no: Refusal, request: WebRequest, ctx: Context) -> Refusal:
        """The refusal with the call's names; what is in the way is told of the resource by its title."""
        if isinstance(no, SeparateTimes):
            return SeparateTimes([_on_the_wall(span, ctx.zone) for span in no.spans])
        return await in_the_way(ctx, no) if isinstance(no, Full) else self.in_words(no)


_SOMEBODY = {"first_name blank": "first_name, last_name, company_name, email or phone"}
_BOOKING = {
    "extras": "inventory or services",
    "group_id": "customer_group_id",
    "inventory_id": "inventory",
    "service_id": "services",
    "spans": "date_from",
    "state": "booking_status",
    "status": "booking_status",
    "units": "quantity",
}
_BOOKER = {
    **wire_names(BOOKER),
    "first_name blank": "customer_first_name, customer_last_name, customer_company, customer_email or customer_phone",
}

ANY = Room()
AVAILABILITY_ASKED = Room(wire_names(AVAILABILITY))
CUSTOMERS = Room({**wire_names(CUSTOMER), ADDRESSES: "address", **_SOMEBODY})
SAVING = Room({**_BOOKING, **_BOOKER, "places": "resource_id"})
ADDING = Room(
    {**_BOOKING, "places": "main_resource", "resource_id": "main_resource"},
    {"resource": "main_resource or resource_parts"},
)
RESOURCES = Room(things={"resource": "parent_id"})
"""Of calls that make a resource."""


async def in_the_way(ctx: Context, no: Full) -> Full:
    """The refusal with a sentence about the resource by its title, and wall times in the account's zone."""
    return Full(
        _taken(await _resource(ctx, no), no), no.which, [_on_the_wall(span, ctx.zone) for span in no.in_the_way]
    )


async def _resource(ctx: Context, no: Full) -> Resource | None:
    if no.what != "resource" or no.which is None:
        return None
    try:
        return await get_resource(ctx, no.which)
    except NotFound:  # at a site that this key does not see
        return None


def _taken(resource: Resource | None, no: Full) -> str:
    if resource is None:
        return f"The {no.what} is taken"
    if resource.kind != "inventory":
        return f"{resource.title} is taken"
    if not no.in_the_way:
        return f"There are only {resource.capacity} of {resource.title}"
    return f"Too few of {resource.title} are left, of {resource.capacity} in all"


def _on_the_wall(span: Span, zone: ZoneInfo) -> Span:
    return Span(span.start.astimezone(zone), span.end.astimezone(zone))
