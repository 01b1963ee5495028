"""Wrappers of ASGI's receive and send: limit the size of the body, and add security headers to the response."""

from collections.abc import Iterable

from starlette.types import Message, Receive, Scope, Send

from kalends.web import limits
from kalends.web.call import Call, header
from kalends.web.cors import answer_headers
from kalends.web.problems import TooLarge

_NO_FRAME = b"x-frame-options"
SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (_NO_FRAME, b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)


class RequestBody:
    """An ASGI `receive` that raises TooLarge after `max_bytes`. `complete` is set once all of the body was received."""

    def __init__(self, scope: Scope, receive: Receive, max_bytes: int) -> None:
        self.receive, self.max_bytes = receive, max_bytes
        headers = scope["headers"]
        self.complete = header(headers, b"content-length") in ("", "0") and not header(headers, b"transfer-encoding")
        self.bytes_received = 0

    async def __call__(self) -> Message:
        message = await self.receive()
        if message["type"] == "http.request":
            self.bytes_received += len(message["body"])
            if self.bytes_received > self.max_bytes:
                raise TooLarge(self.max_bytes)
            self.complete = not message["more_body"]
        return message


class ResponseSender:
    """An ASGI `send` that adds the headers of the shell and of the door. `status` is 0 until the response begins."""

    def __init__(self, send: Send, call: Call, body: RequestBody) -> None:
        self.send = send
        self.call = call
        self.request_id = call.id.encode("latin-1")
        door_headers = call.door.rules.headers
        encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in door_headers]
        self.default_headers = (*encoded, *SECURITY_HEADERS)
        self.body = body
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message["headers"])
            names = {name for name, _ in headers}
            headers.append((b"x-request-id", self.request_id))
            headers += answer_headers(self.call)
            if self.call.door.rules.rate_headers:
                headers += limits.headers(self.call)
            for name, value in self.default_headers:
                if name == _NO_FRAME and _may_be_framed(headers):
                    continue  # it knows no origins, and some browsers would follow it all the same
                if name not in names:
                    headers.append((name, value))
                    names.add(name)
            if not self.body.complete:
                # To keep the connection, the server would have to read the rest of the body, however long it takes.
                headers.append((b"connection", b"close"))
            message["headers"] = headers
        await self.send(message)


def _may_be_framed(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether an answer says by its own policy that some pages may show it in a frame."""
    ancestors = header(headers, b"content-security-policy").partition("frame-ancestors ")[2].partition(";")[0]
    return ancestors not in ("", "'none'")
