"""Invoices through the door."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from pypdf import PdfReader

from kalends.actions.billing.correct import cancel_invoice, credit_invoice
from kalends.actions.billing.invoices import pay_invoice
from kalends.actions.catalog.prices import set_prices
from kalends.actions.catalog.services import add_service
from kalends.actions.customers.add import add_customer
from kalends.dialects.locaboo.fields.amounts import exact
from kalends.dialects.locaboo.fields.invoices import METHODS, UNITS
from kalends.dialects.locaboo.fields.invoices import PERS as WORDS_OF_PERS
from kalends.engine.accounts.profile import Profile
from kalends.engine.billing.correction import Credit
from kalends.engine.billing.discount import Discount
from kalends.engine.billing.invoice import PAYMENT_METHODS, Invoice, InvoiceRow, Party
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.price import PERS, Price
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.store.rows import insert
from tests.acts import book_item, issue_invoice
from tests.desk import HOUR, hour_of
from tests.dialects.locaboo.vendor import Vendor, example, open_vendor
from tests.dialects.locaboo.venue import Venue, refused, worked
from tests.world import open_clinic

HEAD: dict[str, Any] = {"id": 46475, "year": 2022, "number": 77, "revision": 0, "created_by": "vendor"}
SUMS: dict[str, Any] = dict.fromkeys(
    ("discount", "net", "tax", "total"), Decimal()
)  # so the page has them, whatever its rows say
SHARED: dict[str, Any] = {
    "service_id": None,
    "title": "Sample",
    "day": date(2022, 4, 12),
    "recurs": False,
    "per": "hour",
}
OURS = {"invoice_number": "2022-0077", "file": "Invoice_2022-0077.pdf"}
"""Numbers are made in one way for all, not in the sample's."""

_ROW = {"canceled": False, "resource_id": 49, "resource_text": "Sample", "date": "12.04.2022"}
BESIDE = {
    "document_date": "21.05.2022",
    "meta": {"invoice_type": "invoice", "is_caution": False, "customer": {"id": 20904}},
    "booking": {
        "245219": {**_ROW, "instance_id": 214736, "total": "11.9", "price": "10", "tax_price": "1.9"},
        "245220": {**_ROW, "instance_id": 214730, "total": "0", "price": "0", "tax_price": "0"},
    },
    "inventory": {},
    "feature": {},
    "calc": {"price": "0", "tax_price": "0", "total": "0"},
}
"""What clients read beside the page's fields."""


def row(vendor: Vendor, *ids: int, price: str, discount: str, tax: str) -> InvoiceRow:
    """One of the page's rows: what it shows as price is what its discount has left."""
    row_id, position, booking_id = ids
    net, off, taxes = Decimal(price), Decimal(discount), Decimal(tax)
    return InvoiceRow(
        account_id=vendor.ctx.account.id,
        id=row_id,
        invoice_id=46475,
        position=position,
        booking_id=booking_id,
        item_id=booking_id,
        resource_id=49,
        rate=Decimal(),
        units=Decimal(1),
        price=net + off,
        discount=off,
        tax_rate=Decimal(19),
        tax=taxes,
        total=net + taxes,
        **SHARED,
    )


async def furnish(vendor: Vendor) -> None:
    await vendor.add_trees()
    await vendor.write(
        """
        insert into customer (account_id, id, first_name, created_at, created_by, updated_at, updated_by)
        values ($1, 20904, 'Renamed since', now(), 'vendor', now(), 'vendor')
        """
    )
    for booking_id in (214736, 214730):
        await vendor.write(
            """
            insert into booking (account_id, id, uid, created_at, created_by, updated_at, updated_by)
            values ($1, $2, gen_random_uuid(), now(), '', now(), '')
            """,
            booking_id,
        )
        await vendor.write(
            """
            insert into item (account_id, id, booking_id, kind, state, resource_id, starts_at, ends_at, units,
                overlap_allowed, extras, details, revision, created_at, created_by, updated_at, updated_by)
            values ($1, $2, $2, 'appointment', 'confirmed', 49, '2022-04-12T08:00Z', '2022-04-12T09:00Z', 1, false,
                '[]', '{}', 0, now(), '', now(), '')
            """,
            booking_id,
        )
    invoice = vendors_invoice(vendor)
    await insert(vendor.ctx.db, invoice)
    await insert(vendor.ctx.db, *invoice.rows)


