"""Names of fields and objects in the errors of each call.

For example, a customer's `first_name` is `customer_first_name` where a booking is saved.
"""

from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.catalog.resources import get_resource
from kalends.actions.catalog.sites import zones_of
from kalends.actions.context import Context
from kalends.dialects.kit import error_names
from kalends.dialects.kit.fields import wire_names
from kalends.dialects.locaboo.fields.availability import AVAILABILITY
from kalends.dialects.locaboo.fields.bookings import BOOKER
from kalends.dialects.locaboo.fields.customers import ADDRESSES, CUSTOMER
from kalends.engine.catalog.resource import Resource
from kalends.engine.refusals import Fault, Full, NotFound, Refusal
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
    """The names of a call. A key such as `first_name blank` is the name for that reason only.

    For a refused request, `full` is the resource that is full, if the key may see it, and `zone` where it stands.
    """

    zone: ZoneInfo = ZoneInfo("UTC")
    full: Resource | None = None

    def field(self, fault: Fault) -> str:
        """The call's name of the field of a fault: `custom_field 7` becomes `category_fields 7`."""
        field, _, which = fault.field.removeprefix("customer.").partition(" ")
        names = {**_OBJECTS, **_TIMES, **self.fields}
        name = names.get(f"{field} {fault.reason}") or names.get(field, field)
        return f"{name} {which}".rstrip()

    def object(self, kind: str) -> str:
        """The call's name of an object of this kind."""
        return self.objects.get(kind) or _OBJECTS.get(kind, kind)

    async def for_request(self, refusal: Refusal, request: WebRequest, ctx: Context) -> "ErrorNames":
        """The names, with the full resource and its zone, which the text of Full shows."""
        if not isinstance(refusal, Full):
            return self
        full = await _full_resource(ctx, refusal)
        zones = await zones_of(ctx, [full.id]) if full else {}
        return msgspec.structs.replace(self, zone=zones[full.id] if full else ctx.zone, full=full)


_NAME_REQUIRED = {"first_name blank": "first_name, last_name, company_name, email or phone"}
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
FREE_TIMES = ErrorNames(wire_names(AVAILABILITY))
CUSTOMERS = ErrorNames({**wire_names(CUSTOMER), ADDRESSES: "address", **_NAME_REQUIRED})
SAVING = ErrorNames({**_BOOKING, **_BOOKER})
ADDING = ErrorNames(
    {**_BOOKING, "resource_id": "main_resource"},
    {"resource": "main_resource or resource_parts"},
)
RESOURCES = ErrorNames(objects={"resource": "parent_id"})
"""Of calls that add a resource."""


async def _full_resource(ctx: Context, refusal: Full) -> Resource | None:
    if refusal.what != "resource" or refusal.which is None:
        return None
    try:
        return await get_resource(ctx, refusal.which)
    except NotFound:  # at a site that this key may not see
        return None
