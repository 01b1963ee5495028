"""How clients present their key: as the user of HTTP Basic, with or without the suffix of a shard such as `-au1`."""

import re

from kalends.web.auth import basic_user
from kalends.web.door import WebRequest

_SHARD = re.compile(r"-[a-z]{2}\d{1,2}\Z", re.IGNORECASE | re.ASCII)


async def key_of(request: WebRequest) -> str | None:
    """The key of the request, without a shard; None if there is none. Source: Cliniko reference, Authentication."""
    key = basic_user(request)
    return _SHARD.sub("", key) if key else None
