"""The table of methods, paths and handlers, each with the names that its errors use and its interfaces.

Source: CareCloud reference, the paths.
"""

from importlib.resources import files

from kalends.dialects.carecloud import error_names as names
from kalends.dialects.carecloud.auth import create_login, key_of
from kalends.dialects.carecloud.errors import answer
from kalends.dialects.carecloud.fields.view import DOOR
from kalends.dialects.carecloud.handlers import bookings, customers, logins, service, tickets
from kalends.dialects.carecloud.interfaces import CUSTOMER, ENTERPRISE, OpenRoute, Route, router_of
from kalends.web.door import Door

_CUSTOMER = "/customers/{customer_id:str}"
_TOKEN = "/tokens/{token_id:str}"
_BOOKING = "/bookings/{booking_id:str}"
_TICKET = "/booking-tickets/{booking_ticket_id:str}"
_PROPERTY = "/booking-ticket-properties/{booking_ticket_property_id:str}"
_STATUS = "/booking-statuses/{booking_status_id:str}"

ROUTES: tuple[Route | OpenRoute, ...] = (
    OpenRoute("POST", "/users/actions/login", logins.user_login, names.USERS, ENTERPRISE),
    Route("POST", "/users/actions/logout", logins.user_logout, names.USERS, ENTERPRISE),
    OpenRoute("POST", "/tokens", logins.create_token, names.TOKENS, CUSTOMER),
    Route("PUT", _TOKEN, logins.change_token, names.TOKENS, CUSTOMER),
    Route("POST", f"{_TOKEN}/actions/login", logins.customer_login, names.TOKENS, CUSTOMER, pooled=True),
    Route("POST", f"{_TOKEN}/actions/logout", logins.customer_logout, names.TOKENS, CUSTOMER),
    Route("GET", "/customers", customers.listing, names.CUSTOMERS),
    Route("POST", "/customers", customers.create, names.CUSTOMERS, ENTERPRISE, pooled=True),
    Route("GET", _CUSTOMER, customers.show, names.CUSTOMERS),
    Route("PUT", _CUSTOMER, customers.replace, names.CUSTOMERS, ENTERPRISE, pooled=True),
    Route("GET", "/bookings", bookings.listing, names.BOOKINGS),
    Route("POST", "/bookings", bookings.create, names.BOOKINGS),
    Route("POST", "/bookings/actions/average-booking-busy-times", tickets.busy_times, names.BUSY_TIMES),
    Route("GET", _BOOKING, bookings.show, names.BOOKINGS),
    Route("PUT", _BOOKING, bookings.replace, names.BOOKINGS, ENTERPRISE),
    Route("DELETE", _BOOKING, bookings.remove, names.BOOKINGS),
    Route("GET", "/booking-statuses", tickets.statuses, names.STATUSES),
    Route("GET", _STATUS, tickets.status, names.STATUSES),
    Route("GET", "/booking-tickets", tickets.tickets, names.TICKETS),
    Route("GET", _TICKET, tickets.ticket, names.TICKETS),
    Route("GET", f"{_TICKET}/time-slots", tickets.time_slots, names.TIME_SLOTS),
    Route("GET", "/booking-ticket-properties", tickets.properties, names.PROPERTIES),
    Route("GET", _PROPERTY, tickets.ticket_property, names.PROPERTIES),
    OpenRoute("GET", "/languages", service.languages, names.LANGUAGES),
    OpenRoute("GET", "/tests/connection", service.connection, names.TESTS),
)

router = router_of(ROUTES)

door = Door(
    name=DOOR,
    base_path="/carecloud/webservice/rest-api",
    router=router,
    key_of=key_of,
    answer=answer,
    coverage=files("kalends.dialects.carecloud").joinpath("COVERAGE.md").read_text(encoding="utf-8"),
    show_key="Authorization: Bearer TOKEN, with the token that a login returns",
    create_login=create_login,
)
