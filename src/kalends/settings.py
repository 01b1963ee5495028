"""The settings: read from the environment once, typed, frozen, handed down. What each means is in docs/settings.md."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

PREFIX = "KALENDS_"
DOORS = ("locaboo", "makeplans")
LOG_LEVELS = ("debug", "info", "warning", "error")


class Refused(Exception):
    """A setting that can't be understood or is not safe; the message is one line that says which and why."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is decided outside. Rates are written COUNT/SECONDS; empty means no limit."""

    data: Path = Path(".kalends")
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    log_level: str = "info"
    body_limit: int = 1024 * 1024
    nesting_limit: int = 32
    parameter_limit: int = 1000
    request_timeout: float = 30.0
    rate_limit_per_key: str = ""
    rate_limit_per_address: str = ""
    door_hosts: dict[str, str] = {}
    trust_proxy: bool = False
    pool_least: int = 2
    pool_most: int = 10
    drain_seconds: int = 30
    metrics_token: str = ""


def load() -> Settings:
    """The settings of this process. Raises Refused."""
    return read(os.environ)


def hand_down(name: str, value: str) -> None:
    """Have the processes started from now on find this in their environment."""
    os.environ[name] = value


def read(environment: Mapping[str, str]) -> Settings:
    """The settings that an environment such as `os.environ` gives; an empty value is as none.

    Raises Refused, also for a KALENDS_ name that is no setting: a typing error must not pass for a default.
    """
    ours = {name: value for name, value in environment.items() if name.startswith(PREFIX) and value != ""}
    given = {name: value for name, value in ours.items() if not name.startswith(PREFIX + "TEST_")}
    unknown = sorted(name for name in given if name.removeprefix(PREFIX).lower() not in READERS)
    if unknown:
        raise Refused(f"{unknown[0]} is no setting of Kalends.")
    values: dict[str, Any] = {}
    for name, value in given.items():
        field = name.removeprefix(PREFIX).lower()
        try:
            values[field] = READERS[field](value.strip())
        except ValueError as error:
            raise Refused(f"{name} {error}.") from error
    return checked(Settings(**values))


def checked(settings: Settings) -> Settings:
    """What no setting can say alone."""
    if settings.pool_least > settings.pool_most:
        raise Refused("KALENDS_POOL_LEAST is more than KALENDS_POOL_MOST.")
    return settings


def number(least: int, most: int) -> Callable[[str], int]:
    def read_number(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", value) or not least <= int(value) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(value)

    return read_number


def seconds(value: str) -> float:
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", value) or float(value) == 0:
        raise ValueError("must be a number of seconds above 0, such as 30 or 0.5")
    return float(value)


def rate(value: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,8}/[1-9][0-9]{0,4}", value):
        raise ValueError("must be COUNT/SECONDS, such as 80/20")
    return value


def yes_or_no(value: str) -> bool:
    if value not in ("yes", "no"):
        raise ValueError("must be yes or no")
    return value == "yes"


def token(value: str) -> str:
    if not re.fullmatch(r"[!-~]{16,}", value):
        raise ValueError("must be at least 16 letters, digits or signs, without spaces")
    return value


def one_of(*choices: str) -> Callable[[str], str]:
    def read_choice(value: str) -> str:
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return value

    return read_choice


def postgres_url(value: str) -> str:
    try:
        url = urlsplit(value)
    except ValueError:
        url = urlsplit("")
    if url.scheme not in ("postgresql", "postgres") or not url.path.strip("/"):
        # The value may hold a password, so it is not repeated.
        raise ValueError("must be a URL such as postgresql://user:password@host:5432/database")
    return value


def host(value: str) -> str:
    if not re.fullmatch(r"[\w.:-]+", value):
        raise ValueError("must be an address or a host name")
    return value


def hosts_of_doors(value: str) -> dict[str, str]:
    pairs = [pair.strip().partition("=") for pair in value.split(",") if pair.strip()]
    found = {name.strip().lower(): door.strip() for name, _, door in pairs}
    if len(found) != len(pairs) or not all(re.fullmatch(r"[a-z0-9.-]+", name) for name in found):
        raise ValueError("must be HOST=DOOR, several parted by commas, each host once and without a port")
    if strange := sorted(set(found.values()) - set(DOORS)):
        raise ValueError(f"names the door {strange[0]!r}; there are {', '.join(DOORS)}")
    return found


def folder(value: str) -> Path:
    if "\0" in value:
        raise ValueError("must be a folder")
    return Path(value)


READERS: dict[str, Callable[[str], Any]] = {
    "data": folder,
    "database_url": postgres_url,
    "host": host,
    "port": number(1, 65535),
    "workers": number(1, 256),
    "log_level": one_of(*LOG_LEVELS),
    "body_limit": number(1024, 1024**3),
    "nesting_limit": number(4, 100),  # deeper would overflow the readers' stack
    "parameter_limit": number(10, 1_000_000),
    "request_timeout": seconds,
    "rate_limit_per_key": rate,
    "rate_limit_per_address": rate,
    "door_hosts": hosts_of_doors,
    "trust_proxy": yes_or_no,
    "pool_least": number(1, 1000),
    "pool_most": number(1, 1000),
    "drain_seconds": number(1, 3600),
    "metrics_token": token,
}
