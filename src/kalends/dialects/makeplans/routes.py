"""The table of methods, paths and handlers, each with the names that its errors use."""

from importlib.resources import files

from kalends.dialects.kit.paths import no_suffix
from kalends.dialects.kit.routing import router_of
from kalends.dialects.makeplans import error_names as names
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
from kalends.web.routing import Method

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

ROUTES: tuple[tuple[Method, str, Handler, names.ErrorNames], ...] = (
    ("GET", "/bookings", bookings.listing("active"), names.BOOKINGS),
    *(("GET", f"/bookings/{name}", bookings.listing(name), names.BOOKINGS) for name in _LISTINGS),
    ("POST", "/bookings", bookings.create, names.BOOKINGS),
    ("GET", f"{_FIND}{{external_id:path}}", bookings.show_by_external_id, names.BOOKINGS),
    ("POST", "/bookings/recurring", collections.create, names.BOOKINGS),
    ("GET", _COLLECTION, collections.show, names.BOOKINGS),
    ("GET", f"{_COLLECTION}/outcomes", collections.outcomes, names.BOOKINGS),
    ("PUT", f"{_COLLECTION}/cancel", collections.ending("cancel"), names.BOOKINGS),
    ("DELETE", _COLLECTION, collections.ending("remove"), names.BOOKINGS),
    ("GET", _BOOKING, bookings.show, names.BOOKINGS),
    ("PUT", _BOOKING, bookings.update, names.BOOKINGS),
    ("DELETE", _BOOKING, bookings.advancing("remove"), names.BOOKINGS),
    ("PUT", f"{_BOOKING}/verify", bookings.advancing("verify"), names.BOOKINGS),
    ("PUT", f"{_BOOKING}/verify_code", bookings.verify_code, names.BOOKINGS),
    ("PUT", f"{_BOOKING}/send_code", bookings.send_code, names.BOOKINGS),
    ("PUT", f"{_BOOKING}/confirm", bookings.advancing("confirm"), names.BOOKINGS),
    ("PUT", f"{_BOOKING}/decline", bookings.advancing("decline"), names.BOOKINGS),
    ("PUT", f"{_BOOKING}/cancel", bookings.advancing("cancel"), names.BOOKINGS),
    ("PUT", f"{_BOOKING}/status", bookings.set_status, names.BOOKINGS),
    ("GET", "/people", people.listing(), names.PEOPLE),
    ("GET", "/people/all", people.listing(with_deleted=True), names.PEOPLE),
    ("POST", "/people", people.create, names.PEOPLE),
    ("GET", _PERSON, people.show, names.PEOPLE),
    ("PUT", _PERSON, people.update, names.PEOPLE),
    ("DELETE", _PERSON, people.remove, names.PEOPLE),
    ("PUT", f"{_PERSON}/block", people.block, names.PEOPLE),
    ("PUT", f"{_PERSON}/unblock", people.unblock, names.PEOPLE),
    ("PUT", f"{_PERSON}/undelete", people.undelete, names.PEOPLE),
    ("POST", f"{_PERSON}/merge", people.merge, names.MERGING),
    ("GET", f"{_PERSON}/children", people.children, names.PEOPLE),
    ("GET", f"{_PERSON}/bookings", bookings.listing_of_person("active"), names.OF_PERSON),
    *(("GET", f"{_PERSON}/bookings/{name}", bookings.listing_of_person(name), names.OF_PERSON) for name in _LISTINGS),
    ("GET", "/resources", resources.listing, names.RESOURCES),
    ("GET", "/resources/opening_hours", resources.opening_hours, names.RESOURCES),
    ("POST", "/resources", resources.create, names.RESOURCES),
    ("GET", _RESOURCE, resources.show, names.RESOURCES),
    ("PUT", _RESOURCE, resources.update, names.RESOURCES),
    ("DELETE", _RESOURCE, resources.remove, names.RESOURCES),
    ("GET", f"{_RESOURCE}/opening_hours", resources.opening_hours_of_one, names.RESOURCES),
    ("GET", f"{_RESOURCE}/exception_dates", exceptions.listing, names.EXCEPTIONS),
    ("POST", f"{_RESOURCE}/exception_dates", exceptions.put_many, names.EXCEPTIONS),
    ("PUT", f"{_RESOURCE}/exception_dates", exceptions.put_many, names.EXCEPTIONS),
    ("GET", _EXCEPTION, exceptions.show, names.EXCEPTIONS),
    ("POST", _EXCEPTION, exceptions.put, names.EXCEPTIONS),
    ("PUT", _EXCEPTION, exceptions.put, names.EXCEPTIONS),
    ("DELETE", _EXCEPTION, exceptions.remove, names.EXCEPTIONS),
    ("GET", "/services", services.listing(), names.SERVICES),
    ("GET", "/services/appointments", services.listing("appointment"), names.SERVICES),
    ("GET", "/services/attendances", services.listing("attendance"), names.SERVICES),
    ("GET", "/services/products", services.listing("product"), names.SERVICES),
    ("GET", "/services/gift_cards", services.listing("gift_card"), names.SERVICES),
    ("POST", "/services", services.create, names.SERVICES),
    ("GET", _SERVICE, services.show, names.SERVICES),
    ("PUT", _SERVICE, services.update, names.SERVICES),
    ("DELETE", _SERVICE, services.remove, names.SERVICES),
    ("GET", f"{_SERVICE}/availability", services.availability, names.SERVICES),
    ("GET", f"{_SERVICE}/slots", services.list_slots, names.SLOTS),
    ("GET", f"{_SERVICE}/next_available_date", services.next_available_date, names.SLOTS),
    ("GET", f"{_SERVICE}/available_dates", services.available_dates, names.SLOTS),
    ("GET", "/providers", providers.listing, names.PROVIDERS),
    ("POST", "/providers", providers.create, names.PROVIDERS),
    ("GET", _PROVIDER, providers.show, names.PROVIDERS),
    ("PUT", _PROVIDER, providers.update, names.PROVIDERS),
    ("DELETE", _PROVIDER, providers.remove, names.PROVIDERS),
    ("GET", f"{_PROVIDER}/opening_hours", providers.opening_hours, names.PROVIDERS),
    ("GET", "/events", events.listing, names.EVENTS),
    ("POST", "/events", events.create, names.EVENTS),
    ("POST", "/events/recurring", events.create_series, names.EVENTS),
    ("GET", _EVENTS, events.show_series, names.EVENTS),
    ("DELETE", _EVENTS, events.remove_series, names.EVENTS),
    ("GET", _EVENT, events.show, names.EVENTS),
    ("PUT", _EVENT, events.update, names.EVENTS),
    ("DELETE", _EVENT, events.remove, names.EVENTS),
    ("GET", f"{_EVENT}/bookings", bookings.listing_of_event("active"), names.OF_EVENT),
    *(("GET", f"{_EVENT}/bookings/{name}", bookings.listing_of_event(name), names.OF_EVENT) for name in _LISTINGS),
    ("GET", "/client", client.show, names.CLIENT),
    ("PUT", "/client", client.update, names.CLIENT),
    ("GET", "/client/holidays", client.holidays, names.CLIENT),
    ("GET", "/web_hooks", web_hooks.listing, names.WEB_HOOKS),
    ("POST", "/web_hooks", web_hooks.create, names.WEB_HOOKS),
    ("GET", _WEB_HOOK, web_hooks.show, names.WEB_HOOKS),
    ("PUT", _WEB_HOOK, web_hooks.update, names.WEB_HOOKS),
    ("DELETE", _WEB_HOOK, web_hooks.remove, names.WEB_HOOKS),
)

router = router_of(ROUTES)


def _without_suffix(path: str) -> str:
    """The path without `.json`, unless that may be the end of an external id."""
    return clean(path) if path.startswith(_FIND) else no_suffix(path)


door = Door(
    name=DOOR,
    base_path="/makeplans/api/v1",
    router=router,
    key_of=key_of,
    answer=answer,
    clean_path=_without_suffix,
    coverage=files("kalends.dialects.makeplans").joinpath("COVERAGE.md").read_text(encoding="utf-8"),
    show_key="Authorization: Bearer KEY, or Authorization: Basic with the key as user name",
)
