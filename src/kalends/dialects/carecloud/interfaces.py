"""The two interfaces of the door, and how its routes are answered through them.

Most resources are there through both; what is not is answered with Forbidden. Enterprise requests come from users,
customer requests from devices, on which customers log in. Source: CareCloud reference, Domain structure.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Literal, NamedTuple

import msgspec
from starlette.routing import Router

from kalends.actions.context import Context
from kalends.dialects.carecloud.auth import accept_basic_login
from kalends.dialects.carecloud.error_names import ErrorNames
from kalends.engine.accounts.principal import Kind
from kalends.engine.refusals import Forbidden, Refusal
from kalends.web.auth import Handler, keyed, unkeyed
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.problems import RouteNotFound
from kalends.web.routing import AnswerRequest, Endpoint, Method, build_router

Interface = Literal["enterprise", "customer"]
BOTH: tuple[Interface, ...] = ("enterprise", "customer")
ENTERPRISE: tuple[Interface, ...] = ("enterprise",)
CUSTOMER: tuple[Interface, ...] = ("customer",)

PREFIX = "/{interface:str}/v1.0"
_SEGMENTS: dict[str, Interface] = {"enterprise-interface": "enterprise", "customer-interface": "customer"}
_KINDS: dict[Interface, frozenset[Kind]] = {
    "enterprise": frozenset({"user", "key"}),
    "customer": frozenset({"customer", "guest"}),
}


class Route(NamedTuple):
    """One line of the door's table: `handler` is called with the context of the caller's token. `pooled` is as in
    web.auth.keyed, for handlers that hash passwords."""

    methods: Method
    path: str
    handler: Handler
    names: ErrorNames
    interfaces: tuple[Interface, ...] = BOTH
    pooled: bool = False


class OpenRoute(NamedTuple):
    """One line of the door's table: a route that needs no token."""

    methods: Method
    path: str
    handler: Callable[[WebRequest], Awaitable[Answer]]
    names: ErrorNames
    interfaces: tuple[Interface, ...] = BOTH


def router_of(routes: Iterable[Route | OpenRoute]) -> Router:
    """A router of the routes below `/{interface}/v1.0`."""
    return build_router(map(_endpoint, routes))


def _endpoint(route: Route | OpenRoute) -> Endpoint:
    path = PREFIX + route.path
    if isinstance(route, Route):
        endpoint = keyed(route.methods, path, _for_callers_of_interface(route.handler), pooled=route.pooled)
    else:
        endpoint = unkeyed(route.methods, path, route.handler)
    return endpoint._replace(answer=_on_interface(route, endpoint.answer))


def _on_interface(route: Route | OpenRoute, answer: AnswerRequest) -> AnswerRequest:
    """The names of the route are set on the call, with what was sent; another interface's resource is Forbidden."""

    async def answer_on_interface(request: WebRequest) -> Answer:
        interface = _interface(request)
        call, names = call_of(request), msgspec.structs.replace(route.names, interface=interface.capitalize())
        if interface not in route.interfaces:
            call.error_names = msgspec.structs.replace(names, wrong_interface=True)
            raise Forbidden
        call.error_names = names
        try:
            if interface == "enterprise" and isinstance(route, Route):
                await accept_basic_login(request)
            return await answer(request)
        except Refusal:
            if isinstance(call.error_names, ErrorNames):
                call.error_names = await call.error_names.with_sent(request)
            raise

    return answer_on_interface


def _for_callers_of_interface(handler: Handler) -> Handler:
    """The handler; a token of the other interface is Forbidden."""

    async def handle(request: WebRequest, ctx: Context) -> Answer:
        call = call_of(request)
        if ctx.principal.kind not in _KINDS[_interface(request)]:
            if isinstance(call.error_names, ErrorNames):
                call.error_names = msgspec.structs.replace(call.error_names, wrong_interface=True)
            raise Forbidden
        return await handler(request, ctx)

    return handle


def _interface(request: WebRequest) -> Interface:
    interface = _SEGMENTS.get(request.path_params["interface"])
    if interface is None:
        raise RouteNotFound
    return interface
