"""Passwords that change every hour: what a program sends instead of its password, so that the password is not sent.

Whoever checks them must keep what they are made from, which is as good as the password. So it is kept only for logins
that ask for it. Source: CareCloud reference, basicAuth.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)
CLOCKS_DIFFER = timedelta(minutes=5)
"""Between the clock of a program and the server's."""


def shared_secret(password: str) -> str:
    """What the passwords of all hours are made from: the MD5 of the password, in hexadecimal."""
    return hashlib.md5(password.encode(errors="surrogatepass"), usedforsecurity=False).hexdigest()


def hourly_password(secret: str, at: datetime) -> str:
    """The password of the hour (in UTC) of this moment: the SHA-256 of the secret and the hour, in hexadecimal."""
    return hashlib.sha256(f"{secret}{at.astimezone(UTC):%Y%m%d%H}".encode()).hexdigest()


def valid_passwords(secret: str, now: datetime) -> Iterator[tuple[str, datetime]]:
    """The passwords that are good at this moment, and until when: that of the hour, and of a clock that is wrong."""
    for at in sorted({_hour(now), _hour(now - CLOCKS_DIFFER), _hour(now + CLOCKS_DIFFER)}):
        yield hourly_password(secret, at), at + HOUR + CLOCKS_DIFFER


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
