"""What the database refuses is a refusal, whichever write runs into it."""

from collections.abc import Awaitable, Callable

import msgspec
import pytest

from kalends.actions.catalog.custom_fields import add_field
from kalends.actions.catalog.prices import set_prices
from kalends.actions.context import Context
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.price import Price
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store.availability.openings import save_openings
from kalends.store.catalog.custom_fields import save_values
from kalends.store.db import Db
from kalends.store.rows import insert, update
from tests.acts import book_item, issue_invoice
from tests.desk import hour_of
from tests.world import World, open_clinic

NOBODY = 987654321

Write = Callable[[World, Context], Awaitable[None]]


async def value_of_no_field(clinic: World, ctx: Context) -> None:
    await save_values(ctx.db, ctx.account.id, "resource", clinic.hall, {NOBODY: "x"})


async def value_of_no_resource(_: World, ctx: Context) -> None:
    field = await add_field(ctx, CustomFieldPatch(title="Color"))
    await save_values(ctx.db, ctx.account.id, "resource", NOBODY, {field.id: "x"})


async def hours_for_no_service(clinic: World, ctx: Context) -> None:
    await save_openings(ctx.db, ctx.account.id, clinic.hall, [Opening(1, 480, 960)], NOBODY)


@pytest.mark.parametrize(
    ("write", "what"),
    [
        (value_of_no_field, "custom_field"),
        (value_of_no_resource, "resource"),
        (hours_for_no_service, "service"),
    ],
)
async def test_what_is_named_must_be_there(db: Db, write: Write, what: str) -> None:
    clinic = await open_clinic(db)
    with pytest.raises(NotFound) as refused:
        await write(clinic, clinic.ctx())
    assert refused.value.what == what


async def test_an_invoice_is_for_somebody_and_paid_somehow(db: Db) -> None:
    clinic = await open_clinic(db)
    await set_prices(clinic.ctx(), [Price(per="hour")], resource_id=clinic.hall)
    entry = await book_item(clinic.ctx(), hour_of(clinic.hall, customer_id=clinic.kari))
    invoice = await issue_invoice(clinic.ctx(), [entry.item.booking_id])
    with pytest.raises(NotFound):
        await insert(db, msgspec.structs.replace(invoice, id=NOBODY, number=9, customer_id=NOBODY, rows=()))
    with pytest.raises(Invalid) as refused:
        await update(db, msgspec.structs.replace(invoice, payment_method="shells", revision=1))
    assert refused.value.faults == (Fault("payment_method", "unknown"),)
