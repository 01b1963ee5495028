"""Maps engine field and object names in errors to the names that a vendor's route uses.

The same engine field has different names on different routes (`starts_at` may be the start of a booking here, and of an
event there), so each route of a door's table has its ErrorNames.
"""

from collections.abc import Mapping

import msgspec

from kalends.actions.context import Context
from kalends.engine.refusals import Fault, Refusal
from kalends.web.auth import Handler
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest


class ErrorNames(msgspec.Struct, frozen=True):
    """The names on the wire of the engine's fields, and of kinds of objects such as `resource`, on one route."""

    fields: Mapping[str, str] = {}
    objects: Mapping[str, str] = {}

    def field(self, fault: Fault) -> str:
        """The name on the wire of the field of a fault."""
        return self.fields.get(fault.field, fault.field)

    def object(self, kind: str) -> str:
        """The name on the wire of an object of this kind, such as `resource`."""
        return self.objects.get(kind, kind)

    async def for_request(self, refusal: Refusal, request: WebRequest, ctx: Context) -> "ErrorNames":
        """The names for one refused request. Doors override it that need the path, or have to look something up."""
        return self


def with_error_names(names: ErrorNames, handler: Handler) -> Handler:
    """Wrap a handler: when it refuses, the route's names are set on the call, and the refusal is raised unchanged."""

    async def handle(request: WebRequest, ctx: Context) -> Answer:
        try:
            return await handler(request, ctx)
        except Refusal as refusal:
            call_of(request).error_names = await names.for_request(refusal, request, ctx)
            raise

    return handle
