"""Whoever opens a screen may do what it offers: its links lead on, and its forms are not refused as forbidden."""

import pytest
from msgspec.structs import replace

from kalends.actions.accounts.users import create_user
from kalends.actions.bookings.blocks import add_block
from kalends.actions.bookings.book import book
from kalends.actions.catalog.sites import add_site
from kalends.actions.customers.logins import give_customer_login
from kalends.actions.messages.bounces import mark_bounced
from kalends.console.views.setup import STEPS
from kalends.engine.accounts.principal import Role
from kalends.engine.bookings.block import BlockRequest
from kalends.engine.bookings.request import BookingRequest, MessageOverrides, RequestedLine
from kalends.engine.catalog.site import SitePatch
from tests.acts import book_item, issue_invoice, request
from tests.console.office import Office, office_of, office_screens, rented
from tests.console.screens import booking_screens, calendar_screens, item_screen, physio
from tests.console.setting_up import customer_screens, setup_screens
from tests.console.test_messages import told
from tests.console.walking import NOT_FOLLOWED, Walk, routes_with, unchanging
from tests.desk import DAY, SOON
from tests.world import World

SATURDAYS = {"first_day": "2027-03-13", "opens": "10:00", "closes": "14:00", "repeats": "3", "unit": "week"}

OWN = {"/account/password", "/account/passkeys", "/sites/{site_id:int}/view"}
"""What all users set for themselves."""
NEED_MORE = {"/customers/{customer_id:int}/erase", "/setup/hours"}
"""Forms that are sent back before anybody is asked whether they may, as what they need is chosen in them."""
UNDO = "/sites/{site_id:int}/items/{item_id:int}/undo"
"""For who has done it alone, of whom there is nothing here."""


async def screens(clinic: World, owner: Office) -> list[str]:
    """All screens, with whatever can stand on them."""
    await add_site(clinic.ctx(), SitePatch(name="Hill"))
    booking = [*await calendar_screens(clinic), *await booking_screens(clinic)]
    setup = [*await customer_screens(clinic), *await setup_screens(clinic)]
    return [*booking, *await office_screens(clinic), *setup, *await leftovers(clinic, owner), *await shared(clinic)]


async def leftovers(clinic: World, owner: Office) -> list[str]:
    site, ada = f"/sites/{clinic.site}", f"/resources/{clinic.ada}"
    gone, changed = await physio(clinic, 3 * DAY), await physio(clinic, 4 * DAY)
    await owner.done(item_screen(clinic, gone, "/cancel"), item_screen(clinic, gone, "/cancel"))
    await owner.done(item_screen(clinic, changed, "/status"), status="completed")
    day = {"first_day": "2027-03-20", "last_day": "2027-03-20", "closed": "yes"}
    for of in (site, ada):
        await owner.done(f"{of}/exceptions", **day)
    await owner.done(f"{ada}/extra-openings", **SATURDAYS)
    limited = {"weekdays": "1", "from_minute": "18:00", "to_minute": "20:00", "last_day": "2027-06-30"}
    await owner.done(f"{ada}/hours/limited", **limited)
    block = {"from_minute": "10:00", "to_minute": "11:00", "first_day": "2027-03-22", "resource_id": str(clinic.bo)}
    blocks = f"{site}/blocks", f"{site}/blocks/new"
    made = [await owner.done(*blocks, **block)]
    made.append(await owner.done("/sorts/category", title="Rooms"))
    made.append(await owner.done("/extras/products", "/extras/products/new", title="Cleaning"))
    text = {"kind": "confirmation", "channel": "email", "subject": "Hi", "body": "See you."}
    made.append(await owner.done("/messages/texts", **text))
    made.append(await owner.done("/customers", "/customers/new", first_name="Nils"))
    await owner.done(f"{made[-1]}/remove")
    await owner.done(f"/customers/{clinic.ola}/block")
    await give_customer_login(clinic.ctx(), clinic.kari, "kari")
    await mark_bounced(clinic.ctx(), "ola@example.org")
    invoice = await issue_invoice(clinic.ctx(), [await rented(clinic, 40 * DAY)])
    made.append(await owner.done(f"/invoices/{invoice.id}/pay", paid_on="2027-02-28", payment_method="cash"))
    user, _ = await create_user(clinic.ctx(), "nora@example.org", "staff", "Nora")
    made.append(await owner.done(f"/settings/users/{user.id}/disable"))
    made.append(f"/messages/{(await told(clinic)).id}")
    made += [f"/customers/{clinic.ola}", "/setup", *(f"/setup/{step}" for step in STEPS)]
    return [item_screen(clinic, gone), item_screen(clinic, changed, "/undo"), *made]


async def shared(clinic: World) -> list[str]:
    """The screens of what is partly Ada's: her class in the hall, a booking some times of which are with Bo, of which
    its customer is still to be told, one with both at once, and what blocks the whole site."""
    yoga = await clinic.class_with((clinic.left, clinic.ada), starts_at=SOON + 50 * DAY, ends_at=SOON + 51 * DAY)
    seated = await book_item(clinic.ctx(), request(session_id=yoga, customer_id=clinic.kari))
    line = RequestedLine(service_id=clinic.massage, resource_id=clinic.ada, starts_at=SOON + 52 * DAY)
    later = replace(line, starts_at=SOON + 53 * DAY)
    lines = (line, later, replace(later, resource_id=clinic.bo), replace(later, starts_at=SOON + 54 * DAY))
    told = MessageOverrides({("confirmation", "email"): True}, 3600)
    asked = BookingRequest(lines=lines, customer_id=clinic.kari, messages=told)
    several = (await book(clinic.ctx(), asked)).items[0]
    both = await physio(
        clinic, 56 * DAY, service_id=clinic.massage, resource_id=clinic.bo, also_resource_ids=(clinic.ada,)
    )
    block = (await add_block(clinic.ctx(), BlockRequest(clinic.site, SOON + 57 * DAY, SOON + 58 * DAY))).view.item
    panels = [item_screen(clinic, view) for view in (seated, several, both)]
    forms = [f"{panel}/{form}" for panel in panels for form in ("move", "change", "cancel")]
    site = f"/sites/{clinic.site}"
    return [f"{site}/sessions/{yoga}", *panels, *forms, f"{panels[1]}/message", f"{site}/blocks/{block.id}"]


@pytest.mark.parametrize(
    ("role", "is_limited"),
    [("owner", False), ("manager", True), ("staff", False), ("readonly", False), ("practitioner", False)],
)
async def test_what_is_offered_may_be_done(
    clinic: World, address: str, database_url: str, monkeypatch: pytest.MonkeyPatch, role: Role, is_limited: bool
) -> None:
    async with office_of(clinic, address, name="founder") as owner:
        paths = await screens(clinic, owner)
    site_ids = frozenset({clinic.site}) if is_limited else None
    served = unchanging(database_url, monkeypatch)
    async with served as (url, asked), office_of(clinic, url, role, site_ids=site_ids) as office:
        walk = Walk(office.client, asked)
        for path in paths:
            await walk.open(path)
    assert walk.dead == []
    if role == "owner":
        assert routes_with("GET") - walk.opened == {*NOT_FOLLOWED["GET"]}
        assert routes_with("POST") - walk.sent == {*NOT_FOLLOWED["POST"], UNDO}
        assert walk.sent - walk.checked == OWN | NEED_MORE
    if role == "readonly":
        assert walk.sent <= OWN
