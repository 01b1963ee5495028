"""Files of pages, such as style sheets and scripts, under names with their digest: a browser asks for each once."""

import hashlib
import mimetypes
from collections.abc import Mapping
from importlib.resources import files

from kalends.web.door import Answer, WebRequest
from kalends.web.problems import RouteNotFound

_KEPT_FOR_EVER = (("cache-control", "public, max-age=31536000, immutable"),)
_DIGITS = 12
_SHARED = "kalends.web"
_FOLDER = "static"


class StaticFiles:
    """The files of a package and those that all pages share, read once. `names` has the name of each on the web."""

    def __init__(self, package: str) -> None:
        self.names: dict[str, str] = {}
        self.answers: dict[str, Answer] = {}
        for file in (*files(_SHARED).joinpath(_FOLDER).iterdir(), *files(package).joinpath(_FOLDER).iterdir()):
            content = file.read_bytes()
            stem, _, ending = file.name.rpartition(".")
            name = f"{stem}.{hashlib.sha256(content).hexdigest()[:_DIGITS]}.{ending}"
            media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            self.names[file.name] = name
            self.answers[name] = Answer(200, content, f"{media_type}; charset=utf-8", _KEPT_FOR_EVER)

    async def answer(self, request: WebRequest) -> Answer:
        """The file that the request names. Raises RouteNotFound."""
        parameters: Mapping[str, str] = request.path_params
        answer = self.answers.get(parameters["name"])
        if answer is None:
            raise RouteNotFound
        return answer
