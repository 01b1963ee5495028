"""The script with which other pages show the booking page."""

import msgspec

from kalends.page.pages import STATIC
from kalends.web.door import Answer, WebRequest

_KEPT_FOR_AN_HOUR = (("cache-control", "public, max-age=3600"), ("cross-origin-resource-policy", "cross-origin"))


async def answer(_: WebRequest) -> Answer:
    """The script, under a name that stays, as other pages have it."""
    script = STATIC.answers[STATIC.names["widget.js"]]
    return msgspec.structs.replace(script, headers=_KEPT_FOR_AN_HOUR)
