"""Reads bodies of multipart/form-data (RFC 7578), in which each field of a form is a part with headers of its own."""

from multipart import MultipartSegment, ParserError, ParserLimitReached, PushMultipartParser, parse_options_header

from kalends.web.problems import Malformed, TooManyParameters

CHARSETS = frozenset(("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1"))
"""Accepted character sets of a part. Some other codecs of Python, such as punycode, take minutes for a megabyte."""


def read_parts(body: bytes, content_type: str, max_parts: int) -> list[tuple[str, str]]:
    """Names and values of the fields in their order, without files.

    Raises Malformed (request: not such a body; encoding), TooManyParameters (more parts than `max_parts`).
    """
    boundary = parse_options_header(content_type)[1].get("boundary", "").encode()
    if not boundary:
        raise Malformed("request")
    pairs: list[tuple[str, str]] = []
    try:
        with PushMultipartParser(boundary, max_segment_count=max_parts) as parser:
            part, value = None, bytearray()
            for event in (*parser.parse(body), *parser.parse(b"")):
                if isinstance(event, MultipartSegment):
                    part, value = event, bytearray()
                elif event:
                    value += event
                elif part is not None and not part.filename:
                    pairs.append((part.name, _decode(part, value)))
    except ParserLimitReached as error:
        raise TooManyParameters(max_parts) from error
    except ParserError as error:
        raise Malformed("request") from error
    return pairs


def _decode(part: MultipartSegment, value: bytearray) -> str:
    charset = (part.charset or "utf-8").lower()
    if charset not in CHARSETS:
        raise Malformed("encoding")
    try:
        return value.decode(charset)
    except UnicodeDecodeError as error:
        raise Malformed("encoding") from error
