"""Engine values as the vendor's JSON."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from kalends.dialects.kit.dates import moment_writer
from kalends.dialects.kit.paging import Paging, links
from kalends.dialects.makeplans.fields.bookings import booking
from kalends.dialects.makeplans.fields.client import client
from kalends.dialects.makeplans.fields.events import event
from kalends.dialects.makeplans.fields.hours import Pairs, times
from kalends.dialects.makeplans.fields.people import person
from kalends.dialects.makeplans.fields.resources import exception_date, provider, resource
from kalends.dialects.makeplans.fields.services import service
from kalends.dialects.makeplans.fields.slots import slot
from kalends.dialects.makeplans.fields.view import RenderContext
from kalends.dialects.makeplans.fields.web_hooks import web_hook
from kalends.engine.bookings.views import Outcome
from kalends.engine.catalog.resource import Resource
from kalends.engine.customers.customer import Customer
from kalends.engine.query import Page
from kalends.web.door import Answer, WebRequest
from kalends.web.links import same_request

Bind = Callable[[RenderContext], Callable[[Any], Any]]

# The relation of a link, and the page it is to. The vendor's pages call the page before by two names.
_RELATIONS = (("first", "first"), ("prev", "previous"), ("previous", "previous"), ("next", "next"), ("last", "last"))
_encoder = msgspec.json.Encoder()


def _envelope(name: str) -> type[msgspec.Struct]:
    """The envelope of one object: `{"booking": {...}}`."""
    return msgspec.defstruct(name.title(), [(name, Any)])


def _one(name: str, bind: Bind) -> Callable[[Any, RenderContext], Answer]:
    """The function that renders one object in its envelope."""
    envelope = _envelope(name)
    return lambda row, context: _answer(envelope(bind(context)(row)))


def _many(name: str, bind: Bind) -> Callable[[Iterable[Any], RenderContext], Answer]:
    """The function that renders a list of objects, each in its envelope."""
    envelope = _envelope(name)

    def render(rows: Iterable[Any], context: RenderContext) -> Answer:
        render_row = bind(context)
        return _answer([envelope(render_row(row)) for row in rows])

    return render


render_booking, render_bookings = _one("booking", booking), _many("booking", booking)
render_person, render_people = _one("person", person), _many("person", person)
render_resource, render_resources = _one("resource", resource), _many("resource", resource)
render_service, render_services = _one("service", service), _many("service", service)
render_event, render_events = _one("event", event), _many("event", event)
render_provider, render_providers = _one("provider", provider), _many("provider", provider)
render_exception_date = _one("resource_exception_date", exception_date)
render_exception_dates = _many("resource_exception_date", exception_date)
render_web_hook, render_web_hooks = _one("web_hook", web_hook), _many("web_hook", web_hook)
render_client = _one("client", client)
render_slots = _many("slot", slot)
_Occurrence, _AvailableDate = _envelope("occurrence"), _envelope("available_date")
_Hours, _Holiday, _Resource = _envelope("resource_opening_hours"), _envelope("holiday"), _envelope("resource")


def render_people_page(request: WebRequest, page: Page[Customer], paging: Paging, context: RenderContext) -> Answer:
    """One page of people."""
    return paged(render_people(page.rows, context), request, paging, page)


def render_collection_id(uid: str) -> Answer:
    """The answer to a new series."""
    return _answer({"collection_id": uid})


def render_outcomes(outcomes: Iterable[Outcome], context: RenderContext) -> Answer:
    """What became of each occurrence; our own addition to the vendor's API."""
    moment = moment_writer(context.zone)
    return _answer(
        [
            _Occurrence(
                {
                    "booked_from": moment(outcome.starts_at),
                    "booked_to": moment(outcome.ends_at),
                    "outcome": outcome.outcome,
                    "booking_id": outcome.item_id,
                    "refusal": outcome.refusal,
                }
            )
            for outcome in outcomes
        ]
    )


def render_usual(resource_id: int, day: date, service_id: int | None) -> Answer:
    """An exception date that was removed by hours of null: the usual hours apply."""
    usual = {"resource_id": resource_id, "exception_date": day, "opening_hours": None, "service_id": service_id}
    return _answer({"resource_exception_date": usual})


def render_hours(days: Iterable[tuple[date, Pairs]], service_id: int | None) -> Answer:
    """When one resource is open on each date, null when it is closed."""
    return _answer([_Hours({**_hours(day, pairs), "service_id": service_id}) for day, pairs in days])


def render_hours_of_all(
    resources: Iterable[Resource], days_by_resource: Mapping[int, Iterable[tuple[date, Pairs]]]
) -> Answer:
    """When each resource is open on each date; `days_by_resource` are the dates by its id, resources without are left
    out."""
    return _answer(
        [
            _Resource(
                {
                    "id": resource.id,
                    "title": resource.title,
                    "resource_opening_hours": [_hours(day, pairs) for day, pairs in days_by_resource[resource.id]],
                }
            )
            for resource in resources
            if resource.id in days_by_resource
        ]
    )


def render_next_date(day: date | None) -> Answer:
    """The next date with a slot, in a list that is empty when there is none."""
    return _answer([] if day is None else [_AvailableDate(day)])


def render_dates(days: Iterable[date]) -> Answer:
    """Dates with slots."""
    return _answer([_AvailableDate({"date": day}) for day in days])


def render_holidays(holidays: Iterable[tuple[date, str]]) -> Answer:
    """Public holidays: their dates and names."""
    return _answer([_Holiday({"date": day, "name": name}) for day, name in holidays])


def paged(answer: Answer, request: WebRequest, paging: Paging, page: Page[Any]) -> Answer:
    """The answer with the headers about its page and with links to others."""
    paging = msgspec.structs.replace(paging, total=page.total)
    headers = (
        ("Link", links(paging, lambda number: same_request(request, {"page": number}), _RELATIONS)),
        ("Current-Page", str(paging.page)),
        ("Page-Items", str(len(page.rows))),
        ("Page-Limit", str(paging.size)),
        ("Total-Count", str(paging.total)),
        ("Total-Pages", str(paging.pages)),
    )
    return msgspec.structs.replace(answer, headers=headers)


def _hours(day: date, pairs: Pairs) -> dict[str, Any]:
    return {"date": day, "opening_hours": times(pairs) or None}


def _answer(body: object) -> Answer:
    return Answer(200, _encoder.encode(body))
