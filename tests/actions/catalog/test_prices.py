from datetime import timedelta
from decimal import Decimal

import pytest

from kalends.actions.billing.quotes import quotes
from kalends.actions.bookings.find import get_booking
from kalends.actions.catalog.prices import add_group, list_groups, list_prices, set_prices
from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.services import change_service
from kalends.actions.context import Context
from kalends.actions.customers.change import change_customer
from kalends.engine.billing.quote import Quote
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Duplicate, Fault, Invalid, NotFound
from kalends.store.db import Db
from tests.acts import book_item
from tests.desk import HOUR, hour_of, told
from tests.world import World, open_clinic

HOURLY = Price(per="hour", amount=Decimal("10.50"), tax_rate=Decimal(25))


async def quoted(ctx: Context, ordered: BookingWithItems) -> Quote:
    (found,) = await quotes(ctx, [ordered])
    return found


async def test_rules_are_kept_in_their_order_and_replaced_whole(clinic: World) -> None:
    club = await add_group(clinic.ctx(), " Club ")
    for_club = Price(per="day", amount=Decimal(7), title="Members", group_ids=(club.id,))
    await set_prices(clinic.ctx(), [HOURLY], service_id=clinic.yoga)
    first, second = await set_prices(clinic.ctx(), [for_club, HOURLY], resource_id=clinic.hall)
    assert (first.title, first.group_ids, second.amount, second.resource_id) == (
        "Members",
        (club.id,),
        Decimal("10.5"),
        clinic.hall,
    )
    assert len(await list_prices(clinic.ctx())) == 3
    assert await set_prices(clinic.ctx(), [], resource_id=clinic.hall) == []
    assert [price.service_id for price in await list_prices(clinic.ctx())] == [clinic.yoga]


async def test_the_journal_tells_of_prices(clinic: World) -> None:
    await set_prices(clinic.ctx(), [HOURLY], resource_id=clinic.hall)
    await set_prices(clinic.ctx(), [], resource_id=clinic.hall)
    rule = {"title": "", "per": "hour", "amount": "10.5000", "tax_rate": "25.000", "group_ids": None, "exemption": ""}
    kept = {**rule, "amount": "10.5000", "tax_rate": "25.000"}
    *_, first, last = await told(clinic, "resource", clinic.hall)
    assert first == ("price", {"prices": []}, {"prices": [kept]})
    assert last == ("price", {"prices": [kept]}, {"prices": []})


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (Price(per="week"), Fault("per", "unknown")),
        (Price(amount=Decimal(-1)), Fault("amount", "out_of_range")),
        (Price(amount=Decimal(10**10)), Fault("amount", "out_of_range")),
        (Price(amount=Decimal("0.00001")), Fault("amount", "out_of_range")),
        (Price(amount=Decimal("NaN")), Fault("amount", "out_of_range")),
        (Price(tax_rate=Decimal("100.001")), Fault("tax_rate", "out_of_range")),
        (Price(group_ids=(999_999,)), Fault("group_ids", "unknown")),
        (Price(title="x" * 256), Fault("title", "too_long")),
    ],
)
async def test_rules_that_can_not_be(clinic: World, rule: Price, fault: Fault) -> None:
    with pytest.raises(Invalid) as refused:
        await set_prices(clinic.ctx(), [rule, rule], resource_id=clinic.hall)
    assert refused.value.faults == (fault,)


async def test_the_highest_amount_and_tax_are_kept(clinic: World) -> None:
    highest = Price(amount=Decimal("9999999999.9999"), tax_rate=Decimal(100))
    (kept,) = await set_prices(clinic.ctx(), [highest], service_id=clinic.massage)
    assert (kept.amount, kept.tax_rate) == (highest.amount, Decimal(100))


async def test_rules_are_of_one_subject_of_ones_own(clinic: World, db: Db) -> None:
    neighbour = await open_clinic(db)
    for subject in ({"resource_id": neighbour.hall}, {"service_id": neighbour.yoga}):
        with pytest.raises(NotFound):
            await set_prices(clinic.ctx(), [HOURLY], **subject)
    for subject in ({}, {"resource_id": clinic.hall, "service_id": clinic.yoga}):
        with pytest.raises(Invalid):
            await set_prices(clinic.ctx(), [HOURLY], **subject)


