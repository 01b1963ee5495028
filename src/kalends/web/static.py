"""Files of pages, such as style sheets and scripts, under names with their digest: a browser asks for each once."""

import hashlib
import mimetypes
from collections.abc import Mapping
from importlib.resources import files

from kalends.web.door import Answer, WebRequest
from kalends.web.problems import RouteNotFound

_KEPT_FOR_EVER = (("cache-control", "public, max-age=31536000, immutable"),)
_DIGITS = 12


class StaticFiles:
    """The files of a folder in a package, read once. `names` has the name under which each is served."""

    def __init__(self, package: str, folder: str = "static") -> None:
        self.names: dict[str, str] = {}
        self.answers: dict[str, Answer] = {}
        for file in files(package).joinpath(folder).iterdir():
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
