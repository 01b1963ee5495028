"""What the client sent, read within bounds: the query, and bodies of JSON or of a form.

Names such as `a[b][]` are left as they are; what they mean is the dialect's matter.
"""

from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import msgspec

from kalends.web.call import call_of, header
from kalends.web.config import WebSettings
from kalends.web.door import WebRequest
from kalends.web.parts import read_parts
from kalends.web.problems import Malformed, TooDeep, TooManyParameters, UnsupportedMedia

Pairs: TypeAlias = list[tuple[str, str]]

BOM = b"\xef\xbb\xbf"
JSON, FORM, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"


def read_query(request: WebRequest) -> Pairs:
    """The parameters of the query in their order, those without a value as "".

    Raises Malformed, TooManyParameters, TooDeep.
    """
    return _pairs(request.scope["query_string"], call_of(request).settings)


async def read_body(request: WebRequest, nest: Callable[[Pairs], dict[str, Any]]) -> dict[str, Any]:
    """The body as one object, whatever it came as: JSON as it is, a form through `nest`, nothing as {}.

    Reading it again gives the same object. Raises Malformed, UnsupportedMedia, TooLarge, TooDeep, TooManyParameters.
    """
    call = call_of(request)
    if call.body is msgspec.UNSET:
        body = await read_json(request) if await is_json(request) else nest(await read_form(request))
        if not isinstance(body, dict):
            raise Malformed("json")
        call.body = body
    found: dict[str, Any] = call.body
    return found


async def is_json(request: WebRequest) -> bool:
    """Is the body JSON, by its media type, or without one by its first character?"""
    media = _media(request)
    return _is_json(media) if media else (await request.body()).removeprefix(BOM).lstrip()[:1] in {b"{", b"["}


async def read_json(request: WebRequest) -> Any:
    """The body as JSON says; {} when it is empty. Raises Malformed, TooLarge, TooDeep, TooManyParameters."""
    raw = (await request.body()).removeprefix(BOM)
    if not raw.strip():
        return {}
    settings = call_of(request).settings
    try:
        found = msgspec.json.decode(raw)
    except RecursionError:
        raise TooDeep(settings.nesting) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed("json") from error
    # Counting bytes is cheap and gives upper bounds; most bodies need no closer look.
    containers = raw.count(b"{") + raw.count(b"[")
    if containers > settings.nesting or raw.count(b",") >= settings.parameters or b"\\u0000" in raw:
        _look(found, settings)
    return found


async def read_form(request: WebRequest) -> Pairs:
    """The fields of a form in their order; files are left out. [] when the body is empty.

    Raises Malformed, UnsupportedMedia, TooLarge, TooDeep, TooManyParameters.
    """
    settings, media = call_of(request).settings, _media(request)
    if media in {"", FORM}:
        return _pairs(await request.body(), settings)
    if media == MULTIPART:
        content_type = header(request.scope["headers"], b"content-type")
        return _within(read_parts(await request.body(), content_type, settings.parameters), settings)
    if await request.body():
        raise UnsupportedMedia
    return []


def _media(request: WebRequest) -> str:
    return header(request.scope["headers"], b"content-type").partition(";")[0].strip().lower()


def _is_json(media: str) -> bool:
    return media == JSON or media.endswith("+json")


def _pairs(raw: bytes, settings: WebSettings) -> Pairs:
    if raw.count(b"&") >= settings.parameters:
        raise TooManyParameters(settings.parameters)
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise Malformed("encoding") from error
    return _within(pairs, settings)


def _within(pairs: Pairs, settings: WebSettings) -> Pairs:
    if len(pairs) > settings.parameters:
        raise TooManyParameters(settings.parameters)
    for name, value in pairs:
        if name.count("[") >= settings.nesting:
            raise TooDeep(settings.nesting)
        if "\0" in name or "\0" in value:
            raise Malformed("character")
    return pairs


def _look(found: Any, settings: WebSettings) -> None:
    """Raises TooDeep, TooManyParameters, and Malformed for the one character that the database can't keep."""
    level, depth, values = [found], 0, 0
    while level:
        values += sum(not isinstance(value, dict | list) for value in level)
        if values > settings.parameters:
            raise TooManyParameters(settings.parameters)
        if any("\0" in text for value in level for text in _texts(value)):
            raise Malformed("character")
        level = [inner for value in level for inner in _inside(value)]
        depth += bool(level)
        if depth > settings.nesting:
            raise TooDeep(settings.nesting)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return list(value)
    return [value] if isinstance(value, str) else []


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
