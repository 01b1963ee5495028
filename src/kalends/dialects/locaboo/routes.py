"""The table of methods, paths and handlers."""

from importlib.resources import files

from litestar.types import Method

from kalends.dialects.kit.rooms import router_of
from kalends.dialects.locaboo import words
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
from kalends.web.auth import Handler
from kalends.web.door import Door

# Clients send some calls with another method than the page names, and everything in the query.
_EITHER: tuple[Method, ...] = ("GET", "POST")

ROUTES: tuple[tuple[Method | tuple[Method, ...], str, Handler, words.Room], ...] = (
    ("GET", "/resource_list", resources.listing, words.ANY),
    ("GET", "/resource/{resource_id:str}", resources.show, words.ANY),
    ("POST", "/resource_add", resources.create, words.RESOURCES),
    ("GET", "/booking_list", bookings.listing, words.ANY),
    ("GET", "/booking/{booking_id:str}", bookings.show, words.ANY),
    (_EITHER, "/booking_save", bookings.save, words.SAVING),
    ("POST", "/booking_add", bookings.add, words.ADDING),
    ("GET", "/availability", availability.listing, words.AVAILABILITY_ASKED),
    ("GET", "/profile", profile.show, words.ANY),
    ("GET", "/customer_list", customers.listing, words.CUSTOMERS),
    ("POST", "/customer_add", customers.create, words.CUSTOMERS),
    ("POST", "/customer_edit", customers.update, words.CUSTOMERS),
    ("POST", "/customer_address_add", customers.add_addresses, words.CUSTOMERS),
    ("GET", "/inventory_list", extras.list_inventory, words.ANY),
    ("GET", "/service_list", extras.list_services, words.ANY),
    ("GET", "/invoice_list", invoices.listing, words.ANY),
    ("GET", "/invoice_details/{invoice_id:str}", invoices.show, words.ANY),
    ("GET", "/invoice_file/{file:str}", invoices.file, words.ANY),
    ("GET", "/event_list", events.listing, words.ANY),
    ("GET", "/event_details/{event_id:str}", events.show, words.ANY),
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
