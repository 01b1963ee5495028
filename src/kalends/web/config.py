"""What the web floor is told once, by the composition root."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from kalends.web.door import DoorRules


class WebSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds and surroundings of the doors. Limits are written COUNT/SECONDS, such as `80/20`; empty means none.

    `door_hosts` maps host names, in lower case and without port, to names of doors. `trust_proxy` believes the
    `X-Forwarded-*` headers, which is right only behind a proxy that sets them itself. While `drain_file` exists, every
    request is turned away. `metrics_dir` is where the processes of one installation share their counts, and
    `metrics_token` what opens them to others than this machine; empty means nothing does.
    """

    door_hosts: Mapping[str, str] = {}
    request_seconds: float = 30.0
    body_bytes: int = 1024 * 1024
    nesting: int = 32
    parameters: int = 1000
    key_limit: str = ""
    address_limit: str = ""
    trust_proxy: bool = False
    drain_file: Path | None = None
    metrics_dir: Path | None = None
    metrics_token: str = ""

    def for_door(self, rules: DoorRules) -> "WebSettings":
        """The settings as they are for a door with rules of its own."""
        bounds = {name: getattr(rules, name) for name in ("request_seconds", "body_bytes", "nesting", "parameters")}
        changed = {name: value for name, value in bounds.items() if value is not None}
        key_limit = rules.key_limit if self.key_limit and rules.key_limit is not None else self.key_limit
        return msgspec.structs.replace(self, key_limit=key_limit, **changed)