async def test_groups_have_titles_that_differ(clinic: World) -> None:
    club = await add_group(clinic.ctx(), "Club")
    with pytest.raises(Duplicate):
        await add_group(clinic.ctx(), " Club ")
    with pytest.raises(Invalid):
        await add_group(clinic.ctx(), " ")
    assert await list_groups(clinic.ctx()) == [club]
    assert await told(clinic, "customer_group", club.id) == [("add", None, {"id": club.id, "title": "Club"})]


async def test_a_booking_of_a_part_costs_what_the_whole_says(clinic: World) -> None:
    club = await add_group(clinic.ctx(), "Club")
    cheap = Price(per="hour", amount=Decimal(4), group_ids=(club.id,))
    await set_prices(clinic.ctx(), [HOURLY, cheap], resource_id=clinic.hall)
    entry = await book_item(clinic.ctx(), hour_of(clinic.left, customer_id=clinic.kari))
    ordered = await get_booking(clinic.ctx(), entry.item.booking_id)
    assert (await quoted(clinic.ctx(), ordered)).total == Decimal("13.13")
    await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(group_id=club.id))
    ordered = await get_booking(clinic.ctx(), entry.item.booking_id)
    assert [(line.title, str(line.price)) for line in (await quoted(clinic.ctx(), ordered)).lines] == [
        ("Hall / Left", "4.00")
    ]


async def test_a_service_costs_its_price_each_time(clinic: World) -> None:
    await change_service(clinic.ctx(), clinic.sauna_visit, ServicePatch(price=Decimal(120), tax_rate=Decimal(12)))
    wish = hour_of(clinic.sauna, service_id=clinic.sauna_visit, units=3, customer_id=clinic.ola)
    entry = await book_item(clinic.ctx(), wish)
    ordered = await get_booking(clinic.ctx(), entry.item.booking_id)
    found = await quoted(clinic.ctx(), ordered)
    (line,) = found.lines
    assert (found.currency, line.price, line.tax, found.total) == (
        "NOK",
        Decimal(360),
        Decimal("43.20"),
        Decimal("403.20"),
    )


async def test_an_hour_that_is_not_an_hour_on_the_wall(clinic: World) -> None:
    await set_prices(clinic.ctx(), [HOURLY], resource_id=clinic.sauna)
    sunday = clinic.now.replace(month=3, day=28, hour=0)
    entry = await book_item(
        clinic.ctx(), hour_of(clinic.sauna, sunday, ends_at=sunday + 2 * HOUR, customer_id=clinic.ola)
    )
    (line,) = (await quoted(clinic.ctx(), await get_booking(clinic.ctx(), entry.item.booking_id))).lines
    assert (line.units, line.day.isoformat()) == (Decimal(2), "2027-03-28")


async def test_prices_of_what_is_out_of_use_still_count(clinic: World) -> None:
    attic = await add_resource(clinic.ctx(), ResourcePatch(title="Attic", kind="space"))
    await set_prices(clinic.ctx(), [HOURLY], resource_id=attic.id)
    entry = await book_item(clinic.ctx(), hour_of(attic.id, customer_id=clinic.ola))
    await clinic.db.execute(
        "update resource set active = false where account_id = $1 and id = $2", clinic.account.id, attic.id
    )
    later = clinic.ctx(clinic.now + timedelta(days=9))
    (line,) = (await quoted(later, await get_booking(later, entry.item.booking_id))).lines
    assert line.price == Decimal("10.50")


async def test_the_same_rules_again_are_no_change(clinic: World) -> None:
    kept = await set_prices(clinic.ctx(), [HOURLY], resource_id=clinic.sauna)
    assert await set_prices(clinic.ctx(), [HOURLY], resource_id=clinic.sauna) == kept
    assert [what for what, _, _ in await told(clinic, "resource", clinic.sauna)] == ["add", "price"]
