"""Finds what answers a request by its method and path.

Starlette matches the path. With one Starlette route for each method, the answer to a wrong method would list only the
methods of one of them; so each path is one Starlette route here, and `Path` looks up the method.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from kalends.web.door import Answer, WebRequest
from kalends.web.problems import MethodNotAllowed, RouteNotFound

Method: TypeAlias = Literal["DELETE", "GET", "PATCH", "POST", "PUT"]
AnswerRequest: TypeAlias = Callable[[WebRequest], Awaitable[Answer]]


class Endpoint(NamedTuple):
    """The function that answers these methods at a path such as `/things/{thing_id}`."""

    methods: Method | Sequence[Method]
    path: str
    answer: AnswerRequest


class Path:
    """The ASGI application of one path. Raises MethodNotAllowed, and the errors of the function for the method."""

    def __init__(self, template: str, by_method: Mapping[str, AnswerRequest]) -> None:
        self.template = template
        self.by_method = by_method
        self.allowed = tuple(sorted({*by_method, "OPTIONS"} | ({"HEAD"} if "GET" in by_method else set())))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer_request = self.by_method.get(scope["method"])
        if answer_request is None:
            raise MethodNotAllowed(self.allowed)
        scope["path_template"] = scope["root_path"] + self.template
        answer = await answer_request(WebRequest(scope, receive))
        await answer(scope, receive, send)


def build_router(endpoints: Iterable[Endpoint]) -> Router:
    """A router for the endpoints. When called it raises RouteNotFound, MethodNotAllowed and the errors of the endpoint.

    Where a path matches several, a fixed word goes before a parameter in the same place, whatever the order.
    """
    paths: dict[str, dict[str, AnswerRequest]] = {}
    for methods, path, answer_request in endpoints:
        names = (methods,) if isinstance(methods, str) else methods
        paths.setdefault(path, {}).update(dict.fromkeys(names, answer_request))
    return Router(
        [_route(path, paths[path]) for path in sorted(paths, key=_words_first)],
        redirect_slashes=False,
        default=_not_found,
    )


def _words_first(path: str) -> list[bool]:
    """A sort key that puts a fixed word before a parameter in the same place."""
    return [part.startswith("{") for part in path.split("/")]


def _route(path: str, by_method: Mapping[str, AnswerRequest]) -> Route:
    route = Route(path, Path(re.sub(r":\w+}", "}", path), by_method))
    # Starlette's `$` would also match before a line feed at the end of a path, and its `.` never matches one.
    # It takes any number for an id: one of 19 digits may be more than the database or Python can read.
    pattern = route.path_regex.pattern.removesuffix("$").replace("[0-9]+", "[0-9]{1,18}")
    route.path_regex = re.compile(pattern + r"\Z", re.DOTALL)
    return route


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    raise RouteNotFound
