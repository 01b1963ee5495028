"""What a person does with the grid of a day."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from playwright.async_api import Locator

from kalends.actions.bookings.find import get_item
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.views import ItemView
from tests.acts import book_item, request
from tests.console.browsing import Visitor
from tests.desk import HOUR, SOON
from tests.world import World

HOUR_HIGH = 72
"""Pixels of an hour on the grid."""


async def massage(clinic: World, resource_id: int, hours: int = 0, customer_id: int | None = None) -> ItemView:
    """Somebody has a massage at eleven or so many hours later."""
    line = {"service_id": clinic.massage, "resource_id": resource_id, "starts_at": SOON + hours * HOUR}
    return await book_item(clinic.ctx(), request(**line, customer_id=customer_id or clinic.kari))


async def stored(clinic: World, view: ItemView) -> Item:
    """The item as it is now."""
    return (await get_item(clinic.ctx(), view.item.id)).item


def box(visitor: Visitor, view: ItemView) -> Locator:
    """The item on the grid."""
    return visitor.page.locator(f"#item-{view.item.id}")


async def open_day(visitor: Visitor, clinic: World, date: str = "2027-03-01") -> None:
    """Open a day of the clinic."""
    await visitor.open(f"/sites/{clinic.site}/day/{date}")


async def drag(visitor: Visitor, dragged: Locator, right: float = 0, down: float = 0, drop: bool = True) -> None:
    """Drag by so many pixels, as a person does it: by its middle, and not at once."""
    at = await dragged.bounding_box()
    assert at is not None
    x, y = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
    await visitor.page.mouse.move(x, y)
    await visitor.page.mouse.down()
    await visitor.page.mouse.move(x + right, y + down, steps=8)
    if drop:
        await visitor.page.mouse.up()


async def stop_listening(visitor: Visitor) -> None:
    """Close the stream of what others change, once it is open."""
    await visitor.page.wait_for_function("() => source")
    await visitor.page.evaluate("source.close()")


@asynccontextmanager
async def quickly(visitor: Visitor) -> AsyncIterator[None]:
    """What is done meanwhile takes no time for the page, however slow the machine is."""
    await visitor.page.clock.install()
    await visitor.page.clock.pause_at(datetime.now(UTC) + HOUR)
    yield
    await visitor.page.clock.resume()


async def left_of(part: Locator) -> float:
    """Where it begins on the screen."""
    at = await part.bounding_box()
    assert at is not None
    return at["x"]
