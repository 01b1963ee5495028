"""The part of the table of paths and handlers that is about the bookings of a site."""

from kalends.console.handlers import (
    change_booking,
    closing,
    find_time,
    items,
    moving,
    new_booking,
    plan_session,
    requests,
    sessions,
    waiting_message,
)
from kalends.console.views.closing import CLOSINGS
from kalends.web.idempotency import idempotent_form
from kalends.web.sessions import session_route

_SITE = "/sites/{site_id:int}"
_ITEM = f"{_SITE}/items/{{item_id:int}}"
_SESSION = f"{_SITE}/sessions/{{session_id:int}}"

BOOKING_ROUTES = (
    session_route("GET", f"{_SITE}/find", find_time.show),
    session_route("GET", f"{_SITE}/sessions", sessions.week),
    session_route("GET", f"{_SITE}/sessions/new", plan_session.ask),
    session_route("POST", f"{_SITE}/sessions/new", plan_session.plan),
    session_route("GET", _SESSION, sessions.show),
    session_route("POST", f"{_SESSION}/roll", idempotent_form(sessions.roll)),
    session_route("POST", f"{_SESSION}/seats", sessions.add),
    session_route("GET", f"{_SESSION}/change", plan_session.ask_change),
    session_route("POST", f"{_SESSION}/change", plan_session.change),
    session_route("GET", f"{_SESSION}/cancel", plan_session.ask_cancel),
    session_route("POST", f"{_SESSION}/cancel", idempotent_form(plan_session.cancel)),
    session_route("GET", f"{_SITE}/requests", requests.inbox),
    session_route("GET", f"{_SITE}/conflicts", requests.conflicts),
    session_route("GET", f"{_SITE}/new", new_booking.show),
    session_route("POST", f"{_SITE}/new", new_booking.submit),
    session_route("GET", _ITEM, items.show),
    session_route("GET", f"{_ITEM}/change", change_booking.show),
    session_route("POST", f"{_ITEM}/change", change_booking.submit),
    session_route("GET", f"{_ITEM}/move", moving.show),
    session_route("GET", f"{_ITEM}/message", waiting_message.show),
    session_route("POST", f"{_ITEM}/message", idempotent_form(waiting_message.choose)),
    session_route("POST", f"{_ITEM}/status", items.redrawn(items.mark)),
    session_route("POST", f"{_ITEM}/restore", items.redrawn(items.restore)),
    *(session_route("GET", f"{_ITEM}/{verb}", closing.ask) for verb in CLOSINGS),
    *(session_route("POST", f"{_ITEM}/{verb}", closing.act) for verb in CLOSINGS),
)
