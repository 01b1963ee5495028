"""Login sessions of people who use pages: their secret is in a cookie that scripts and other sites can't read.

A session ends when it was not used for `login_lifetime` of the settings, and after LONGEST in any case. It is an access
token like a key: whoever is logged out, disabled or has a new password is out with the next request.

Browsers keep such a cookie only from HTTPS, or from this machine itself. Source: RFC 6265bis, 4.1.3.2 (`__Host-`).
"""

from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from kalends.actions.accounts.logins import keep_logged_in
from kalends.actions.context import Context
from kalends.web.auth import Handler, keyed
from kalends.web.call import Call, call_of, header
from kalends.web.door import Answer, WebRequest
from kalends.web.routing import Endpoint, Method

LONGEST = timedelta(days=7)
_ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax"


class Cookie:
    """A cookie of this host that scripts and other sites can't read. It is kept for `max_age` or, if that is None, as
    long as the browser is open."""

    def __init__(self, name: str, max_age: timedelta | None = None) -> None:
        self.name = f"__Host-kalends-{name}"
        self.kept = f"; Max-Age={int(max_age.total_seconds())}" if max_age else ""

    async def read(self, request: WebRequest) -> str | None:
        """The value that the browser sent; None if there is none."""
        for pair in header(request.scope["headers"], b"cookie").split(";"):
            name, _, value = pair.strip().partition("=")
            if name == self.name:
                return value or None
        return None

    def set(self, value: str) -> tuple[str, str]:
        """The header that hands the browser a value, of letters, digits, hyphens and underscores."""
        return "set-cookie", f"{self.name}={value}{self.kept}; {_ATTRIBUTES}"

    def clear(self) -> tuple[str, str]:
        """The header that takes it back."""
        return "set-cookie", f"{self.name}=; Max-Age=0; {_ATTRIBUTES}"


def is_kept_by_browsers(call: Call) -> bool:
    """Whether browsers keep the cookies of this address: by HTTPS, or from the machine itself."""
    address = urlsplit(call.prefix)
    host = address.hostname or ""
    return address.scheme == "https" or host == "localhost" or host.endswith(".localhost") or _is_loopback(host)


def session_route(methods: Method | Sequence[Method], path: str, handler: Handler, *, pooled: bool = False) -> Endpoint:
    """A route for those who are logged in, which keeps them so; otherwise as `keyed`."""

    async def keep_and_handle(request: WebRequest, ctx: Context) -> Answer:
        await keep_logged_in(ctx, call_of(request).settings.login_lifetime, LONGEST)
        return await handler(request, ctx)

    return keyed(methods, path, keep_and_handle, pooled=pooled)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
