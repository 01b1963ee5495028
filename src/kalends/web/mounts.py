"""Finds the door of a request by its host and path."""

from collections.abc import Mapping, Sequence, Set

import msgspec

from kalends.web.door import SLASHES, Door


class DoorMatch(msgspec.Struct, frozen=True):
    """A door, the part of the path that led to it (links must repeat it), and the rest of the path."""

    door: Door
    mount: str
    rest: str


class Mounts:
    """The doors by base path and by host. `fallback` gets the reserved paths, and all that belong to no door."""

    def __init__(self, doors: Sequence[Door], hosts: Mapping[str, str], fallback: Door, reserved: Set[str]) -> None:
        by_name = {door.name: door for door in doors}
        self.hosts = {host.lower(): by_name[name] for host, name in hosts.items()}
        self.fallback = fallback
        self.reserved = reserved
        # The longest first, because the base path of a door may be below that of another.
        self.doors = sorted(doors, key=lambda door: -len(door.base_path))

    def find(self, host: str, path: str) -> DoorMatch:
        """The door for a request. On a host that is mapped to a door, all paths but the reserved are that door's."""
        path = SLASHES.sub("/", path) if "//" in path else path
        if path in self.reserved:
            return DoorMatch(self.fallback, "", path)
        if self.hosts and (door := self.hosts.get(_without_port(host))):
            return _match_on_own_host(door, path)
        for door in self.doors:
            if (rest := _path_below(door.base_path, path)) is not None:
                return DoorMatch(door, door.base_path, rest)
        return DoorMatch(self.fallback, "", path)


def _match_on_own_host(door: Door, path: str) -> DoorMatch:
    """The path may have the whole base path, all but its first segment (as on the vendor's own host), or none of it."""
    without_first_segment = "/" + door.base_path.lstrip("/").partition("/")[2]
    for mount in (door.base_path, without_first_segment):
        if mount != "/" and (rest := _path_below(mount, path)) is not None:
            return DoorMatch(door, mount, rest)
    return DoorMatch(door, "", path)


def _path_below(base: str, path: str) -> str | None:
    """The rest of the path after the base path, from its slash on; None when the path is not below it."""
    if not path.startswith(base):
        return None
    rest = path[len(base) :]
    return rest or "/" if not rest or rest[0] == "/" else None


def _without_port(host: str) -> str:
    """The host name in lower case and without port; an IPv6 address keeps its brackets."""
    name = host.lower()
    return name.rsplit(":", 1)[0] if not name.endswith("]") else name
