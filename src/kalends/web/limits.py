"""Rate limits per key and per address, in fixed windows, counted over all workers."""

from functools import cache
from ipaddress import ip_address, ip_network

from kalends.engine.accounts.rate_limit import Limit, Usage
from kalends.store.accounts.rate_limits import count_hit
from kalends.store.db import Db
from kalends.web.call import Call
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


async def count(db: Db, call: Call, limit: Limit, name: str, subject: str) -> None:
    """Count the call of a subject, a key or an address, and note that on the call; `name` is `key` or `address`.

    Raises Limited when it exceeds the limit.
    """
    used = await count_hit(db, f"{subject} {limit.seconds}", limit.window(call.now))
    usage = Usage(name, limit, used, limit.seconds_left(call.now))
    call.usages.append(usage)
    if used > limit.count:
        raise Limited(usage.seconds_left)


def headers(call: Call) -> list[tuple[bytes, bytes]]:
    """The limits by which the call was counted. Source: draft-ietf-httpapi-ratelimit-headers-11."""
    if not call.usages:
        return []
    policies = ", ".join(f'"{each.name}";q={each.limit.count};w={each.limit.seconds}' for each in call.usages)
    states = ", ".join(f'"{each.name}";r={each.left};t={each.seconds_left}' for each in call.usages)
    return [(b"ratelimit-policy", policies.encode()), (b"ratelimit", states.encode())]


def address(text: str) -> str:
    """The subject under which requests from an IP address are counted.

    An IPv6 address counts as its /64 network, because one caller usually has all addresses of it.
    """
    try:
        ip = ip_address(text)
    except ValueError:
        return "address unknown"
    return f"address {ip_network((ip, 64), strict=False) if ip.version == 6 else ip}"
