"""The part of the table of paths and handlers that is about the bookings of a site."""

from kalends.console.handlers import items
from kalends.console.views.closing import CLOSINGS
from kalends.web.sessions import session_route

_ITEM = "/sites/{site_id:int}/items/{item_id:int}"

BOOKING_ROUTES = (
    session_route("GET", _ITEM, items.show),
    session_route("POST", f"{_ITEM}/status", items.redrawn(items.mark)),
    session_route("POST", f"{_ITEM}/restore", items.redrawn(items.restore)),
    *(session_route("GET", f"{_ITEM}/{verb}", items.ask) for verb in CLOSINGS),
    *(session_route("POST", f"{_ITEM}/{verb}", items.redrawn(items.act)) for verb in CLOSINGS),
)
