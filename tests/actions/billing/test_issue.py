"""What goes on an invoice: of bookings, of items, of a customer's days; and what is left out."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import asyncpg
import msgspec
import pytest

from kalends.actions.accounts.profile import change_profile
from kalends.actions.accounts.settings import change_settings
from kalends.actions.billing.correct import cancel_invoice
from kalends.actions.billing.issue import InvoiceDraft, draft_invoice
from kalends.actions.billing.issue import issue_invoice as issue
from kalends.actions.bookings.change_state import change_item_state, set_status
from kalends.actions.catalog.prices import set_prices
from kalends.actions.customers.change import change_customer
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.accounts.profile import ProfilePatch
from kalends.engine.billing.discount import Discount
from kalends.engine.billing.invoice import Invoice
from kalends.engine.billing.selection import InvoiceSelection
from kalends.engine.billing.terms import InvoiceTerms
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.catalog.price import Price
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Fault, Invalid, NotFound, Stale
from tests.acts import book_item, book_whole, change, put_in_order, whole
from tests.desk import DAY, HOUR, SOON, hour_of, mornings, new_york
from tests.world import World, at_sites, open_clinic

PERIOD = ("first", "until")
MARCH: Mapping[str, Any] = {"first": date(2027, 3, 1), "until": date(2027, 4, 1)}
HOURLY = Price(per="hour", amount=Decimal(100), tax_rate=Decimal(25))


@pytest.fixture
async def clinic(crowd: asyncpg.Pool) -> World:
    """The hall and its parts cost 100 an hour; everything that an invoice must say is known."""
    clinic = await open_clinic(crowd)
    await set_prices(clinic.ctx(), [HOURLY], resource_id=clinic.hall)
    await put_in_order(clinic.ctx())
    for customer_id in (clinic.kari, clinic.ola):
        await change_customer(clinic.ctx(), customer_id, CustomerPatch(street="Veien 1", postcode="0155", city="Oslo"))
    return clinic


async def booked(clinic: World, starts_at: datetime = SOON, **fields: Any) -> Item:
    """An hour of Kari's in the left part of the hall."""
    wished = hour_of(clinic.left, starts_at, **{"customer_id": clinic.kari, **fields})
    return (await book_item(clinic.ctx(), wished)).item


async def drafted(clinic: World, **selection: Any) -> InvoiceDraft:
    return await draft_invoice(clinic.ctx(), InvoiceSelection(**selection))


async def issued(clinic: World, **selection: Any) -> Invoice:
    return await issue(clinic.ctx(), InvoiceSelection(**selection))


async def refused(clinic: World, terms: InvoiceTerms | None = None, **selection: Any) -> tuple[Fault, ...]:
    with pytest.raises(Invalid) as no:
        await issue(clinic.ctx(), InvoiceSelection(**selection), terms or InvoiceTerms())
    return no.value.faults


def reasons(draft: InvoiceDraft) -> dict[int, str]:
    return {left.item_id: left.reason for left in draft.left_out}


async def test_a_month_of_a_customer_in_the_order_of_its_days(clinic: World) -> None:
    later, sooner = await booked(clinic, SOON + 2 * DAY), await booked(clinic)
    await booked(clinic, SOON + 40 * DAY)
    await booked(clinic, SOON + HOUR, customer_id=clinic.ola)
    invoice = await issued(clinic, customer_id=clinic.kari, **MARCH)
    assert [row.item_id for row in invoice.rows] == [sooner.id, later.id]
    assert (invoice.customer_id, invoice.total) == (clinic.kari, Decimal(250))


async def test_the_days_are_those_of_the_wall_and_the_last_is_not_included(clinic: World) -> None:
    midnight = datetime(2027, 3, 31, 22, tzinfo=UTC)  # in Oslo it is summer
    last, _ = await booked(clinic, midnight - HOUR), await booked(clinic, midnight)
    invoice = await issued(clinic, customer_id=clinic.kari, **MARCH)
    assert [row.item_id for row in invoice.rows] == [last.id]


