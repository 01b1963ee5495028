"""The table of methods, paths and handlers, each in the room whose words its refusals speak."""

from importlib.resources import files

from litestar.types import Method

from kalends.actions import customers
from kalends.dialects.kit.paths import no_suffix
from kalends.dialects.kit.rooms import router_of
from kalends.dialects.makeplans import words
from kalends.dialects.makeplans.auth import key_of
from kalends.dialects.makeplans.errors import answer
from kalends.dialects.makeplans.fields.view import DOOR
from kalends.dialects.makeplans.handlers import (
    bookings,
    client,
    collections,
    events,
    exceptions,
    people,
    providers,
    resources,
    services,
    web_hooks,
)
from kalends.web.auth import Handler
from kalends.web.door import Door, clean

_BOOKING = "/bookings/{booking_id:str}"
_FIND = "/bookings/find_by/external_id/"
_COLLECTION = "/bookings/recurring/{collection_id:str}"
_PERSON = "/people/{person_id:str}"
_RESOURCE = "/resources/{resource_id:str}"
_EXCEPTION = f"{_RESOURCE}/exception_dates/{{exception_date:str}}"
_SERVICE = "/services/{service_id:str}"
_PROVIDER = "/providers/{provider_id:str}"
_EVENT = "/events/{event_id:str}"
_EVENTS = "/events/recurring/{collection_id:str}"
_WEB_HOOK = "/web_hooks/{web_hook_id:str}"
_LISTINGS = ("recent", "upcoming", "unconfirmed", "all", "visible", "no_status")

