"""Whether the API can be reached, and which languages it speaks."""

from kalends.dialects.carecloud.fields.view import USUAL_LANGUAGE
from kalends.dialects.carecloud.parse.service import parse_connection, parse_languages
from kalends.dialects.carecloud.render import data, render_languages
from kalends.dialects.kit.reader import parse_query
from kalends.notices.texts import LANGUAGES
from kalends.web.door import Answer, WebRequest


async def connection(request: WebRequest) -> Answer:
    """GET /tests/connection: the text that is sent, from its end to its beginning."""
    return data({"test_string": parse_connection(parse_query(request))[::-1]})


async def languages(request: WebRequest) -> Answer:
    """GET /languages"""
    default_only = parse_languages(parse_query(request))
    return render_languages((USUAL_LANGUAGE,) if default_only else LANGUAGES)
