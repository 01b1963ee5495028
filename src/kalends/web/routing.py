"""From a method and a path to what answers them.

Starlette finds the path. It would take the same path with another method for another route, and tell of the methods of
one of them only; so here a path is one route, which knows its methods itself.
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
    """What answers these methods at a path such as `/things/{thing_id}`."""

    methods: Method | Sequence[Method]
    path: str
    answer: AnswerRequest


class Path:
    """The application behind one path: the request goes to what answers its method. Raises MethodNotAllowed."""

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
    """What finds the path of a request, or raises RouteNotFound.

    In whatever order the endpoints are told, a word goes before a parameter in the same place.
    """
    paths: dict[str, dict[str, AnswerRequest]] = {}
    for methods, path, answer_request in endpoints:
        each = (methods,) if isinstance(methods, str) else methods
        paths.setdefault(path, {}).update(dict.fromkeys(each, answer_request))
    return Router(
        [_route(path, paths[path]) for path in sorted(paths, key=_words_first)],
        redirect_slashes=False,
        default=_nothing,
    )


def _words_first(path: str) -> list[bool]:
    return [part.startswith("{") for part in path.split("/")]


def _route(path: str, by_method: Mapping[str, AnswerRequest]) -> Route:
    route = Route(path, Path(re.sub(r":\w+}", "}", path), by_method))
    # To Starlette the end of a line may follow a path, and can't be in it.
    route.path_regex = re.compile(route.path_regex.pattern.removesuffix("$") + r"\Z", re.DOTALL)
    return route


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    raise RouteNotFound