ROUTES: tuple[tuple[Method, str, Handler, words.Room], ...] = (
    ("GET", "/bookings", bookings.listing("active"), words.BOOKINGS),
    *(("GET", f"/bookings/{name}", bookings.listing(name), words.BOOKINGS) for name in _LISTINGS),
    ("POST", "/bookings", bookings.create, words.BOOKINGS),
    ("GET", f"{_FIND}{{external_id:path}}", bookings.show_by_external_id, words.BOOKINGS),
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
    ("GET", _PERSON, people.show, words.PEOPLE),
    ("PUT", _PERSON, people.update, words.PEOPLE),
    ("DELETE", _PERSON, people.advancing(customers.remove_customer), words.PEOPLE),
    ("PUT", f"{_PERSON}/block", people.advancing(customers.block_customer), words.PEOPLE),
    ("PUT", f"{_PERSON}/unblock", people.advancing(customers.unblock_customer), words.PEOPLE),
    ("PUT", f"{_PERSON}/undelete", people.advancing(customers.undelete_customer), words.PEOPLE),
    ("POST", f"{_PERSON}/merge", people.merge, words.MERGING),
    ("GET", f"{_PERSON}/children", people.children, words.PEOPLE),
    ("GET", f"{_PERSON}/bookings", bookings.listing_of_person("active"), words.OF_PERSON),
    *(("GET", f"{_PERSON}/bookings/{name}", bookings.listing_of_person(name), words.OF_PERSON) for name in _LISTINGS),
    ("GET", "/resources", resources.listing, words.RESOURCES),
    ("GET", "/resources/opening_hours", resources.opening_hours, words.RESOURCES),
    ("POST", "/resources", resources.create, words.RESOURCES),
    ("GET", _RESOURCE, resources.show, words.RESOURCES),
    ("PUT", _RESOURCE, resources.update, words.RESOURCES),
    ("DELETE", _RESOURCE, resources.remove, words.RESOURCES),
    ("GET", f"{_RESOURCE}/opening_hours", resources.opening_hours_of_one, words.RESOURCES),
    ("GET", f"{_RESOURCE}/exception_dates", exceptions.listing, words.EXCEPTIONS),
    ("POST", f"{_RESOURCE}/exception_dates", exceptions.put_many, words.EXCEPTIONS),
    ("PUT", f"{_RESOURCE}/exception_dates", exceptions.put_many, words.EXCEPTIONS),
    ("GET", _EXCEPTION, exceptions.show, words.EXCEPTIONS),
    ("POST", _EXCEPTION, exceptions.put, words.EXCEPTIONS),
    ("PUT", _EXCEPTION, exceptions.put, words.EXCEPTIONS),
    ("DELETE", _EXCEPTION, exceptions.remove, words.EXCEPTIONS),
    ("GET", "/services", services.listing(), words.SERVICES),
    ("GET", "/services/appointments", services.listing("appointment"), words.SERVICES),
    ("GET", "/services/attendances", services.listing("attendance"), words.SERVICES),
    ("GET", "/services/products", services.listing("product", "gift_card"), words.SERVICES),
    ("GET", "/services/gift_cards", services.listing("gift_card"), words.SERVICES),
    ("POST", "/services", services.create, words.SERVICES),
    ("GET", _SERVICE, services.show, words.SERVICES),
    ("PUT", _SERVICE, services.update, words.SERVICES),
    ("DELETE", _SERVICE, services.remove, words.SERVICES),
    ("GET", f"{_SERVICE}/availability", services.availability, words.SERVICES),
    ("GET", f"{_SERVICE}/slots", services.list_slots, words.SLOTS),
    ("GET", f"{_SERVICE}/next_available_date", services.next_available_date, words.SLOTS),
    ("GET", f"{_SERVICE}/available_dates", services.available_dates, words.SLOTS),
    ("GET", "/providers", providers.listing, words.PROVIDERS),
    ("POST", "/providers", providers.create, words.PROVIDERS),
    ("GET", _PROVIDER, providers.show, words.PROVIDERS),
    ("PUT", _PROVIDER, providers.update, words.PROVIDERS),
    ("DELETE", _PROVIDER, providers.remove, words.PROVIDERS),
    ("GET", f"{_PROVIDER}/opening_hours", providers.opening_hours, words.PROVIDERS),
    ("GET", "/events", events.listing, words.EVENTS),
    ("POST", "/events", events.create, words.EVENTS),
    ("POST", "/events/recurring", events.create_series, words.EVENTS),
    ("GET", _EVENTS, events.show_series, words.EVENTS),
    ("DELETE", _EVENTS, events.remove_series, words.EVENTS),
    ("GET", _EVENT, events.show, words.EVENTS),
    ("PUT", _EVENT, events.update, words.EVENTS),
    ("DELETE", _EVENT, events.remove, words.EVENTS),
    ("GET", f"{_EVENT}/bookings", bookings.listing_of_event("active"), words.OF_EVENT),
    *(("GET", f"{_EVENT}/bookings/{name}", bookings.listing_of_event(name), words.OF_EVENT) for name in _LISTINGS),
    ("GET", "/client", client.show, words.CLIENT),
    ("PUT", "/client", client.update, words.CLIENT),
    ("GET", "/client/holidays", client.holidays, words.CLIENT),
    ("GET", "/web_hooks", web_hooks.listing, words.WEB_HOOKS),
    ("POST", "/web_hooks", web_hooks.create, words.WEB_HOOKS),
    ("GET", _WEB_HOOK, web_hooks.show, words.WEB_HOOKS),
    ("PUT", _WEB_HOOK, web_hooks.update, words.WEB_HOOKS),
    ("DELETE", _WEB_HOOK, web_hooks.remove, words.WEB_HOOKS),
)

router = router_of(ROUTES)


def _spelled(path: str) -> str:
    """Without its suffix, unless that may be the end of somebody's own id."""
    return clean(path) if path.startswith(_FIND) else no_suffix(path)


door = Door(
    name=DOOR,
    base_path="/makeplans/api/v1",
    router=router,
    key_of=key_of,
    answer=answer,
    clean_path=_spelled,
    coverage=files("kalends.dialects.makeplans").joinpath("COVERAGE.md").read_text(encoding="utf-8"),
    show_key="Authorization: Bearer KEY, or Authorization: Basic with the key as user name",
)
