"""Style sheets with the colour of a brand."""

import re

from kalends.page.views.colours import style_of
from kalends.web.door import Answer, WebRequest
from kalends.web.problems import RouteNotFound

_NAME = re.compile(r"([0-9a-f]{6})\.css", re.ASCII)
_KEPT_FOR_EVER = (("cache-control", "public, max-age=31536000, immutable"),)


async def answer(request: WebRequest) -> Answer:
    """The style sheet of a colour, by its name such as `1a5fb4.css`. Raises RouteNotFound."""
    name = _NAME.fullmatch(request.path_params["name"])
    if name is None:
        raise RouteNotFound
    return Answer(200, style_of(name[1]).encode(), "text/css; charset=utf-8", _KEPT_FOR_EVER)
