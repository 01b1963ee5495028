"""Calls and requests without a server, for tests of what only looks at them."""

from typing import Any

from kalends.web.call import Call
from kalends.web.config import WebSettings
from kalends.web.door import WebRequest
from kalends.web.operations import OPERATIONS
from tests.world import NOW


def call_with(query: str = "", locale: str = "", **headers: str) -> Call:
    """A call with this query string and these headers, `accept_language` for `accept-language`."""
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Call(
        id="test",
        method="GET",
        now=NOW,
        door=OPERATIONS,
        prefix="https://here/api",
        address="",
        pool=None,
        settings=WebSettings(),
        headers=sent,
        query=query.encode(),
        locale=locale,
    )


def request_of(call: Call, **path_params: Any) -> WebRequest:
    """The request that is this call."""
    scope: Any = {
        "type": "http",
        "state": {"call": call},
        "query_string": call.query,
        "path": "/",
        "headers": call.headers,
        "path_params": path_params,
    }
    return WebRequest(scope)
