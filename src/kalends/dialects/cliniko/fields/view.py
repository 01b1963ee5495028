"""The door's name, what a response needs beside the record that it shows, and links between records.

A link is the object `{"links": {"self": URL}}`; a record that it could lead to and that there is not, `{"links": {}}`,
so that every attribute is always there and is an object, as the vendor's OpenAPI document has it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from kalends.actions.context import Context
from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import WireContext
from kalends.engine.billing.invoice import InvoiceSubject
from kalends.engine.catalog.resource import Resource
from kalends.web.door import WebRequest
from kalends.web.links import link_to

DOOR = "cliniko"
"""What keys are made for, and the name under which `details` keep the fields that only this door knows."""
UTC = ZoneInfo("UTC")
"""The zone of every time on the wire. Source: Cliniko reference, Dates and times."""
NO_LINK: Mapping[str, Any] = {"links": {}}


class RenderContext(WireContext, frozen=True, kw_only=True):
    """The time of the request, and what was looked up for the response.

    `url` is the door's address as the caller sees it. `country` is the account's, in which phone numbers are dialled.
    `services_at`: the services offered at each site. `site_of`: the site of each resource, `zones` the time zone of
    each site. `subjects`: what each invoice is about. `account_zone`: where days of invoices begin.
    `case_items` are the ids of the items of cases, by case.

    By the id of an item or session: `firsts` is what it repeats, `standings` the standing of its invoice, `reminders`
    how many were sent by each channel, and `attending` the customers with a seat. `resources` are those of sessions, by
    their ids.
    """

    url: str
    account_zone: ZoneInfo = UTC
    country: str = ""
    services_at: Mapping[int, Sequence[int]] = {}
    site_of: Mapping[int, int] = {}
    zones: Mapping[int, str] = {}
    subjects: Mapping[int, InvoiceSubject] = {}
    case_items: Mapping[int, Sequence[int]] = {}
    firsts: Mapping[int, int] = {}
    standings: Mapping[int, str] = {}
    reminders: Mapping[int, Mapping[str, int]] = {}
    attending: Mapping[int, Sequence[int]] = {}
    resources: Mapping[int, Resource] = {}


Bind: TypeAlias = Callable[[RenderContext], Callable[[Any], Any]]


def render_context(request: WebRequest, ctx: Context, looked_up: Mapping[str, Any]) -> RenderContext:
    """The context of a response; `looked_up` are fields of RenderContext."""
    url, country = link_to(request), ctx.account.country
    return RenderContext(UTC, ctx.now, url=url, country=country, account_zone=ctx.zone, **looked_up)


def self_link(path: str, id_of: Callable[[Any], int] = attrgetter("id")) -> Bind:
    """The maker of `links` of a row with an `id`: `{"self": URL}`."""

    def bind(context: RenderContext) -> Callable[[Any], Any]:
        start = f"{context.url}/{path}/"
        return lambda row: {"self": f"{start}{id_of(row)}"}

    return bind


def link(path: str, id_of: Callable[[Any], int | None], below: str = "") -> Bind:
    """The maker of a link to the record of a path, by its id, or to the list `below` it; NO_LINK without an id."""

    def bind(context: RenderContext) -> Callable[[Any], Any]:
        start, end = f"{context.url}/{path}/", f"/{below}" if below else ""

        def render(row: Any) -> Any:
            record_id = id_of(row)
            return NO_LINK if record_id is None else {"links": {"self": f"{start}{record_id}{end}"}}

        return render

    return bind


def list_of(path: str, below: str) -> Bind:
    """The maker of a link to a list below a row with an `id`: `/patients/7/attendees`."""
    return link(path, lambda row: row.id, below)


def moment_of(value_of: Callable[[Any], datetime | None]) -> Bind:
    """The maker of a time that is computed from the row; null for None."""

    def bind(context: RenderContext) -> Callable[[Any], Any]:
        assert codecs.moment.writer is not None
        write = codecs.moment.writer(context)

        def render(row: Any) -> Any:
            at = value_of(row)
            return None if at is None else write(at)

        return render

    return bind
