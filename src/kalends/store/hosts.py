"""Connects to one of the hosts of a database URL: the first that answers and is of the kind that is required."""

from typing import Any
from urllib.parse import urlsplit

import asyncpg
from asyncpg.connect_utils import SessionAttribute

from kalends.store.connections import NoStandby, PlainConnection, ReadOnly

Kind = SessionAttribute
PRIMARY, STANDBY = SessionAttribute.read_write, SessionAttribute.standby
CONNECT_SECONDS = 10.0
HOST_SECONDS = 3.0
"""How long a host may take to answer if there are others: one that is gone without a trace refuses nothing."""
# The next host is asked after these. A wrong password or database is wrong there, too.
_GO_ON: tuple[type[Exception], ...] = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.TargetServerAttributeNotMatched,
    asyncpg.InternalClientError,
)


class Hosts:
    """The hosts of a URL such as `postgresql://user@one,two:5433/database`, the one that answered last first.

    `kind` is what the server must be, unless the URL says so by `target_session_attrs`.
    """

    def __init__(self, url: str, kind: Kind = PRIMARY) -> None:
        self.urls = split_hosts(url)
        self.kind = None if "target_session_attrs" in urlsplit(url).query else kind

    async def connect(self, *_: object, **options: Any) -> asyncpg.Connection:
        """A connection, made with these options of `asyncpg.connect`, for which a pool takes it.

        Raises ReadOnly or NoStandby (every host answers, and none is of the kind), and any of UNAVAILABLE.
        """
        lost: Exception | None = None
        for url in list(self.urls):
            try:
                connection: asyncpg.Connection = await asyncpg.connect(url, **self._options(options))
            except asyncpg.TargetServerAttributeNotMatched:
                continue
            except _GO_ON as error:
                lost = error
                continue
            self.urls = [url, *(other for other in self.urls if other != url)]
            if isinstance(connection, PlainConnection):
                connection.limit_silence()
            return connection
        raise lost or (NoStandby() if self.kind is STANDBY else ReadOnly())

    def _options(self, options: dict[str, Any]) -> dict[str, Any]:
        timeout = CONNECT_SECONDS if len(self.urls) == 1 else HOST_SECONDS
        return {"timeout": timeout, "target_session_attrs": self.kind} | options


def split_hosts(url: str) -> list[str]:
    """One URL for each host of a URL, in their order."""
    netloc = urlsplit(url).netloc
    user, at, hosts = netloc.rpartition("@")
    return [url.replace(f"//{netloc}", f"//{user}{at}{host}", 1) for host in hosts.split(",")]
