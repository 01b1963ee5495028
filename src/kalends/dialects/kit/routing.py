"""Makes the router of a door from its table of routes."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from starlette.routing import Router

from kalends.dialects.kit.error_names import ErrorNames, with_error_names
from kalends.web.auth import Handler, keyed
from kalends.web.routing import Method, build_router

Route: TypeAlias = tuple[Method | Sequence[Method], str, Handler, ErrorNames]
"""Methods, path, what answers, and the names for errors."""


def router_of(routes: Iterable[Route]) -> Router:
    """A router of routes that all require a key."""
    return build_router(
        keyed(methods, path, with_error_names(names, handler)) for methods, path, handler, names in routes
    )
