"""The part of the table of paths and handlers that is about what can be booked, where, by whom and at what price."""

from collections.abc import Iterator

from kalends.console.handlers import extras, prices, providers, service_texts, sorts
from kalends.console.handlers.own_fields import OWN_FIELDS
from kalends.console.handlers.resources import RESOURCES
from kalends.console.handlers.services import SERVICES
from kalends.console.handlers.site_records import SITES
from kalends.web.idempotency import idempotent_form
from kalends.web.routing import Endpoint
from kalends.web.sessions import session_route

_OWNERS = ("/services/{service_id:int}/prices", "/resources/{resource_id:int}/prices")
_PROVIDER = "/services/{service_id:int}/providers/{resource_id:int}"
_TEXTS = "/services/{service_id:int}/texts/{language:str}"
_PRICE = "/prices/{price_id:int}"


def _of_sort(sort: sorts.Sort) -> Iterator[Endpoint]:
    path = f"{sorts.PATH}/{sort.name}"
    yield session_route("POST", path, idempotent_form(sorts.adding(sort)))
    yield session_route("GET", f"{path}/{{record_id:int}}", sorts.showing(sort))
    yield session_route("POST", f"{path}/{{record_id:int}}", sorts.renaming(sort))


SETUP_ROUTES = (
    *SITES.routes(),
    *RESOURCES.routes(),
    *SERVICES.routes(),
    session_route("GET", _PROVIDER, providers.show),
    session_route("POST", _PROVIDER, providers.change),
    session_route("POST", f"{_PROVIDER}/hours", providers.set_hours),
    session_route("GET", _TEXTS, service_texts.show),
    session_route("POST", _TEXTS, service_texts.change),
    session_route("GET", "/extras", extras.listing),
    *extras.STOCK.routes(),
    *extras.SERVICES.routes(),
    *OWN_FIELDS.routes(),
    *(session_route("GET", f"{owner}/new", prices.new) for owner in _OWNERS),
    *(session_route("POST", owner, idempotent_form(prices.create)) for owner in _OWNERS),
    session_route("GET", _PRICE, prices.show),
    session_route("POST", _PRICE, prices.change),
    session_route("POST", f"{_PRICE}/remove", prices.remove),
    session_route("GET", "/sorts", sorts.show),
    *(route for sort in sorts.SORTS for route in _of_sort(sort)),
)
