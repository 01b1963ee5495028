import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kalends.actions.billing.documents import add_document, get_occasion_with_documents, process_document
from kalends.actions.billing.occasions import add_occasion
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.catalog.prices import set_prices
from kalends.engine.billing.document import Document, DocumentPatch
from kalends.engine.billing.occasion import OccasionPatch
from kalends.engine.catalog.price import Price
from kalends.engine.refusals import Duplicate, Fault, Invalid, NotFound
from kalends.store.db import Db
from tests.acts import issue_invoice
from tests.desk import HOUR, SOON, hour_of, made, told
from tests.world import NOW, World, open_clinic

TODAY, TOMORROW = date(2027, 3, 1), date(2027, 3, 2)


async def jazz(clinic: World) -> int:
    """An event of tomorrow."""
    starts = NOW + timedelta(days=1)
    return (await add_occasion(clinic.ctx(), OccasionPatch(title="Jazz", starts_at=starts, ends_at=starts + HOUR))).id


async def hour_in_the_hall(clinic: World, hours: int = 0) -> int:
    """A booking of Kari's, which costs 40 and 25 % tax."""
    price = Price(per="hour", amount=Decimal(40), tax_rate=Decimal(25))
    await set_prices(clinic.ctx(), [price], resource_id=clinic.hall)
    wished = hour_of(clinic.hall, SOON + hours * HOUR, customer_id=clinic.kari)
    return (await made(clinic, wished)).booking_id


async def drawn(clinic: World, event_id: int, kind: str = "offer", **said: Any) -> Document:
    return await add_document(clinic.ctx(), event_id, DocumentPatch(kind=kind, **said))


async def refused(clinic: World, event_id: int, **said: Any) -> tuple[Fault, ...]:
    with pytest.raises(Invalid) as why:
        await add_document(clinic.ctx(), event_id, DocumentPatch(**said))
    return why.value.faults


async def test_a_document_is_numbered_priced_and_dated(db: Db) -> None:
    clinic = await open_clinic(db)
    event_id = await jazz(clinic)
    later, sooner = await hour_in_the_hall(clinic, 2), await hour_in_the_hall(clinic)
    offer = await drawn(clinic, event_id, booking_ids=(sooner, later, sooner))
    assert (offer.number, offer.amount, offer.day, offer.processed_on) == ("OFFER 1", Decimal(100), TODAY, None)
    occasion = await get_occasion_with_documents(clinic.ctx(), event_id)
    (paper,) = occasion.papers
    assert (occasion.event.title, paper.document) == ("Jazz", offer)
    assert [ordered.booking.id for ordered in paper.bookings] == [later, sooner]
    assert [entry.item.resource_id for entry in paper.bookings[0].items] == [clinic.hall]


async def test_a_document_says_what_it_is_told_to(db: Db) -> None:
    clinic = await open_clinic(db)
    event_id = await jazz(clinic)
    drawing = await drawn(clinic, event_id, number=" A-17 ", amount=Decimal("11.5"), day=TOMORROW)
    assert (drawing.number, drawing.amount, drawing.day, drawing.booking_ids) == ("A-17", Decimal("11.5"), TOMORROW, ())
    ((what, _, after),) = await told(clinic, "document")
    assert (what, after["number"]) == ("add", "A-17")


async def test_each_kind_of_an_account_counts_for_itself(db: Db) -> None:
    clinic, other = await open_clinic(db), await open_clinic(db)
    event_id, elsewhere = await jazz(clinic), await jazz(other)
    kinds = ("offer", "offer", "order_confirmation", "invoice", "offer")
    numbers = [(await drawn(clinic, event_id, kind)).number for kind in kinds]
    assert numbers == ["OFFER 1", "OFFER 2", "CONF 1", "INVOICE 1", "OFFER 3"]
    assert (await drawn(other, elsewhere)).number == "OFFER 1"


async def test_no_number_is_given_twice(db: Db) -> None:
    clinic = await open_clinic(db)
    event_id = await jazz(clinic)
    at_once = await asyncio.gather(*(drawn(clinic, event_id) for _ in range(5)))
    assert sorted(document.number for document in at_once) == [f"OFFER {count}" for count in range(1, 6)]
    with pytest.raises(Duplicate):
        await drawn(clinic, event_id, number="OFFER 3")


async def test_an_invoice_gives_its_document_number_and_amount(db: Db) -> None:
    clinic = await open_clinic(db)
    event_id, booking_id = await jazz(clinic), await hour_in_the_hall(clinic)
    invoice = await issue_invoice(clinic.ctx(), [booking_id])
    paper = await drawn(clinic, event_id, "invoice", booking_ids=(booking_id,), invoice_id=invoice.id)
    assert (paper.number, paper.amount, paper.invoice_id) == (invoice.number_text, Decimal(50), invoice.id)
    with pytest.raises(NotFound):
        await drawn(clinic, event_id, "invoice", invoice_id=invoice.id + 1)


async def test_a_document_is_processed_on_a_day(db: Db) -> None:
    clinic = await open_clinic(db)
    event_id = await jazz(clinic)
    offer = await drawn(clinic, event_id)
    assert (await process_document(clinic.ctx(), offer.id)).processed_on == TODAY
    await process_document(clinic.ctx(), offer.id, TOMORROW)
    (paper,) = (await get_occasion_with_documents(clinic.ctx(), event_id)).papers
    assert paper.document.processed_on == TOMORROW
    with pytest.raises(Invalid) as why:
        await process_document(clinic.ctx(), offer.id, date(2027, 2, 28))
    assert why.value.faults == (Fault("processed_on", "before_start"),)


async def test_a_document_that_cannot_be_is_refused(db: Db) -> None:
    clinic = await open_clinic(db)
    event_id = await jazz(clinic)
    assert await refused(clinic, event_id, kind="poster") == (Fault("kind", "unknown"),)
    assert await refused(clinic, event_id, kind="offer", invoice_id=1) == (Fault("invoice_id", "invalid"),)
    faults = await refused(clinic, event_id, kind="offer", number="", amount=Decimal(-1))
    assert faults == (Fault("number", "blank"), Fault("amount", "out_of_range"))
    with pytest.raises(NotFound):
        await drawn(clinic, event_id, booking_ids=(987654321,), amount=Decimal(1))
    assert (await get_occasion_with_documents(clinic.ctx(), event_id)).papers == ()


async def test_a_booking_that_is_deleted_is_left_out(db: Db) -> None:
    clinic = await open_clinic(db)
    event_id = await jazz(clinic)
    item = await made(clinic, hour_of(clinic.hall))
    await drawn(clinic, event_id, booking_ids=(item.booking_id,))
    await change_item_state(clinic.ctx(), item.id, "remove")
    (paper,) = (await get_occasion_with_documents(clinic.ctx(), event_id)).papers
    assert (paper.document.booking_ids, paper.bookings) == ((item.booking_id,), ())


async def test_what_is_others_is_not_found(db: Db) -> None:
    clinic, other = await open_clinic(db), await open_clinic(db)
    event_id = await jazz(clinic)
    offer = await drawn(clinic, event_id)
    for asked in (
        get_occasion_with_documents(other.ctx(), event_id),
        drawn(other, event_id),
        process_document(other.ctx(), offer.id),
    ):
        with pytest.raises(NotFound):
            await asked
