"""What passes between client and application: the body as it comes in, bounded; the response as it leaves, hardened."""

from starlette.types import Message, Receive, Scope, Send

from kalends.web.call import Call, header
from kalends.web.problems import TooLarge

SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)


class Body:
    """The body as it comes, up to so many bytes; `whole` once nothing of it is to come any more."""

    def __init__(self, scope: Scope, receive: Receive, most: int) -> None:
        self.receive, self.most = receive, most
        headers = scope["headers"]
        self.whole = header(headers, b"content-length") in ("", "0") and not header(headers, b"transfer-encoding")
        self.seen = 0

    async def __call__(self) -> Message:
        message = await self.receive()
        if message["type"] == "http.request":
            self.seen += len(message["body"])
            if self.seen > self.most:
                raise TooLarge(self.most)
            self.whole = not message["more_body"]
        return message


class Out:
    """What leaves: `status` is that of the response, once it has begun, and every response has the shell's headers."""

    def __init__(self, send: Send, call: Call, body: Body) -> None:
        self.send = send
        self.request_id = call.id.encode("latin-1")
        own = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in call.door.rules.headers]
        self.usual = (*own, *SECURITY)
        self.body = body
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message["headers"])
            own = {name for name, _ in headers}
            headers.append((b"x-request-id", self.request_id))
            for name, value in self.usual:
                if name not in own:
                    headers.append((name, value))
                    own.add(name)
            if not self.body.whole:
                # What is answered before it was read to its end would have to be read for as long as the client likes.
                headers.append((b"connection", b"close"))
            message["headers"] = headers
        await self.send(message)
