"""Names of fields and objects in the errors of each call; what is full is named by its title, with wall times.

A customer's `first_name` is `customer_first_name` where a booking is saved.
"""

from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.catalog.resources import get_resource
from kalends.actions.context import Context
from kalends.dialects.kit import error_names
from kalends.dialects.kit.fields import wire_names
from kalends.dialects.locaboo.fields.availability import AVAILABILITY
from kalends.dialects.locaboo.fields.bookings import BOOKER
from kalends.dialects.locaboo.fields.customers import ADDRESSES, CUSTOMER
from kalends.engine.catalog.resource import Resource
from kalends.engine.refusals import Fault, Full, NotFound, Refusal, SeparateTimes
from kalends.web.door import WebRequest

_OBJECTS = {
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


class ErrorNames(error_names.ErrorNames, frozen=True):
    """The names of a call. A field may have another name where one reason is given: `first_name blank`.

    Of a refused request `zone` is the account's, and `full` the resource that has no room.
    """

    zone: ZoneInfo = ZoneInfo("UTC")
    full: Resource | None = None

    def field(self, fault: Fault) -> str:
        """What the call calls the field of a fault: `custom_field 7` becomes `category_fields 7`."""
        name, _, which = fault.field.removeprefix("customer.").partition(" ")
        known = {**_OBJECTS, **_TIMES, **self.fields}
        found = known.get(f"{name} {fault.reason}") or known.get(name, name)
        return f"{found} {which}".rstrip()

    def object(self, kind: str) -> str:
        """What the call calls an object of this kind."""
        return self.objects.get(kind) or _OBJECTS.get(kind, kind)

    async def for_request(self, refusal: Refusal, request: WebRequest, ctx: Context) -> "ErrorNames":
        """The names together with what is needed to say what is in the way of a booking, or which times it has."""
        if isinstance(refusal, SeparateTimes):
            return msgspec.structs.replace(self, zone=ctx.zone)
        if not isinstance(refusal, Full):
            return self
        return msgspec.structs.replace(self, zone=ctx.zone, full=await _resource(ctx, refusal))


_SOMEBODY = {"first_name blank": "first_name, last_name, company_name, email or phone"}
_BOOKING = {
    "extras": "inventory or services",
    "group_id": "customer_group_id",
    "inventory_id": "inventory",
    "service_id": "services",
    "state": "booking_status",
    "status": "booking_status",
    "units": "quantity",
}
_BOOKER = {
    **wire_names(BOOKER),
    "first_name blank": "customer_first_name, customer_last_name, customer_company, customer_email or customer_phone",
}

ANY = ErrorNames()
AVAILABILITY_ASKED = ErrorNames(wire_names(AVAILABILITY))
CUSTOMERS = ErrorNames({**wire_names(CUSTOMER), ADDRESSES: "address", **_SOMEBODY})
SAVING = ErrorNames({**_BOOKING, **_BOOKER})
ADDING = ErrorNames(
    {**_BOOKING, "resource_id": "main_resource"},
    {"resource": "main_resource or resource_parts"},
)
RESOURCES = ErrorNames(objects={"resource": "parent_id"})
"""Of calls that make a resource."""


async def _resource(ctx: Context, full: Full) -> Resource | None:
    if full.what != "resource" or full.which is None:
        return None
    try:
        return await get_resource(ctx, full.which)
    except NotFound:  # at a site that this key does not see
        return None
