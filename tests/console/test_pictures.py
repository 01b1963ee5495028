"""The main screens of a studio with a full day, as docs/console.md shows them.

With KALENDS_PICTURES=yes (`make pictures`) what is seen is kept in docs/pictures.
"""

import os
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
from playwright.async_api import ViewportSize, expect

from kalends.actions.accounts.users import create_user
from kalends.actions.billing.invoices import list_invoices
from kalends.actions.context import Context
from kalends.engine.accounts.account import Account, Policy
from kalends.engine.accounts.principal import system
from kalends.engine.billing.invoice import InvoiceQuery
from kalends.store.accounts.accounts import add_account
from kalends.store.db import Db
from tests.console.browsing import PHONE, Visitor
from tests.console.conftest import EMAIL, Visit
from tests.console.grid import drag
from tests.console.studio import Studio, open_studio
from tests.world import NOW

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
ARE_KEPT = os.environ.get("KALENDS_PICTURES") == "yes"
MOST_BYTES = 80_000
SCREEN: ViewportSize = {"width": 1120, "height": 600}
HOUR_HIGH = 72
"""Pixels of an hour on the grid."""


async def stay(visitor: Visitor) -> None:
    """Nothing more is to be done on a page."""


class Screen(msgspec.Struct, frozen=True):
    """A path below the console, what is done there, and what has to be read in the end."""

    name: str
    path: str
    shown: str
    then: Callable[[Visitor], Awaitable[None]] = stay
    on_phone: bool = False


async def test_the_main_screens_of_a_full_day(db: Db, visit: Visit) -> None:
    studio = await open_studio(db)
    visitor = await studio.log_in(await visit(viewport=SCREEN))
    for screen in await screens_of(studio):
        await visitor.page.set_viewport_size(PHONE if screen.on_phone else SCREEN)
        assert await visitor.open(screen.path) == 200, screen.path
        await screen.then(visitor)
        await expect(visitor.page.locator("body")).to_contain_text(screen.shown)
        await keep(visitor, screen.name)
    assert visitor.complaints == []


async def test_the_first_run(db: Db, visit: Visit) -> None:
    account = Account(0, secrets.token_hex(8), "Fjord Studio", "Europe/Oslo", "en", "NOK", "NO", Policy())
    ctx = Context(system("tests"), await add_account(db, account, NOW), NOW, db)
    _, password = await create_user(ctx, EMAIL, "owner", "Marit Fjord")
    visitor = await visit(viewport=SCREEN)
    await visitor.open("/login")
    await visitor.log_in(ctx.account.slug, EMAIL, password)
    await visitor.open("/setup/hours")
    await keep(visitor, "first-run")
    assert visitor.complaints == []


async def screens_of(studio: Studio) -> tuple[Screen, ...]:
    """The screens, in the order in which the page shows them."""
    ids, site = studio.ids, f"/sites/{studio.site}"
    day = f"{site}/day/2027-03-01"
    invoice, *_ = (await list_invoices(studio.ctx, InvoiceQuery())).rows

    async def open_panel(visitor: Visitor) -> None:
        await visitor.page.click(f"#item-{ids['booked']}")

    async def begin_booking(visitor: Visitor) -> None:
        await visitor.page.locator(f"#lane-{ids['Jonas']} .free").first.click()
        await visitor.page.locator("#panel [type=search]").press_sequentially("sofia")
        await expect(visitor.page.locator("#panel")).to_contain_text("Sofia Berg")

    async def move_where_it_is_taken(visitor: Visitor) -> None:
        await drag(visitor, visitor.page.locator(f"#item-{ids['booked']}"), down=2 * HOUR_HIGH)
        await expect(visitor.page.locator(".near-time").first).to_be_visible()

    return (
        Screen("day", day, "Lucía Martín"),
        Screen("panel", day, "Comes by bus", open_panel),
        Screen("quick-create", day, "Sofia Berg", begin_booking),
        Screen("refused-move", day, "That time is taken.", move_where_it_is_taken),
        Screen("week", f"{site}/week/2027-03-01", "Lucía Martín"),
        Screen("agenda", f"{site}/agenda/2027-03-01", "Lucía Martín", on_phone=True),
        Screen("sessions", f"{site}/sessions/{ids['class']}", "Astrid Solberg"),
        Screen("customer", f"/customers/{ids['Lucía Martín']}", "Lucía Martín"),
        Screen("hours", f"/resources/{ids['Jonas']}/hours", "Jonas"),
        Screen("invoice", f"/invoices/{invoice.id}", "Bryggen Judo Club"),
    )


async def keep(visitor: Visitor, name: str) -> None:
    """What is seen, if it is to be kept."""
    if ARE_KEPT:
        picture = await visitor.page.screenshot(type="jpeg", quality=64, animations="disabled")
        size = len(picture)
        assert size < MOST_BYTES, name
        (PICTURES / f"{name}.jpg").write_bytes(picture)
