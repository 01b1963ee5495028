"""The settings of the web floor, made by `kalends.main`."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import msgspec

from kalends.web.door import DoorRules


class WebSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of requests, and where the server runs.

    `door_hosts` maps host names, in lower case and without port, to names of doors.
    `request_seconds` is how long a request may take, `body_bytes` the size of its body, `nesting` how many levels deep
    a body or the names of parameters may be, and `parameters` how many values the query or the body may have.
    `key_limit` and `address_limit` are written COUNT/SECONDS, such as `80/20`; "" means no limit.
    `login_lifetime` is how long the token of a user who logs in through a door is valid.
    `trust_proxy`: the `X-Forwarded-*` headers are used. Only safe behind a proxy that sets them itself.
    `drain_file`: while it exists, every request is answered with Unavailable.
    `public_url` is where everybody reaches the server, "" if that is not known.
    `private_urls`: webhooks may lead to private addresses, and be without TLS.
    `metrics_dir` is where the processes of one installation share their metrics.
    `metrics_token` opens `/metrics` to clients on other machines; if "", they have no access.
    """

    door_hosts: Mapping[str, str] = {}
    request_seconds: float = 30.0
    body_bytes: int = 1024 * 1024
    nesting: int = 32
    parameters: int = 1000
    login_lifetime: timedelta = timedelta(hours=7)
    key_limit: str = ""
    address_limit: str = ""
    trust_proxy: bool = False
    drain_file: Path | None = None
    public_url: str = ""
    private_urls: bool = False
    metrics_dir: Path | None = None
    metrics_token: str = ""

    def for_door(self, rules: DoorRules) -> "WebSettings":
        """These settings with those of the door's own rules put in their place.

        The door's `key_limit` applies only if these settings have one too.
        """
        limits = {name: getattr(rules, name) for name in ("request_seconds", "body_bytes", "nesting", "parameters")}
        door_limits = {name: value for name, value in limits.items() if value is not None}
        key_limit = rules.key_limit if self.key_limit and rules.key_limit is not None else self.key_limit
        return msgspec.structs.replace(self, key_limit=key_limit, **door_limits)
