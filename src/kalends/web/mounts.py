"""Which door a request is addressed to, by host and path."""

import re
from collections.abc import Mapping, Sequence, Set

import msgspec

from kalends.web.door import Door

SLASHES = re.compile("//+")


class Place(msgspec.Struct, frozen=True):
    """The door, what of the path led there (as links must repeat it), and the rest of the path."""

    door: Door
    mount: str
    rest: str


class Mounts:
    """The doors by base path and by host; what is no door's, and the paths reserved, fall to `otherwise`."""

    def __init__(self, doors: Sequence[Door], hosts: Mapping[str, str], otherwise: Door, reserved: Set[str]) -> None:
        named = {door.name: door for door in doors}
        self.hosts = {host.lower(): named[name] for host, name in hosts.items()}
        self.otherwise = otherwise
        self.reserved = reserved
        # The longest first, so that a door may stand below another's path.
        self.doors = sorted(doors, key=lambda door: -len(door.base_path))

    def find(self, host: str, path: str) -> Place:
        """The place a request goes to. A host that is mapped to a door is wholly that door's, but for the reserved."""
        path = SLASHES.sub("/", path) if "//" in path else path
        if path in self.reserved:
            return Place(self.otherwise, "", path)
        if self.hosts and (door := self.hosts.get(_bare(host))):
            return _on_own_host(door, path)
        for door in self.doors:
            if (rest := _below(door.base_path, path)) is not None:
                return Place(door, door.base_path, rest)
        return Place(self.otherwise, "", path)


def _on_own_host(door: Door, path: str) -> Place:
    """With the whole base path, without its first segment (as at the vendor's own host), or without any of it."""
    within = "/" + door.base_path.lstrip("/").partition("/")[2]
    for mount in (door.base_path, within):
        if mount != "/" and (rest := _below(mount, path)) is not None:
            return Place(door, mount, rest)
    return Place(door, "", path)


def _below(base: str, path: str) -> str | None:
    """What follows the base path, from its slash on; None when the path is elsewhere."""
    if not path.startswith(base):
        return None
    rest = path[len(base) :]
    return rest or "/" if not rest or rest[0] == "/" else None


def _bare(host: str) -> str:
    """The host name without port, in lower case; an IPv6 address keeps its brackets."""
    name = host.lower()
    return name.rsplit(":", 1)[0] if not name.endswith("]") else name
