"""Reads query strings and request bodies (JSON and forms) within the limits of the settings.

Names such as `a[b][]` are returned as sent; how they nest is up to the door.
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
    """The parameters of the query string in their order; the value of those sent without one is "".

    Raises Malformed (encoding, character), TooManyParameters, TooDeep.
    """
    return _parse_pairs(request.scope["query_string"], call_of(request).settings)


async def read_body(request: WebRequest, nest: Callable[[Pairs], dict[str, Any]]) -> dict[str, Any]:
    """The body as one object: JSON as it is, a form nested by `nest`, an empty body as {}. So is `null`, which some
    libraries send for no body.

    It is parsed once; later calls return the same object. Raises Malformed (json, encoding, character, request),
    UnsupportedMedia, TooLarge, TooDeep, TooManyParameters.
    """
    call = call_of(request)
    if call.body is msgspec.UNSET:
        body = await read_json(request) if await is_json(request) else nest(await read_form(request))
        if body is None:
            body = {}
        if not isinstance(body, dict):
            raise Malformed("json")
        call.body = body
    parsed_body: dict[str, Any] = call.body
    return parsed_body


async def is_json(request: WebRequest) -> bool:
    """Whether the body is JSON: by its media type, or if it has none, by its first character. Raises TooLarge."""
    media_type = _media_type(request)
    if media_type:
        return media_type == JSON or media_type.endswith("+json")
    return (await request.body()).removeprefix(BOM).lstrip()[:1] in {b"{", b"["}


async def read_json(request: WebRequest) -> Any:
    """The body decoded from JSON; {} when it is empty.

    Raises Malformed (json, character), TooLarge, TooDeep, TooManyParameters.
    """
    body = (await request.body()).removeprefix(BOM)
    if not body.strip():
        return {}
    settings = call_of(request).settings
    try:
        value = msgspec.json.decode(body)
    except RecursionError:
        raise TooDeep(settings.nesting) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed("json") from error
    # Counting bytes is cheap and gives upper bounds; most bodies need no closer look.
    containers = body.count(b"{") + body.count(b"[")
    if containers > settings.nesting or body.count(b",") >= settings.parameters or b"\\u0000" in body:
        _check_json(value, settings)
    return value


async def read_form(request: WebRequest) -> Pairs:
    """The fields of a form in their order, without its files; [] when the body is empty.

    Raises Malformed (encoding, character, request), UnsupportedMedia, TooLarge, TooDeep, TooManyParameters.
    """
    settings, media_type = call_of(request).settings, _media_type(request)
    if media_type in {"", FORM}:
        return _parse_pairs(await request.body(), settings)
    if media_type == MULTIPART:
        content_type = header(request.scope["headers"], b"content-type")
        return _checked_pairs(read_parts(await request.body(), content_type, settings.parameters), settings)
    if await request.body():
        raise UnsupportedMedia
    return []


def _media_type(request: WebRequest) -> str:
    """The media type of the body in lower case and without parameters; "" when there is none."""
    return header(request.scope["headers"], b"content-type").partition(";")[0].strip().lower()


def _parse_pairs(encoded: bytes, settings: WebSettings) -> Pairs:
    if encoded.count(b"&") >= settings.parameters:
        raise TooManyParameters(settings.parameters)
    try:
        pairs = parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise Malformed("encoding") from error
    return _checked_pairs(pairs, settings)


def _checked_pairs(pairs: Pairs, settings: WebSettings) -> Pairs:
    """The same pairs. Raises TooManyParameters, TooDeep, Malformed (character: NUL, which PostgreSQL can't store)."""
    if len(pairs) > settings.parameters:
        raise TooManyParameters(settings.parameters)
    for name, value in pairs:
        if name.count("[") >= settings.nesting:
            raise TooDeep(settings.nesting)
        if "\0" in name or "\0" in value:
            raise Malformed("character")
    return pairs


def _check_json(value: Any, settings: WebSettings) -> None:
    """Raise TooDeep, TooManyParameters or Malformed (character: NUL, which PostgreSQL can't store), or return.

    Goes through the value level by level, because recursion would be as deep as the value.
    """
    level, depth, scalars = [value], 0, 0
    while level:
        scalars += sum(not isinstance(item, dict | list) for item in level)
        if scalars > settings.parameters:
            raise TooManyParameters(settings.parameters)
        if any("\0" in text for item in level for text in _texts(item)):
            raise Malformed("character")
        level = [child for item in level for child in _children(item)]
        depth += bool(level)
        if depth > settings.nesting:
            raise TooDeep(settings.nesting)


def _texts(value: Any) -> list[str]:
    """The names of an object's fields, or a text itself."""
    if isinstance(value, dict):
        return list(value)
    return [value] if isinstance(value, str) else []


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
