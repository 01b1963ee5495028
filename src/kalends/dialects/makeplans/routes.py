"""The table of methods, paths and handlers, each in the room whose words its refusals speak."""

from litestar import Router
from litestar.types import Method

from kalends.dialects.kit.paths import no_suffix
from kalends.dialects.makeplans import words
from kalends.dialects.makeplans.auth import key_of
from kalends.dialects.makeplans.errors import answer
from kalends.dialects.makeplans.fields.view import DOOR
from kalends.dialects.makeplans.handlers import bookings, catalogue, collections, people
from kalends.web.auth import Handler, keyed
from kalends.web.door import Door

_BOOKING = "/bookings/{booking_id:str}"
_COLLECTION = "/bookings/recurring/{collection_id:str}"
_LISTINGS = ("recent", "upcoming", "unconfirmed", "all", "visible", "no_status")

ROUTES: tuple[tuple[Method, str, Handler, words.Room], ...] = (
    ("GET", "/bookings", bookings.listing("active"), words.BOOKINGS),
    *(("GET", f"/bookings/{name}", bookings.listing(name), words.BOOKINGS) for name in _LISTINGS),
    ("POST", "/bookings", bookings.create, words.BOOKINGS),
    ("GET", "/bookings/find_by/external_id/{external_id:path}", bookings.find, words.BOOKINGS),
    ("POST", "/bookings/recurring", collections.create, words.BOOKINGS),
    ("GET", _COLLECTION, collections.show, words.BOOKINGS),
    ("GET", f"{_COLLECTION}/outcomes", collections.outcomes, words.BOOKINGS),
    ("PUT", f"{_COLLECTION}/cancel", collections.ending("cancel"), words.BOOKINGS),
    ("DELETE", _COLLECTION, collections.ending("remove"), words.BOOKINGS),
    ("GET", _BOOKING, bookings.show, words.BOOKINGS),
    ("PUT", _BOOKING, bookings.update, words.BOOKINGS),
    ("DELETE", _BOOKING, bookings.advancing("remove"), words.BOOKINGS),
    ("PUT", f"{_BOOKING}/verify", bookings.advancing("verify"), words.BOOKINGS),
    ("PUT", f"{_BOOKING}/verify_code", bookings.verify_code, words.BOOKINGS),
    ("PUT", f"{_BOOKING}/confirm", bookings.advancing("confirm"), words.BOOKINGS),
    ("PUT", f"{_BOOKING}/decline", bookings.advancing("decline"), words.BOOKINGS),
    ("PUT", f"{_BOOKING}/cancel", bookings.advancing("cancel"), words.BOOKINGS),
    ("PUT", f"{_BOOKING}/status", bookings.set_status, words.BOOKINGS),
    ("GET", "/people", people.listing(), words.PEOPLE),
    ("GET", "/people/all", people.listing(with_deleted=True), words.PEOPLE),
    ("POST", "/people", people.create, words.PEOPLE),
    ("GET", "/people/{person_id:str}", people.show, words.PEOPLE),
    ("GET", "/resources", catalogue.list_resources, words.RESOURCES),
    ("POST", "/resources", catalogue.create_resource, words.RESOURCES),
    ("GET", "/resources/{resource_id:str}", catalogue.show_resource, words.RESOURCES),
    ("GET", "/services", catalogue.listing_services(), words.SERVICES),
    ("GET", "/services/appointments", catalogue.listing_services("appointment"), words.SERVICES),
    ("GET", "/services/attendances", catalogue.listing_services("attendance"), words.SERVICES),
    ("POST", "/services", catalogue.create_service, words.SERVICES),
    ("GET", "/services/{service_id:str}", catalogue.show_service, words.SERVICES),
    ("GET", "/events", catalogue.list_events, words.EVENTS),
    ("POST", "/events", catalogue.create_event, words.EVENTS),
    ("GET", "/events/{event_id:str}", catalogue.show_event, words.EVENTS),
)

router = Router(
    path="/",
    route_handlers=[keyed(method, path, words.spoken_in(room, handler)) for method, path, handler, room in ROUTES],
)

door = Door(
    name=DOOR,
    base_path="/makeplans/api/v1",
    router=router,
    key_of=key_of,
    answer=answer,
    clean_path=no_suffix,
)
