"""The part of the table of paths and handlers that is about when something can be booked."""

from collections.abc import Iterator

from kalends.console.handlers import blocks, exceptions, extra_openings, hours, site_extra_openings, site_hours
from kalends.web.idempotency import idempotent_form
from kalends.web.routing import Endpoint
from kalends.web.sessions import session_route

_SITE, _RESOURCE = "/sites/{site_id:int}", "/resources/{resource_id:int}"
_EXTRA = f"{_RESOURCE}/extra-openings"
_BLOCK = f"{_SITE}/blocks/{{block_id:int}}"


def _exceptions_of(owner: str) -> Iterator[Endpoint]:
    exception = f"{owner}/exceptions/{{exception_id:int}}"
    yield session_route("GET", f"{owner}/exceptions/new", exceptions.new)
    yield session_route("POST", f"{owner}/exceptions", idempotent_form(exceptions.create))
    yield session_route("GET", exception, exceptions.edit)
    yield session_route("POST", exception, exceptions.change)
    yield session_route("POST", f"{exception}/remove", exceptions.remove)


HOURS_ROUTES = (
    session_route("GET", f"{_SITE}/blocks", blocks.listing),
    session_route("POST", f"{_SITE}/blocks", idempotent_form(blocks.create)),
    session_route("GET", f"{_SITE}/blocks/new", blocks.new),
    session_route("GET", _BLOCK, blocks.show),
    session_route("POST", _BLOCK, blocks.change),
    session_route("POST", f"{_BLOCK}/remove", blocks.remove),
    session_route("GET", f"{_SITE}/hours", site_hours.show),
    session_route("GET", f"{_SITE}/extra-openings/new", site_extra_openings.new),
    session_route("POST", f"{_SITE}/extra-openings", idempotent_form(site_extra_openings.create)),
    *_exceptions_of(_SITE),
    session_route("GET", f"{_RESOURCE}/hours", hours.show),
    session_route("POST", f"{_RESOURCE}/hours", hours.save),
    session_route("GET", f"{_RESOURCE}/hours/limited", hours.new),
    session_route("POST", f"{_RESOURCE}/hours/limited", hours.add),
    session_route("POST", f"{_RESOURCE}/hours/limited/remove", hours.remove),
    session_route("GET", f"{_EXTRA}/new", extra_openings.new),
    session_route("POST", _EXTRA, idempotent_form(extra_openings.create)),
    session_route("POST", f"{_EXTRA}/{{opening_id:int}}/remove", extra_openings.remove),
    session_route("POST", f"{_EXTRA}/{{opening_id:int}}/remove-all", extra_openings.remove_all),
    *_exceptions_of(_RESOURCE),
)
