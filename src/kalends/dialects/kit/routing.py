"""Makes the router of a door from its table of routes."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from starlette.routing import Router

from kalends.dialects.kit.error_names import ErrorNames, with_error_names
from kalends.web.auth import Handler, keyed
from kalends.web.idempotency import idempotent
from kalends.web.routing import Endpoint, Method, build_router


class Route(NamedTuple):
    """One line of a door's table. `idempotency_header` is the header with which its requests can be repeated safely; ""
    for none. Handlers that `ObjectHandlers` made with such a header have it already."""

    methods: Method | Sequence[Method]
    path: str
    handler: Handler
    names: ErrorNames
    idempotency_header: str = ""


def router_of(routes: Iterable[Route | tuple[Method | Sequence[Method], str, Handler, ErrorNames]]) -> Router:
    """A router of routes that all require a key, each with the names for its errors."""
    return build_router(_endpoint(Route(*route)) for route in routes)


def _endpoint(route: Route) -> Endpoint:
    header = route.idempotency_header
    handler = idempotent(route.handler, header) if header else route.handler
    return keyed(route.methods, route.path, with_error_names(route.names, handler))