async def test_the_days_are_those_of_the_site(clinic: World) -> None:
    chair = await new_york(clinic)
    await set_prices(clinic.ctx(), [HOURLY], resource_id=chair)
    late = datetime(2027, 4, 1, 1, tzinfo=UTC)  # in New York it is still March
    item = (await book_item(clinic.ctx(), hour_of(chair, late, customer_id=clinic.kari))).item
    (row,) = (await issued(clinic, customer_id=clinic.kari, **MARCH)).rows
    assert (row.item_id, row.day, row.time_zone) == (item.id, date(2027, 3, 31), "America/New_York")


async def test_a_season_is_invoiced_month_by_month(clinic: World) -> None:
    hall = (RequestedResource(clinic.hall),)
    season = await book_whole(
        clinic.ctx(), whole(resources=hall, times=mornings(60)[::7], customer_id=clinic.kari, title="Choir")
    )
    march = await issued(clinic, booking_ids=(season.booking.id,), **MARCH)
    april = await issued(clinic, customer_id=clinic.kari, first=date(2027, 4, 1), until=date(2027, 5, 1))
    items = [view.item.id for view in season.items]
    assert [row.item_id for row in (*march.rows, *april.rows)] == items
    assert {(row.title, row.about) for row in march.rows} == {("Hall", "Choir")}


async def test_one_item_of_a_booking(clinic: World) -> None:
    hall = (RequestedResource(clinic.hall),)
    season = await book_whole(clinic.ctx(), whole(resources=hall, times=mornings(3), customer_id=clinic.kari))
    second = season.items[1].item.id
    assert [row.item_id for row in (await issued(clinic, item_ids=(second,))).rows] == [second]
    rest = await issued(clinic, booking_ids=(season.booking.id,))
    assert [row.item_id for row in rest.rows] == [season.items[0].item.id, season.items[2].item.id]


@pytest.mark.parametrize("state", ["draft", "awaiting_verification", "awaiting_payment", "awaiting_confirmation"])
async def test_what_nobody_agreed_to_is_left_out(clinic: World, state: str) -> None:
    waiting, agreed = await booked(clinic, state="awaiting_confirmation"), await booked(clinic, SOON + HOUR)
    await clinic.db.execute("update item set state = $2 where id = $1", waiting.id, state)
    draft = await drafted(clinic, customer_id=clinic.kari, **MARCH)
    assert [row.item_id for row in draft.invoice.rows] == [agreed.id]
    assert reasons(draft) == {waiting.id: state}
    assert await refused(clinic, item_ids=(waiting.id,)) == (Fault("booking_ids", "nothing_to_invoice"),)


async def test_who_did_not_come_pays(clinic: World) -> None:
    item = await booked(clinic)
    await set_status(clinic.ctx(), item.id, "no_show")
    assert (await issued(clinic, item_ids=(item.id,))).total == 125


async def test_what_was_cancelled_after_its_invoice_is_said(clinic: World) -> None:
    item = await booked(clinic)
    invoice = await issued(clinic, item_ids=(item.id,))
    await change_item_state(clinic.ctx(), item.id, "cancel")
    (left,) = (await drafted(clinic, customer_id=clinic.kari, **MARCH)).left_out
    assert (left.reason, left.number and left.number.text) == ("cancelled", invoice.number_text)


async def test_what_was_extended_after_its_invoice_is_said_and_billed_anew(clinic: World) -> None:
    item = await booked(clinic)
    invoice = await issued(clinic, item_ids=(item.id,))
    await change(clinic.ctx(), item.id, {"ends_at": SOON + 3 * HOUR})
    draft = await drafted(clinic, customer_id=clinic.kari, **MARCH)
    (left,) = draft.left_out
    assert (draft.invoice.rows, left.reason, left.invoiced, left.price) == ((), "changed", Decimal(100), Decimal(300))
    assert await refused(clinic, item_ids=(item.id,)) == (Fault("booking_ids", "invoiced"),)
    await cancel_invoice(clinic.ctx(), invoice.id)
    assert (await issued(clinic, item_ids=(item.id,))).net == 300


