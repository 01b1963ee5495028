"""Names of fields and objects in the errors of each kind of route, and what errors repeat of the request."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.dialects.carecloud.fields import bookings, customers, logins, service, tickets
from kalends.dialects.kit import error_names
from kalends.dialects.kit.fields import wire_names
from kalends.dialects.kit.reader import parse_params
from kalends.engine.refusals import Fault
from kalends.web.door import WebRequest
from kalends.web.problems import Problem

LONGEST_VALUE = 200
"""Characters of a value that are repeated."""
SECRETS = frozenset({"password", "bearer_token", "token_id", "push_token"})
"""Fields that no error repeats."""
_STEP = re.compile(r"[^.\[\]]+")


class ErrorNames(error_names.ErrorNames, frozen=True):
    """The names on one route: `resource` is the vendor's, `kind` the engine's noun for the object in the path.

    For one request: `interface` is Enterprise or Customer, `wrong_interface` says that it does not have the resource,
    or that the token is not for it. `sent` are query and body, `path_id` the id in the path, `method` that of HTTP.
    """

    resource: str = ""
    kind: str = ""
    path_parameter: str = ""
    interface: str = ""
    wrong_interface: bool = False
    sent: Mapping[str, Any] = {}
    path_id: str = ""
    method: str = ""

    async def with_sent(self, request: WebRequest) -> "ErrorNames":
        """The names with what the request sent; without it if it can't be read."""
        try:
            sent = await parse_params(request)
        except Problem:
            sent = {}
        path_id = request.path_params.get(self.path_parameter, "")
        return msgspec.structs.replace(self, sent=sent, path_id=path_id)

    def field_of(self, fault: Fault, line: int | None) -> str:
        """The name of the field of a fault, or of that field of the item with this index."""
        if line is None:
            return self.field(fault)
        return f"{bookings.item_name(line)}.{bookings.ITEM_NAMES.get(fault.field, fault.field)}"

    def sent_text(self, name: str) -> str | None:
        """What was sent as the field of this name, such as `email` or `booking_items[0].time_slot_id`, as text.

        None if nothing was.
        """
        first, *rest = _STEP.findall(name) or [name]
        value = _find(self.sent, first)
        for step in rest:
            value = _child(value, step)
        if value is None:
            return None
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        return text[:LONGEST_VALUE]


def _find(sent: Any, name: str) -> Any:
    """The value of this name in the object, or in the first object within it that has one."""
    if not isinstance(sent, Mapping):
        return None
    if name in sent:
        return sent[name]
    return next((value for inner in sent.values() if (value := _find(inner, name)) is not None), None)


def _child(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        return value[int(step)]
    return None


_COMMON = {"limit": "count"}
ANY = ErrorNames(_COMMON)
USERS = ErrorNames({**_COMMON, **wire_names((*logins.USER_LOGIN, *logins.USER_LOGOUT))}, resource="users")
TOKENS = ErrorNames(
    {**_COMMON, **wire_names((*logins.TOKEN, *logins.DEVICE, *logins.SETUP, *logins.CUSTOMER_LOGIN))},
    resource="tokens",
    kind="token",
    path_parameter="token_id",
)
CUSTOMERS = ErrorNames(
    {**_COMMON, **wire_names((*customers.PERSON, *customers.ADDRESS, *customers.QUERY, *customers.NEW))},
    resource="customers",
    kind="customer",
    path_parameter="customer_id",
)
BOOKINGS = ErrorNames(
    {**_COMMON, **wire_names((*bookings.QUERY, *bookings.NEW_ITEM, *bookings.NEW))},
    resource="bookings",
    kind="booking",
    path_parameter="booking_id",
)
STATUSES = ErrorNames(_COMMON, resource="booking-statuses", kind="booking_status", path_parameter="booking_status_id")
TICKETS = ErrorNames(
    {**_COMMON, **wire_names(tickets.TICKET_QUERY)},
    resource="booking-tickets",
    kind="service",
    path_parameter="booking_ticket_id",
)
TIME_SLOTS = ErrorNames(
    {**_COMMON, **wire_names(tickets.SLOT_QUERY)},
    resource="booking-tickets",
    kind="service",
    path_parameter="booking_ticket_id",
)
PROPERTIES = ErrorNames(
    _COMMON, resource="booking-ticket-properties", kind="custom_field", path_parameter="booking_ticket_property_id"
)
BUSY_TIMES = ErrorNames({**_COMMON, **wire_names(tickets.BUSY_TIMES)}, resource="bookings")
LANGUAGES = ErrorNames({**_COMMON, **wire_names(service.LANGUAGES)}, resource="languages")
TESTS = ErrorNames({**_COMMON, **wire_names(service.CONNECTION)}, resource="tests")
