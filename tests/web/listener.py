"""A client that listens to server-sent events, without a server between it and the application."""

import asyncio
from typing import Any

from kalends.web.shell import Shell

WATCH = "/toy/api/v1/watch"


class Listener:
    """A client of one stream, which hangs up when told to."""

    def __init__(self, key: str, method: str = "GET", path: str = WATCH, last_event_id: str = "") -> None:
        sent = {"authorization": f"Bearer {key}", "last-event-id": last_event_id}
        path, _, query = path.partition("?")
        self.scope: Any = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items() if value],
            "scheme": "http",
            "http_version": "1.1",
            "server": ("here", 80),
            "client": None,
        }
        self.hangs_up = asyncio.Event()
        self.messages: asyncio.Queue[Any] = asyncio.Queue()
        self.request_sent = False

    async def receive(self) -> Any:
        if not self.request_sent:
            self.request_sent = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.hangs_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        await self.messages.put(message)

    def listens_to(self, app: Shell) -> asyncio.Task[None]:
        return asyncio.create_task(app(self.scope, self.receive, self.send))

    async def hears(self) -> Any:
        return await self.messages.get()
