"""Routes without a key: the OpenAPI document, and the pages of the documentation."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from kalends.api.openapi import document
from kalends.api.operations import Operation
from kalends.api.webhook_document import WEBHOOKS
from kalends.web.auth import unkeyed
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.routing import Endpoint


def reference(operations: Sequence[Operation]) -> list[Endpoint]:
    """The routes that describe the operations."""

    async def openapi(request: WebRequest) -> Answer:
        return Answer(200, document(operations, call_of(request).prefix, {"webhooks": WEBHOOKS}))

    def drawn(draw: Callable[[Any, str, WebRequest], Answer]) -> Callable[[WebRequest], Any]:
        async def answer(request: WebRequest) -> Answer:
            return draw(import_module("kalends.api.docs.pages"), call_of(request).prefix, request)

        return answer

    return [
        unkeyed("GET", "/openapi.json", openapi),
        unkeyed("GET", "/docs", drawn(lambda pages, prefix, _: pages.overview(operations, prefix))),
        unkeyed(
            "GET",
            "/docs/operations/{operation_id}",
            drawn(
                lambda pages, prefix, request: pages.operation_page(
                    operations, prefix, request.path_params["operation_id"]
                )
            ),
        ),
        unkeyed("GET", "/docs/problems", drawn(lambda pages, prefix, _: pages.problem_list(prefix))),
        unkeyed(
            "GET",
            "/docs/problems/{slug}",
            drawn(lambda pages, prefix, request: pages.problem_page(prefix, request.path_params["slug"])),
        ),
    ]
