"""Bodies of multipart/form-data (RFC 7578): the fields of a form, each a part with headers of its own."""

from multipart import MultipartSegment, ParserError, ParserLimitReached, PushMultipartParser, parse_options_header

from kalends.web.problems import Malformed, TooManyParameters

CHARSETS = frozenset(("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1"))
"""What a part may be written in. Of the other codecs of Python some take minutes for a megabyte, as punycode does."""


def read_parts(body: bytes, content_type: str, most: int) -> list[tuple[str, str]]:
    """Names and values in their order, without files, of at most so many parts.

    Raises Malformed, TooManyParameters.
    """
    boundary = parse_options_header(content_type)[1].get("boundary", "").encode()
    if not boundary:
        raise Malformed("request")
    pairs: list[tuple[str, str]] = []
    try:
        with PushMultipartParser(boundary, max_segment_count=most) as parser:
            part, value = None, bytearray()
            for piece in (*parser.parse(body), *parser.parse(b"")):
                if isinstance(piece, MultipartSegment):
                    part, value = piece, bytearray()
                elif piece:
                    value += piece
                elif part is not None and not part.filename:
                    pairs.append((part.name, _text(part, value)))
    except ParserLimitReached as error:
        raise TooManyParameters(most) from error
    except ParserError as error:
        raise Malformed("request") from error
    return pairs


def _text(part: MultipartSegment, value: bytearray) -> str:
    charset = (part.charset or "utf-8").lower()
    if charset not in CHARSETS:
        raise Malformed("encoding")
    try:
        return value.decode(charset)
    except UnicodeDecodeError as error:
        raise Malformed("encoding") from error