async def test_a_price_that_was_raised_since_changes_no_invoice(clinic: World) -> None:
    item = await booked(clinic)
    await issued(clinic, item_ids=(item.id,))
    await set_prices(clinic.ctx(), [Price(amount=Decimal(120), tax_rate=Decimal(25))], resource_id=clinic.hall)
    assert reasons(await drafted(clinic, item_ids=(item.id,))) == {item.id: "invoiced"}


async def test_what_is_paid_once_for_the_booking_is_not_asked_of_another_item(clinic: World) -> None:
    flat = Price(per="booking", amount=Decimal(50))
    await set_prices(clinic.ctx(), [flat], resource_id=clinic.hall)
    hall = (RequestedResource(clinic.hall),)
    season = await book_whole(clinic.ctx(), whole(resources=hall, times=mornings(2), customer_id=clinic.kari))
    first, second = (view.item.id for view in season.items)
    await issued(clinic, item_ids=(first,))
    await change_item_state(clinic.ctx(), first, "cancel")
    assert reasons(await drafted(clinic, booking_ids=(season.booking.id,))) == {first: "cancelled", second: "free"}


async def test_tax_is_on_the_sum_of_all_bookings(clinic: World) -> None:
    await set_prices(clinic.ctx(), [Price(amount=Decimal("13.33"), tax_rate=Decimal(19))], resource_id=clinic.hall)
    for hour in range(40):
        await booked(clinic, SOON + hour * HOUR)
    invoice = await issued(clinic, customer_id=clinic.kari, **MARCH)
    assert (invoice.net, invoice.tax, invoice.total) == (Decimal("533.20"), Decimal("101.31"), Decimal("634.51"))
    assert sum(row.tax for row in invoice.rows) == invoice.tax


async def test_prices_that_include_tax(clinic: World) -> None:
    gross = SettingsPatch(account=AccountPatch(policy=PolicyPatch(prices_include_tax=True)))
    account = (await change_settings(clinic.ctx(), gross)).account
    ctx = msgspec.structs.replace(clinic.ctx(), account=account)
    item = await booked(clinic)
    selection, ten_percent = InvoiceSelection(item_ids=(item.id,)), Discount("percent", Decimal(10))
    invoice = await issue(ctx, selection, InvoiceTerms(discount=ten_percent))
    assert (invoice.prices_include_tax, invoice.discount, invoice.total) == (True, Decimal(10), Decimal(90))
    assert (invoice.net, invoice.tax) == (Decimal(72), Decimal(18))


async def test_a_draft_is_not_kept_and_draws_no_number(clinic: World) -> None:
    item = await booked(clinic)
    draft = (await drafted(clinic, item_ids=(item.id,))).invoice
    assert (draft.number_text, draft.file, draft.total) == ("", "Draft.pdf", Decimal(125))
    assert (await issued(clinic, item_ids=(item.id,))).number == 1


async def test_what_somebody_looked_at_is_what_is_issued(clinic: World) -> None:
    item = await booked(clinic)
    selection = InvoiceSelection(item_ids=(item.id,))
    draft = (await draft_invoice(clinic.ctx(), selection)).invoice
    await change(clinic.ctx(), item.id, {"ends_at": SOON + 2 * HOUR})
    with pytest.raises(Stale):
        await issue(clinic.ctx(), selection, expected=draft)
    draft = (await draft_invoice(clinic.ctx(), selection)).invoice
    assert (await issue(clinic.ctx(), selection, expected=draft)).rows[0].price == 200