def vendors_invoice(vendor: Vendor) -> Invoice:
    names = {"company": "Sample Company Name", "first_name": "Lorem", "last_name": "Ipsum", "street": "Sample street"}
    party = Party(house_number="500", postcode="777", city="Sample city", country="DE", **names)
    return Invoice(
        account_id=vendor.ctx.account.id,
        customer_id=20904,
        customer=party,
        issuer=Profile(),
        currency="EUR",
        text="sample public comment",
        discount_kind="amount",
        discount_rate=Decimal(2),
        issued_at=datetime(2022, 5, 21, 19, 38, tzinfo=UTC),
        updated_at=datetime(2022, 6, 1, tzinfo=UTC),
        due_on=date(2022, 6, 5),
        payment_method="invoice",
        paid_at=datetime(2022, 6, 1, tzinfo=UTC),
        rows=(
            row(vendor, 245219, 1, 214736, price="10", discount="2", tax="1.9"),
            row(vendor, 245220, 2, 214730, price="0", discount="0", tax="0"),
        ),
        **HEAD,
        **SUMS,
    )


async def test_the_example_of_the_page(venue: Venue, db: asyncpg.Pool) -> None:
    vendor = await open_vendor(venue, db, venue.world.now)
    await furnish(vendor)
    expected = example("invoice_list")
    expected["data"][0] |= OURS
    for path in ("/invoice_list", "/invoice_details/46475"):
        body = await vendor.get(path)
        assert {name: body["data"][0].pop(name) for name in BESIDE} == BESIDE
        assert body == expected


async def issued(venue: Venue, hour: int = 0, **fields: Any) -> Invoice:
    """Kari's hour in the left part of the hall, for 10.50 and a quarter of tax."""
    world = venue.world
    price = Price(per="hour", amount=Decimal("10.50"), tax_rate=Decimal(25))
    await set_prices(world.ctx(), [price], resource_id=world.hall)
    entry = await book_item(world.ctx(), hour_of(world.left, world.now + (1 + hour) * HOUR, customer_id=world.kari))
    return await issue_invoice(world.ctx(fields.pop("now", None)), [entry.item.booking_id], **fields)


async def test_an_invoice_that_is_open(venue: Venue) -> None:
    invoice = await issued(venue, discount=Discount("percent", Decimal(10)), due_days=0, payment_method="transfer")
    (shown,) = (await venue.get("/invoice_list"))["data"]
    assert (shown["discount"], shown["discount_price"]) == ({"type": "percent", "rate": 10}, 1.05)
    assert (shown["total_price"], shown["payment_status"], shown["payment_type"]) == (11.81, "Offen", "Überweisung")
    (only,) = shown["invoice_rows"]
    assert (only["rate"], only["price"], only["discount"], only["tax"]) == ("10.5 Pro Stunde", 9.45, 1.05, 2.36)
    assert (only["resource_id"], only["booking_id"]) == (venue.world.left, invoice.rows[0].booking_id)


async def test_rows_once_more_by_what_they_are_for(venue: Venue) -> None:
    w = venue.world
    cleaning = await add_service(w.ctx(), ServicePatch(title="Cleaning", kind="product"))
    each, once = [Price(per=per, amount=Decimal(60), tax_rate=Decimal(25)) for per in ("quantity", "booking")]
    await set_prices(w.ctx(), [each], resource_id=w.projectors)
    await set_prices(w.ctx(), [once], service_id=cleaning.id)
    extras = Extra(2, resource_id=w.projectors), Extra(1, service_id=cleaning.id)
    entry = await book_item(w.ctx(), hour_of(w.left, w.now + HOUR, customer_id=w.kari, extras=extras))
    await issue_invoice(w.ctx(), [entry.item.booking_id])
    (shown,) = (await venue.get("/invoice_list"))["data"]
    assert [list(shown[kind]) for kind in ("booking", "inventory", "feature")] == [
        [],
        [str(shown["invoice_rows"][0]["id"])],
        [str(shown["invoice_rows"][1]["id"])],
    ]
    (projectors,) = shown["inventory"].values()
    assert (projectors["instance_id"], projectors["total"], projectors["tax_price"]) == (entry.item.id, "150", "30")
    assert shown["calc"] == {"price": "180", "tax_price": "45", "total": "225"}


async def test_without_a_discount_there_is_none(venue: Venue) -> None:
    invoice = await issued(venue)
    await pay_invoice(venue.world.ctx(), invoice.id, venue.world.now, "cash")
    (shown,) = (await venue.get(f"/invoice_details/{invoice.id}"))["data"]
    assert (shown["discount"], shown["invoice_rows"][0]["discount"]) == (None, None)
    assert (shown["payment_status"], shown["payment_type"], shown["status"]) == ("Bezahlt", "Bar", "Fertig")


