"""Engine values as the vendor's bytes."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

import msgspec

from kalends.dialects.kit.dates import moment_writer
from kalends.dialects.kit.paging import Paging, links, with_page
from kalends.dialects.makeplans.fields.bookings import booking
from kalends.dialects.makeplans.fields.catalogue import event, resource, service
from kalends.dialects.makeplans.fields.people import person
from kalends.dialects.makeplans.fields.view import View
from kalends.engine.catalogue import Resource, Service, Session
from kalends.engine.listing import Entry, Outcome, Page
from kalends.engine.people import Customer
from kalends.web.call import call_of, url
from kalends.web.door import Answer, WebRequest

Bind = Callable[[View], Callable[[Any], Any]]

# The vendor has named the relation of the page before in two ways, and so are the sizes of pages below.
_RELATIONS = (("first", "first"), ("prev", "previous"), ("previous", "previous"), ("next", "next"), ("last", "last"))
_encoder = msgspec.json.Encoder()


def _wrapped(name: str) -> type[msgspec.Struct]:
    """The envelope of one object: `{"booking": {...}}`."""
    return msgspec.defstruct(name.title(), [(name, Any)])


_Booking, _Person, _Resource = _wrapped("booking"), _wrapped("person"), _wrapped("resource")
_Service, _Event, _Occurrence = _wrapped("service"), _wrapped("event"), _wrapped("occurrence")


def render_booking(entry: Entry, view: View) -> Answer:
    """One booking."""
    return _one(_Booking, booking, entry, view)


def render_bookings(entries: Iterable[Entry], view: View) -> Answer:
    """Bookings, all there are."""
    return _many(_Booking, booking, entries, view)


def render_collection_id(uid: str) -> Answer:
    """What a series answers when it was started."""
    return _answer({"collection_id": uid})


def render_outcomes(outcomes: Iterable[Outcome], view: View) -> Answer:
    """What became of each occurrence; our own addition to the vendor's API."""
    moment = moment_writer(view.zone)
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


def render_person(customer: Customer, view: View) -> Answer:
    """One person."""
    return _one(_Person, person, customer, view)


def render_people(customers: Iterable[Customer], view: View) -> Answer:
    """People."""
    return _many(_Person, person, customers, view)


def render_resource(found: Resource, view: View) -> Answer:
    """One resource; the view has its openings."""
    return _one(_Resource, resource, found, view)


def render_resources(found: Iterable[Resource], view: View) -> Answer:
    """Resources; the view has their openings."""
    return _many(_Resource, resource, found, view)


def render_service(found: Service, view: View) -> Answer:
    """One service."""
    return _one(_Service, service, found, view)


def render_services(found: Iterable[Service], view: View) -> Answer:
    """Services."""
    return _many(_Service, service, found, view)


def render_event(session: Session, view: View) -> Answer:
    """One event."""
    return _one(_Event, event, session, view)


def render_events(sessions: Iterable[Session], view: View) -> Answer:
    """Events."""
    return _many(_Event, event, sessions, view)


def paged(answer: Answer, request: WebRequest, paging: Paging, page: Page[Any]) -> Answer:
    """The answer with the headers that tell of its page and of the others."""
    paging = msgspec.structs.replace(paging, total=page.total)
    query = request.scope["query_string"].decode(errors="replace")
    here = quote(request.scope["path"].removeprefix(call_of(request).door.base_path))
    headers = (
        ("Link", links(paging, lambda page: url(request, here, with_page(query, page)), _RELATIONS)),
        ("Current-Page", str(paging.page)),
        ("Page-Items", str(len(page.rows))),
        ("Page-Limit", str(paging.size)),
        ("Total-Count", str(paging.total)),
        ("Total-Pages", str(paging.pages)),
    )
    return msgspec.structs.replace(answer, headers=headers)


def _one(envelope: type[msgspec.Struct], bind: Bind, row: object, view: View) -> Answer:
    return _answer(envelope(bind(view)(row)))


def _many(envelope: type[msgspec.Struct], bind: Bind, rows: Iterable[object], view: View) -> Answer:
    render = bind(view)
    return _answer([envelope(render(row)) for row in rows])


def _answer(body: object) -> Answer:
    return Answer(200, _encoder.encode(body))