async def test_what_is_missing_is_said_at_once_and_draws_no_number(clinic: World) -> None:
    bare = ProfilePatch(street="", tax_number="", exemption="")
    await change_profile(clinic.ctx(), bare)
    await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(city=""))
    await set_prices(clinic.ctx(), [Price(amount=Decimal(9))], resource_id=clinic.hall)
    item = await booked(clinic)
    missing = ("issuer.address", "issuer.tax_number", "customer.address", "rows.exemption")
    assert await refused(clinic, item_ids=(item.id,)) == tuple(Fault(name, "blank") for name in missing)
    exempt = Price(amount=Decimal(9), exemption="Health care")
    await set_prices(clinic.ctx(), [exempt], resource_id=clinic.hall)
    await change_profile(clinic.ctx(), ProfilePatch(street="Gata 1", vat_id="NO 1 MVA"))
    await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(city="Oslo"))
    invoice = await issued(clinic, item_ids=(item.id,))
    assert (invoice.number, invoice.rows[0].exemption) == (1, "Health care")


async def test_the_customers_number_vat_id_and_references(clinic: World) -> None:
    kept = {"door": {"cost_centre": 4711, "cost_centre_shown_invoice": "1", "secret": "x", "secret_shown_invoice": "0"}}
    own = CustomerPatch(number="K-7", vat_id="NO 8 MVA", reference="Chairs", details=kept)
    await change_customer(clinic.ctx(), clinic.kari, own)
    item, other = await booked(clinic), await booked(clinic, SOON + HOUR)
    invoice = await issued(clinic, item_ids=(item.id,))
    assert (invoice.customer.number, invoice.customer.vat_id, invoice.reference) == ("K-7", "NO 8 MVA", "Chairs, 4711")
    ordered = InvoiceTerms(reference="Order 9")
    assert (await issue(clinic.ctx(), InvoiceSelection(item_ids=(other.id,)), ordered)).reference == "Order 9"


async def test_what_can_not_be_selected(clinic: World) -> None:
    backwards = {"customer_id": clinic.kari, "first": date(2027, 4, 1), "until": date(2027, 4, 1)}
    for selection, faults in (
        ({}, [Fault("booking_ids", "blank")]),
        ({"booking_ids": (1,), "item_ids": (1,)}, [Fault("booking_ids", "invalid")]),
        ({"customer_id": clinic.kari}, [Fault("first", "blank"), Fault("until", "blank")]),
        (backwards, [Fault("until", "before_start")]),
        ({"customer_id": 1, "first": date.min, "until": date.max}, [Fault(name, "out_of_range") for name in PERIOD]),
        ({"item_ids": tuple(range(1001))}, [Fault("item_ids", "too_many")]),
    ):
        assert await refused(clinic, **selection) == tuple(faults)
    for missing in ({"item_ids": (987_654_321,)}, {"customer_id": 987_654_321, **MARCH}):
        with pytest.raises(NotFound):
            await issued(clinic, **missing)


async def test_a_key_of_some_sites_invoices_what_is_there(clinic: World) -> None:
    item = await booked(clinic)
    elsewhere = at_sites(clinic.ctx(), frozenset({987_654_321}))
    with pytest.raises(NotFound):
        await issue(elsewhere, InvoiceSelection(item_ids=(item.id,)))
    month = InvoiceSelection(customer_id=clinic.kari, **MARCH)
    assert (await draft_invoice(elsewhere, month)).invoice.rows == ()


async def test_an_item_is_on_one_invoice_though_many_ask_in_different_ways(clinic: World) -> None:
    item = await booked(clinic)
    ways: list[Mapping[str, Any]] = [
        {"item_ids": (item.id,)},
        {"booking_ids": (item.booking_id,)},
        {"customer_id": clinic.kari, **MARCH},
    ]
    asked = [issued(clinic, **way) for way in ways * 3]
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(result) for result in results].count(Invoice) == 1
    assert {type(result) for result in results} == {Invoice, Invalid}