async def test_what_takes_an_invoice_back_is_listed_with_negative_amounts(venue: Venue) -> None:
    world, invoice = venue.world, await issued(venue)
    credit = Credit(amounts={Decimal(25): Decimal(1)}, amounts_title="Too cold")
    credited = await credit_invoice(world.ctx(), invoice.id, credit)
    await cancel_invoice(world.ctx(), credited.id)
    await cancel_invoice(world.ctx(), invoice.id)
    listed, year = (await venue.get("/invoice_list"))["data"], invoice.year
    assert [(shown["invoice_number"], shown["total_price"]) for shown in listed] == [
        (f"{year}-0001", 13.13),
        (f"CANCEL-{year}-0001", 1.25),
        (f"CANCEL-{year}-0002", -13.13),
        (f"CREDIT-{year}-0001", -1.25),
    ]
    kinds = [shown["meta"]["invoice_type"] for shown in listed]
    assert kinds == ["invoice", "cancellation", "cancellation", "credit_note"]
    assert [row["canceled"] for row in listed[0]["booking"].values()] == [True]
    (row,) = listed[3]["invoice_rows"]
    assert (row["booking_id"], row["unit"], row["price"], row["total"]) == (None, None, -1, -1.25)


async def test_the_customers_number_and_vat_id_are_on_the_invoice(venue: Venue) -> None:
    fields = {
        "last_name": "Ipsum",
        "customer_number": 4711,
        "ust_id": "DE123",
        "street": "Weg",
        "zip": "1",
        "city": "X",
    }
    signs = {"reference_sign": "RS", "reference_sign_shown_invoice": "1", "cost_centre": "7"}
    worked(await venue.client.post("/customer_add", data={**fields, **signs}))
    (shown,) = [customer for customer in (await venue.get("/customer_list"))["data"] if customer["customer_number"]]
    assert (shown["customer_number"], shown["ust_id"]) == ("4711", "DE123")
    world = venue.world
    await issued(venue)
    wished = hour_of(world.right, world.now + HOUR, customer_id=shown["id"])
    invoice = await issue_invoice(world.ctx(), [(await book_item(world.ctx(), wished)).item.booking_id])
    assert (invoice.customer.number, invoice.customer.vat_id, invoice.reference) == ("4711", "DE123", "RS")


async def test_a_house_number_that_the_door_keeps_is_on_the_invoice(venue: Venue) -> None:
    world = venue.world
    await issued(venue)
    kept = {"locaboo": {"house_number": "500"}}
    other = await add_customer(world.ctx(), CustomerPatch(last_name="Ipsum", street="Weg", details=kept))
    entry = await book_item(world.ctx(), hour_of(world.right, customer_id=other.id, starts_at=world.now + HOUR))
    await issue_invoice(world.ctx(), [entry.item.booking_id])
    _, shown = (await venue.get("/invoice_list"))["data"]
    assert (shown["customer"]["street"], shown["customer"]["house_number"]) == ("Weg", "500")


async def test_a_page_of_days(venue: Venue) -> None:
    now = venue.world.now
    made = [await issued(venue, day, now=now + timedelta(days=day)) for day in range(3)]
    zone = venue.world.ctx().zone
    days = [f"{invoice.issued_at.astimezone(zone):%Y-%m-%d}" for invoice in made]
    body = await venue.get("/invoice_list", date_from=days[1], limit=1, offset=1, unknown=1, date_to="")
    assert ([row["id"] for row in body["data"]], body["total"]) == ([made[2].id], 2)
    body = await venue.get("/invoice_list", date_to=days[0])
    assert [row["id"] for row in body["data"]] == [made[0].id]
    refused(await venue.client.get("/invoice_list", params={"date_from": "soon", "limit": "many"}))


async def test_the_file_that_the_list_names(venue: Venue) -> None:
    invoice = await issued(venue)
    response = await venue.client.get(f"/invoice_file/{invoice.file}")
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == f'attachment; filename="{invoice.file}"'
    assert invoice.number_text in PdfReader(io.BytesIO(response.content)).pages[0].extract_text()


async def test_another_accounts_are_not_there(venue: Venue, db: asyncpg.Pool) -> None:
    neighbour = Venue(await open_clinic(db, venue.world.now), venue.client, venue.makeplans)
    invoice = await issued(neighbour)
    assert await venue.get("/invoice_list") == {"data": [], "total": 0, "success": True}
    for path in (f"/invoice_file/{invoice.file}", f"/invoice_details/{invoice.id}"):
        refused(await venue.client.get(path), 404)


@pytest.mark.parametrize(
    "path", ["invoice_details/x", "invoice_details/0", "invoice_file/x", "invoice_file/Invoice_%00"]
)
async def test_what_is_no_invoice(venue: Venue, path: str) -> None:
    refused(await venue.client.get(path), 404)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("10.0000", b"10"),
        ("1.9000", b"1.9"),
        ("0.0000", b"0"),
        ("100", b"100"),
        ("1E+2", b"100"),
        ("0.0125", b"0.0125"),
    ],
)
def test_a_number_has_no_more_digits_than_it_needs(value: str, written: bytes) -> None:
    assert bytes(exact(Decimal(value))) == written


def test_every_way_to_pay_and_every_unit_has_a_word() -> None:
    assert tuple(METHODS) == PAYMENT_METHODS
    assert tuple(WORDS_OF_PERS) == tuple(UNITS) == PERS
