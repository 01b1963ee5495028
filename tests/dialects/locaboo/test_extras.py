"""Inventory and services that go with a booking."""

from datetime import datetime
from decimal import Decimal

import asyncpg

from kalends.actions.catalog.inventory import set_inventory_resources
from kalends.actions.catalog.prices import add_group, set_prices
from kalends.actions.catalog.resources import add_resource, change_resource
from kalends.actions.catalog.services import add_service, remove_service
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from tests.dialects.locaboo.booking import add
from tests.dialects.locaboo.vendor import Vendor, example, open_vendor
from tests.dialects.locaboo.venue import Venue

HALLS = {48: "Sample Resource A", 49: "Sample Resource B"}
PRICES = [
    Price(per="hour", amount=Decimal(20), tax_rate=Decimal(19)),
    Price(per="hour", amount=Decimal(2), tax_rate=Decimal(34), group_ids=(1182, 1183)),
]


async def furnished(venue: Venue, db: asyncpg.Pool, created: str) -> Vendor:
    """The account of the page, with two halls and two groups of customers."""
    vendor = await open_vendor(venue, db, datetime.fromisoformat(created))
    for id_, title in HALLS.items():
        await vendor.add(id_, title)
    for id_, title in ((1182, "Group 1"), (1183, "group 2")):
        await vendor.write("insert into customer_group values ($1, $2, $3)", id_, title)
    return vendor


async def test_the_inventory_of_the_page(venue: Venue, db: asyncpg.Pool) -> None:
    vendor = await furnished(venue, db, "2020-09-02T12:53:05+02:00")
    await vendor.add(1890, "Inv_item1", kind="inventory")
    await set_prices(vendor.ctx, PRICES, resource_id=1890)
    await set_inventory_resources(vendor.ctx, 1890, list(HALLS))
    assert await vendor.get("/inventory_list") == example("inventory_list")


async def test_the_services_of_the_page(venue: Venue, db: asyncpg.Pool) -> None:
    vendor = await furnished(venue, db, "2019-02-25T08:37:30+01:00")
    made = await add_service(vendor.ctx, ServicePatch(title="CJ Service", kind="product"))
    await vendor.write("update service set id = 686, served_by_all = false where account_id = $1 and id = $2", made.id)
    await vendor.write(
        """
        insert into service_resource (account_id, service_id, resource_id, created_at, updated_at)
        select $1, 686, id, now(), now() from resource where account_id = $1
        """
    )
    await set_prices(vendor.ctx, PRICES, service_id=686)
    assert await vendor.get("/service_list") == example("service_list")


async def test_inventory_with_all_that_is_known_of_it(venue: Venue) -> None:
    w = venue.world
    known = {"inventory_no": "P-1", "i_type": "lamp", "model": "X", "serial_no": 7, "price_cost": "1200"}
    await change_resource(
        w.ctx(), w.projectors, ResourcePatch(notes="Full HD", image="p.jpg", details={"locaboo": known})
    )
    body = await venue.get("/inventory_list")
    (shown,) = body["data"]
    assert {name: shown[name] for name in known} == {**known, "serial_no": "7"}
    assert (shown["id"], shown["name"], shown["quantity"]) == (w.projectors, "Projectors", "3")
    assert (shown["description"], shown["image"]) == ("Full HD", "p.jpg")
    assert (shown["prices"], body["total"]) == ([], 1)
    halls = {w.ada: "Ada", w.bo: "Bo", w.hall: "Hall", w.left: "Left", w.right: "Right", w.sauna: "Sauna"}
    assert shown["resources"] == {str(resource_id): title for resource_id, title in halls.items()}
    booked = (await venue.get(f"/booking/{await add(venue)}"))["data"]["resources"][0]["inventory"]
    assert booked[str(w.projectors)]["price_cost"] == 1200
    assert datetime.fromisoformat(shown["created_on"]) == w.now
    assert shown["created_on"].endswith(w.now.astimezone(w.ctx().zone).isoformat()[-6:])


async def test_inventory_of_halls_that_are_gone_goes_with_nothing(venue: Venue) -> None:
    w = venue.world
    await set_inventory_resources(w.ctx(), w.projectors, [w.sauna])
    assert (await venue.get("/inventory_list"))["data"][0]["resources"] == {str(w.sauna): "Sauna"}
    await change_resource(w.ctx(), w.sauna, ResourcePatch(active=False))
    assert (await venue.get("/inventory_list"))["data"] == []


async def test_services_are_what_is_sold_and_still_in_use(venue: Venue) -> None:
    w = venue.world
    coffee = await add_service(
        w.ctx(),
        ServicePatch(
            title="Coffee", kind="product", price=Decimal("9.5"), tax_rate=Decimal("7.5"), description="Coffee and cake"
        ),
        [w.left],
    )
    await remove_service(w.ctx(), (await add_service(w.ctx(), ServicePatch(title="Tea", kind="product"))).id)
    (shown,) = (await venue.get("/service_list"))["data"]
    assert (shown["id"], shown["description"], shown["resources"]) == (
        coffee.id,
        "Coffee and cake",
        {str(w.left): "Left"},
    )
    assert shown["prices"] == [{"price": "9.5", "customer_groups": ["All"], "interval": "per_quantity", "tax": 7.5}]


async def test_a_price_of_a_group_is_named_after_it(venue: Venue) -> None:
    w = venue.world
    club = await add_group(w.ctx(), "Club")
    camera = await add_resource(w.ctx(), ResourcePatch(title="Camera", kind="inventory"))
    price = Price(per="day", amount=Decimal("10.149"), tax_rate=Decimal("7.5"), group_ids=(club.id,))
    await set_prices(w.ctx(), [price], resource_id=camera.id)
    shown = (await venue.get("/inventory_list"))["data"][1]["prices"]
    groups = {str(club.id): "Club"}
    assert shown == [{"price": "10.149", "customer_groups": groups, "interval": "per_day", "tax": "7.5"}]
