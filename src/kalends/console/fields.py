"""Reads the fields of a form that a page has sent."""

from collections.abc import Collection

from kalends.console.views.forms import Complaint
from kalends.notices.texts import Message
from kalends.web.body import read_form
from kalends.web.door import WebRequest


async def read_fields(request: WebRequest, *names: str) -> dict[str, str]:
    """These fields of the form, "" for those that are not there; of one that is there twice, the last.

    Raises Malformed (encoding, character, request), UnsupportedMedia, TooLarge, TooManyParameters, TooDeep.
    """
    sent = dict(await read_form(request))
    return {name: sent.get(name, "") for name in names}


def missing(sent: dict[str, str], names: Collection[str]) -> Complaint | None:
    """The complaint that some of these fields are empty; None if none is."""
    blank = {name: Message("field.blank") for name in names if not sent[name].strip()}
    return Complaint(blank) if blank else None
