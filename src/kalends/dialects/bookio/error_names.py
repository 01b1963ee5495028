"""Names of fields and objects in the errors of each kind of route."""

import msgspec

from kalends.actions.bookings.sync import find_own_id
from kalends.actions.context import Context
from kalends.dialects.bookio.fields import blocked_times, calendars, reservations
from kalends.dialects.bookio.fields.reservations import external_number
from kalends.dialects.kit import error_names
from kalends.dialects.kit.fields import wire_names
from kalends.dialects.kit.reader import parse_params
from kalends.engine.refusals import Duplicate, Refusal
from kalends.web.door import WebRequest

_OBJECTS = {
    "block": "blockedTimeId",
    "item": "reservationId",
    "resource": "calendarId",
    "service": "serviceId",
    "site": "facilityId",
}
_COMMON = {"since": "lastSync", "customer": "email"}


class ErrorNames(error_names.ErrorNames, frozen=True):
    """The names on one route.

    For a refused request, `taken_by` is the item that has its externalId: who sends a request again, because the answer
    was lost, so learns what became of the first. `of_blocks` says whether that is a blocked time.
    """

    of_blocks: bool = False
    taken_by: int | None = None

    async def for_request(self, refusal: Refusal, request: WebRequest, ctx: Context) -> "ErrorNames":
        """The names, with the item that has the externalId which the request sent."""
        if not isinstance(refusal, Duplicate) or refusal.field != "external_id":
            return self
        external_id = str(external_number.read((await parse_params(request)).get("externalId"), ctx))
        return msgspec.structs.replace(self, taken_by=await find_own_id(ctx, external_id, is_block=self.of_blocks))

    def object(self, kind: str) -> str:
        """The name on the wire of an object of this kind."""
        return self.objects.get(kind) or _OBJECTS.get(kind, kind)


ANY = ErrorNames(_COMMON)
RESERVATIONS = ErrorNames(
    {
        **_COMMON,
        **wire_names((*reservations.QUERY, *reservations.STATUS, *reservations.TERM, *reservations.NEW)),
    }
)
BLOCKED_TIMES = ErrorNames({**_COMMON, **wire_names((*blocked_times.QUERY, *blocked_times.NEW))}, of_blocks=True)
BLOCKED_TIME_LIST = msgspec.structs.replace(BLOCKED_TIMES, fields={**_COMMON, **wire_names(blocked_times.QUERY)})
CALENDARS = ErrorNames(
    {
        **_COMMON,
        **wire_names((*calendars.SERVICE, *calendars.INTERVAL, *calendars.QUERY, *calendars.CALENDAR)),
        "service_ids": "intervals.allowedServices",
        "capacity": "services.capacity",
        "duration": "services.duration",
        "valid_until": "validTo",
    },
    {"service": "services"},
)
