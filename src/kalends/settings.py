"""The settings, read from environment variables once at the start. docs/settings.md says what each means."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

PREFIX = "KALENDS_"
DOORS = ("api", "bookio", "carecloud", "cliniko", "console", "feeds", "locaboo", "makeplans", "page")
LOG_LEVELS = ("debug", "info", "warning", "error")


class Refused(Exception):
    """A setting can't be read or is not safe. The message is one line that says which and why."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings. Rates are written COUNT/SECONDS; "" means no limit. Times are in seconds, `body_limit` in bytes."""

    data: Path = Path(".kalends")
    database_url: str | None = None
    database_direct_url: str | None = None
    database_read_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    log_level: str = "info"
    body_limit: int = 1024 * 1024
    nesting_limit: int = 32
    parameter_limit: int = 1000
    request_timeout: float = 30.0
    login_hours: int = 7
    rate_limit_per_key: str = ""
    rate_limit_per_address: str = ""
    door_hosts: dict[str, str] = {}
    trust_proxy: bool = False
    public_url: str = ""
    pool_least: int = 2
    pool_most: int = 10
    drain_seconds: int = 30
    metrics_token: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    sms_url: str = ""
    sms_headers: dict[str, str] = {}
    sms_body: str = ""
    sms_from: str = ""
    webhook_private: bool = False


def load() -> Settings:
    """The settings of this process. Raises Refused."""
    return read(os.environ)


def hand_down(name: str, value: str) -> None:
    """Set an environment variable for the processes that are started from now on."""
    os.environ[name] = value


def read(environment: Mapping[str, str]) -> Settings:
    """The settings in an environment such as `os.environ`. An empty value counts as not set.

    Raises Refused, also for an unknown name that begins with KALENDS_: a misspelt setting must not be ignored.
    """
    prefixed = {name: value for name, value in environment.items() if name.startswith(PREFIX) and value != ""}
    variables = {name: value for name, value in prefixed.items() if not name.startswith(PREFIX + "TEST_")}
    unknown = sorted(name for name in variables if name.removeprefix(PREFIX).lower() not in READERS)
    if unknown:
        raise Refused(f"{unknown[0]} is not a setting of Kalends.")
    values: dict[str, Any] = {}
    for name, value in variables.items():
        field = name.removeprefix(PREFIX).lower()
        try:
            values[field] = READERS[field](value.strip())
        except ValueError as error:
            raise Refused(f"{name} {error}.") from error
    return checked(Settings(**values))


def checked(settings: Settings) -> Settings:
    """The same settings. Raises Refused when they contradict each other."""
    if settings.pool_least > settings.pool_most:
        raise Refused("KALENDS_POOL_LEAST is greater than KALENDS_POOL_MOST.")
    for name in ("database_direct_url", "database_read_url"):
        if getattr(settings, name) and not settings.database_url:
            raise Refused(f"{PREFIX}{name.upper()} needs KALENDS_DATABASE_URL: the included PostgreSQL stands alone.")
    if settings.smtp_url and not settings.mail_from:
        raise Refused("KALENDS_SMTP_URL needs KALENDS_MAIL_FROM, the address that mail comes from.")
    if settings.sms_url and not re.search(r"{(number|digits)}", settings.sms_url + settings.sms_body):
        raise Refused("KALENDS_SMS_URL and KALENDS_SMS_BODY don't have {number} or {digits}: whom to send to.")
    return settings


# The functions below turn the value of a variable into a setting. The message of their ValueError completes a sentence
# that begins with the name of the variable.


def number(minimum: int, maximum: int) -> Callable[[str], int]:
    def read_number(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", value) or not minimum <= int(value) <= maximum:
            raise ValueError(f"must be a whole number from {minimum} to {maximum}")
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
        raise ValueError("must be at least 16 ASCII letters, digits or symbols, without spaces")
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
    certificate = dict(parse_qsl(url.query)).get("sslrootcert")
    if certificate and not os.access(certificate, os.R_OK):
        raise ValueError(f"names the certificate {certificate}, which can't be read")
    return value


def host(value: str) -> str:
    if not re.fullmatch(r"[\w.:-]+", value):
        raise ValueError("must be an address or a host name")
    return value


def hosts_of_doors(value: str) -> dict[str, str]:
    pairs = [pair.strip().partition("=") for pair in value.split(",") if pair.strip()]
    doors = {host_name.strip().lower(): door.strip() for host_name, _, door in pairs}
    if len(doors) != len(pairs) or not all(re.fullmatch(r"[a-z0-9.-]+", host_name) for host_name in doors):
        raise ValueError("must be HOST=DOOR, several separated by commas, each host once and without a port")
    if unknown := sorted(set(doors.values()) - set(DOORS)):
        raise ValueError(f"has an unknown door {unknown[0]!r}; the doors are {', '.join(DOORS)}")
    return doors


def smtp_url(value: str) -> str:
    # The value may hold a password, so it is not repeated.
    wrong = ValueError("must be a URL such as smtp://user:password@mail.example.com:587 or smtps://mail.example.com")
    try:
        url = urlsplit(value)
        port = url.port
    except ValueError:
        raise wrong from None
    if url.scheme not in ("smtp", "smtps") or not url.hostname or port == 0 or url.path.strip("/") or url.query:
        raise wrong
    return value


def mail_address(value: str) -> str:
    if not re.fullmatch(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+\.[^\s@<>,;:\"]+", value):
        raise ValueError("must be one e-mail address without a name, such as bookings@example.com")
    return value


def http_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\S*", value):
        raise ValueError("must be a URL that begins with https:// or http://")
    return value


def site_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", value):
        raise ValueError("must be a URL that begins with https:// or http://, without ? and #")
    return value.rstrip("/")


def headers(value: str) -> dict[str, str]:
    """HTTP headers, separated by semicolons with a space: `Authorization: Bearer x; Accept: text/plain`."""
    pairs = [pair.partition(":") for pair in value.split("; ")]
    if not all(re.fullmatch(r"[A-Za-z0-9-]+", name.strip()) and text.strip().isprintable() for name, _, text in pairs):
        raise ValueError("must be NAME: VALUE, several separated by a semicolon and a space")
    return {name.strip(): text.strip() for name, _, text in pairs}


def text(value: str) -> str:
    return value


def folder(value: str) -> Path:
    if "\0" in value:
        raise ValueError("must be a folder")
    return Path(value)


READERS: dict[str, Callable[[str], Any]] = {
    "data": folder,
    "database_url": postgres_url,
    "database_direct_url": postgres_url,
    "database_read_url": postgres_url,
    "host": host,
    "port": number(1, 65535),
    "workers": number(1, 256),
    "log_level": one_of(*LOG_LEVELS),
    "body_limit": number(1024, 1024**3),
    "nesting_limit": number(4, 100),  # more would overflow the stack of the parsers
    "parameter_limit": number(10, 1_000_000),
    "request_timeout": seconds,
    "login_hours": number(1, 24 * 365),
    "rate_limit_per_key": rate,
    "rate_limit_per_address": rate,
    "door_hosts": hosts_of_doors,
    "trust_proxy": yes_or_no,
    "public_url": site_url,
    "pool_least": number(1, 1000),
    "pool_most": number(1, 1000),
    "drain_seconds": number(1, 3600),
    "metrics_token": token,
    "smtp_url": smtp_url,
    "mail_from": mail_address,
    "sms_url": http_url,
    "sms_headers": headers,
    "sms_body": text,
    "sms_from": text,
    "webhook_private": yes_or_no,
}
