"""Screens about bookings, with something on each of them."""

from datetime import timedelta

from kalends.engine.bookings.request import MessageOverrides
from kalends.engine.bookings.views import ItemView
from tests.acts import book_item, request
from tests.desk import DAY, HOUR, SOON
from tests.world import World


async def physio(clinic: World, after: timedelta = timedelta(), **fields: object) -> ItemView:
    """Kari has physio with Ada, today at eleven or so much later."""
    line = {"service_id": clinic.physio, "resource_id": clinic.ada, "starts_at": SOON + after}
    return await book_item(clinic.ctx(), request(**{**line, "customer_id": clinic.kari, **fields}))


def item_screen(clinic: World, view: ItemView, rest: str = "") -> str:
    """The path of the panel of an item, or of a page below it."""
    return f"/sites/{clinic.site}/items/{view.item.id}{rest}"


async def calendar_screens(clinic: World) -> list[str]:
    """The paths of what shows the calendar of a site, each with another heading; there is a bit of everything."""
    await clinic.class_of(4, SOON)
    for days in range(3):
        start = days * 24 * HOUR
        await physio(clinic, 3 * HOUR + start, title="A long title that does not find room on one line of a narrow box")
        await physio(clinic, 4 * HOUR + start, state="awaiting_confirmation")
    site = f"/sites/{clinic.site}"
    return [
        f"{site}/day/2027-03-01",
        f"{site}/week/2027-03-02",
        f"{site}/agenda/2027-03-02",
        f"{site}/door/2027-03-03",
        f"{site}/agenda/2027-02-01",
    ]


async def booking_screens(clinic: World) -> list[str]:
    """The paths of the screens, each of which has another heading."""
    booked = await physio(clinic, DAY, notes="Left knee.")
    waits = await physio(clinic, DAY + 2 * HOUR, customer_id=clinic.ola, state="awaiting_confirmation")
    in_an_hour = MessageOverrides({("confirmation", "email"): True}, 3600)
    is_told = await physio(clinic, 2 * DAY, messages=in_an_hour)
    taken = f"q=ola&service={clinic.physio}&resource={clinic.ada}&at=2027-03-02T11:00"
    session_id = await clinic.class_of(5)
    await book_item(clinic.ctx(), request(session_id=session_id, customer_id=clinic.kari))
    return [
        f"/sites/{clinic.site}/new?{taken}",
        item_screen(clinic, booked),
        item_screen(clinic, booked, "/cancel"),
        item_screen(clinic, booked, "/move"),
        item_screen(clinic, booked, "/change"),
        item_screen(clinic, is_told, "/message"),
        f"/sites/{clinic.site}/requests",
        f"/sites/{clinic.site}/sessions?week=2027-03-01",
        f"/sites/{clinic.site}/sessions/new",
        f"/sites/{clinic.site}/sessions/{session_id}",
        f"/sites/{clinic.site}/conflicts",
        f"/sites/{clinic.site}/find?service={clinic.physio}&why=2027-03-02T11:15",
        item_screen(clinic, waits),
        item_screen(clinic, waits, "/confirm"),
        item_screen(clinic, waits, "/decline"),
    ]
