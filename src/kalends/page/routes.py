"""The door: pages on which customers book for themselves, without a login; the table of paths and handlers."""

from kalends.page.errors import answer
from kalends.page.handlers import changes, codes, colours, corrections, details, holds, own, services, times, widget
from kalends.page.pages import STATIC
from kalends.web.auth import unkeyed
from kalends.web.door import Door, WebRequest
from kalends.web.routing import build_router
from kalends.web.visitors import link_route, visitor_route


async def no_key(_: WebRequest) -> None:
    """Nobody sends a key here."""
    return


router = build_router(
    [
        unkeyed("GET", "/", services.home),
        unkeyed("GET", "/static/{name:str}", STATIC.answer),
        unkeyed("GET", "/colours/{name:str}", colours.answer),
        unkeyed("GET", "/widget.js", widget.answer),
        visitor_route("GET", "/{slug:str}", services.show),
        visitor_route("GET", "/{slug:str}/{service_id:int}", times.show),
        visitor_route("POST", "/{slug:str}/{service_id:int}", holds.choose),
        link_route("GET", "/{slug:str}/h/{secret:str}", own.show),
        link_route("POST", "/{slug:str}/h/{secret:str}", details.submit),
        link_route("POST", "/{slug:str}/h/{secret:str}/extend", own.extend),
        link_route("POST", "/{slug:str}/h/{secret:str}/release", own.release),
        link_route("POST", "/{slug:str}/h/{secret:str}/leave", own.leave),
        link_route("POST", "/{slug:str}/h/{secret:str}/code", codes.try_code),
        link_route("POST", "/{slug:str}/h/{secret:str}/new-code", codes.send_code),
        link_route("GET", "/{slug:str}/h/{secret:str}/booking.ics", own.calendar),
        link_route("GET", "/{slug:str}/h/{secret:str}/cancel", changes.ask_to_cancel),
        link_route("POST", "/{slug:str}/h/{secret:str}/cancel", changes.cancel),
        link_route("GET", "/{slug:str}/h/{secret:str}/details", corrections.show),
        link_route("POST", "/{slug:str}/h/{secret:str}/details", corrections.correct),
        link_route("GET", "/{slug:str}/h/{secret:str}/move", changes.show_times),
        link_route("POST", "/{slug:str}/h/{secret:str}/move", changes.move),
        link_route("GET", "/{slug:str}/h/{secret:str}/move/{which:str}", changes.show_times),
        link_route("POST", "/{slug:str}/h/{secret:str}/move/{which:str}", changes.move),
    ]
)
door = Door(
    name="page", base_path="/book", router=router, key_of=no_key, answer=answer, pages=True, title="booking page"
)
