"""The part of the table of paths and handlers that is about the calendar of a site."""

from kalends.console.handlers import day, live, move, undo
from kalends.web.sessions import session_route

_SITE = "/sites/{site_id:int}"

# A stream is `pooled`: it holds no connection while it waits.
CALENDAR_ROUTES = (
    session_route("GET", f"{_SITE}/day/{{day:str}}", day.show),
    session_route("GET", f"{_SITE}/week/{{day:str}}", day.week),
    session_route("GET", f"{_SITE}/agenda/{{day:str}}", day.agenda),
    session_route("GET", f"{_SITE}/door/{{day:str}}", day.door),
    session_route("POST", f"{_SITE}/view", day.choose),
    session_route("POST", f"{_SITE}/items/{{item_id:int}}/move", move.move),
    session_route("GET", f"{_SITE}/items/{{item_id:int}}/undo", undo.show),
    session_route("POST", f"{_SITE}/items/{{item_id:int}}/undo", undo.undo),
    session_route("GET", "/live", live.stream, pooled=True),
)
