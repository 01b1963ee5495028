"""How often a key or an address may ask: COUNT/SECONDS in fixed windows, counted across all workers."""

from datetime import datetime
from functools import cache
from ipaddress import ip_address, ip_network

from kalends.engine.accounts.rate_limit import Limit
from kalends.store.accounts.rate_limits import count_hit
from kalends.store.db import Db
from kalends.web.problems import Limited


@cache
def parse(text: str) -> Limit | None:
    """A limit from `80/20`; None from "". Raises ValueError."""
    if not text:
        return None
    count, slash, seconds = text.partition("/")
    if not (slash and count.isdecimal() and seconds.isdecimal() and int(count) and int(seconds)):
        raise ValueError(f"not COUNT/SECONDS: {text}")
    return Limit(int(count), int(seconds))


async def count(db: Db, limit: Limit, subject: str, now: datetime) -> None:
    """Count this request of the subject. Raises Limited when it is one too many."""
    if await count_hit(db, f"{subject} {limit.seconds}", limit.window(now)) > limit.count:
        raise Limited(limit.seconds_left(now))


def address(text: str) -> str:
    """The subject that an address is counted as: in IPv6 its /64, of which one caller has every address."""
    try:
        known = ip_address(text)
    except ValueError:
        return "address unknown"
    return f"address {ip_network((known, 64), strict=False) if known.version == 6 else known}"
