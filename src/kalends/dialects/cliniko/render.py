"""Engine values as the vendor's JSON: one record, one page of records, and nothing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from kalends.dialects.kit.paging import Paging, page_links
from kalends.web.door import Answer, WebRequest
from kalends.web.links import same_request

_encoder = msgspec.json.Encoder()


def render_record(record: Any, status: int = 200, location: str = "") -> Answer:
    """One record; `location` is its address, for one that was just made."""
    return Answer(status, _encoder.encode(record), headers=(("Location", location),) if location else ())


def render_page(request: WebRequest, plural: str, records: Iterable[Any], paging: Paging) -> Answer:
    """One page of records, with links to the pages beside it."""
    body = {plural: list(records), "total_entries": paging.total, "links": page_links(request, paging)}
    return Answer(200, _encoder.encode(body))


def render_start(request: WebRequest, start: datetime, total: int) -> Answer:
    """The first of so many free times."""
    links = {"self": same_request(request, {})}
    return Answer(200, _encoder.encode({"appointment_start": start, "total_entries": total, "links": links}))


def render_nothing() -> Answer:
    """The answer to what has no content: an archived or cancelled record."""
    return Answer(204)
