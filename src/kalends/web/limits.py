"""Rate limits per key and per address, in fixed windows, counted over all workers."""

from datetime import datetime
from functools import cache
from ipaddress import ip_address, ip_network

from kalends.engine.accounts.rate_limit import Limit
from kalends.store.accounts.rate_limits import count_hit
from kalends.store.db import Db
from kalends.web.problems import Limited


@cache
def parse(text: str) -> Limit | None:
    """The limit written COUNT/SECONDS, such as `80/20`; None for "". Raises ValueError."""
    if not text:
        return None
    count, slash, seconds = text.partition("/")
    if not (slash and count.isdecimal() and seconds.isdecimal() and int(count) and int(seconds)):
        raise ValueError(f"not COUNT/SECONDS: {text}")
    return Limit(int(count), int(seconds))


async def count(db: Db, limit: Limit, subject: str, now: datetime) -> None:
    """Count a request of the subject, a key or an address. Raises Limited when it exceeds the limit."""
    if await count_hit(db, f"{subject} {limit.seconds}", limit.window(now)) > limit.count:
        raise Limited(limit.seconds_left(now))


def address(text: str) -> str:
    """The subject under which requests from an IP address are counted.

    An IPv6 address counts as its /64 network, because one caller usually has all addresses of it.
    """
    try:
        ip = ip_address(text)
    except ValueError:
        return "address unknown"
    return f"address {ip_network((ip, 64), strict=False) if ip.version == 6 else ip}"
