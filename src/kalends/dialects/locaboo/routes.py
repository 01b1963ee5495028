"""The door: its table of methods, paths, handlers and error names."""

from importlib.resources import files

from kalends.dialects.kit.routing import Route, router_of
from kalends.dialects.locaboo import error_names as names
from kalends.dialects.locaboo.auth import key_of
from kalends.dialects.locaboo.errors import answer
from kalends.dialects.locaboo.fields.view import DOOR
from kalends.dialects.locaboo.handlers import (
    availability,
    bookings,
    customers,
    events,
    extras,
    invoices,
    profile,
    resources,
)
from kalends.web.door import Door
from kalends.web.routing import Method

# The page lets the key of every call be a POST parameter, so what is read can be asked for with POST; and clients send
# some calls with another method than the page names, with everything in the query.
_EITHER: tuple[Method, ...] = ("GET", "POST")

ROUTES: tuple[Route, ...] = (
    (_EITHER, "/resource_list", resources.listing, names.ANY),
    (_EITHER, "/resource/{resource_id:str}", resources.show, names.ANY),
    ("POST", "/resource_add", resources.create, names.RESOURCES),
    (_EITHER, "/booking_list", bookings.listing, names.ANY),
    (_EITHER, "/booking/{booking_id:str}", bookings.show, names.ANY),
    (_EITHER, "/booking_save", bookings.save, names.SAVING),
    ("POST", "/booking_add", bookings.add, names.ADDING),
    (_EITHER, "/availability", availability.listing, names.FREE_TIMES),
    (_EITHER, "/profile", profile.show, names.ANY),
    (_EITHER, "/customer_list", customers.listing, names.CUSTOMERS),
    ("POST", "/customer_add", customers.create, names.CUSTOMERS),
    ("POST", "/customer_edit", customers.update, names.CUSTOMERS),
    ("POST", "/customer_address_add", customers.add_addresses, names.CUSTOMERS),
    (_EITHER, "/inventory_list", extras.list_inventory, names.ANY),
    (_EITHER, "/service_list", extras.list_services, names.ANY),
    (_EITHER, "/invoice_list", invoices.listing, names.ANY),
    (_EITHER, "/invoice_details/{invoice_id:str}", invoices.show, names.ANY),
    (_EITHER, "/invoice_file/{file:str}", invoices.file, names.ANY),
    (_EITHER, "/event_list", events.listing, names.ANY),
    (_EITHER, "/event_details/{event_id:str}", events.show, names.ANY),
)

router = router_of(ROUTES)

door = Door(
    name=DOOR,
    base_path="/locaboo/api/v2",
    router=router,
    key_of=key_of,
    answer=answer,
    coverage=files("kalends.dialects.locaboo").joinpath("COVERAGE.md").read_text(encoding="utf-8"),
    show_key="the parameter api_secret_key",
)
