"""A customer is erased while something is booked for them, or written about them."""

import pytest

from kalends.actions.context import Context
from kalends.actions.customers.change import change_customer
from kalends.actions.customers.erase import erase_customer
from kalends.actions.customers.find import get_customer
from kalends.engine.customers.customer import Customer, CustomerPatch
from kalends.engine.refusals import InUse, NotFound
from tests.acts import book_item, change
from tests.desk import HOUR, SOON, broken, made, visit
from tests.races.stage import staged
from tests.world import World

PAST = SOON - 48 * HOUR


async def erases(clinic: World, ctx: Context) -> Customer:
    return await erase_customer(ctx, clinic.ola)


async def test_who_is_booked_for_just_before_is_not_erased(clinic: World) -> None:
    booked, refused = await staged(
        clinic,
        lambda ctx: book_item(ctx, visit(clinic, customer_id=clinic.ola)),
        lambda ctx: erases(clinic, ctx),
    )
    assert (booked.item.customer_id, type(refused)) == (clinic.ola, InUse)
    assert (await get_customer(clinic.ctx(), clinic.ola)).first_name == "Ola"


async def test_nothing_is_booked_for_who_is_erased(clinic: World) -> None:
    _, refused = await staged(
        clinic,
        lambda ctx: erases(clinic, ctx),
        lambda ctx: book_item(ctx, visit(clinic, customer_id=clinic.ola)),
    )
    assert isinstance(refused, NotFound)
    assert await broken(clinic) == []


@pytest.mark.parametrize("first", ["notes", "erasure"])
async def test_what_is_written_before_is_erased_and_afterwards_stays(clinic: World, first: str) -> None:
    item = await made(clinic, visit(clinic, customer_id=clinic.ola, starts_at=PAST), PAST - HOUR)
    acts = [lambda ctx: change(ctx, item.id, {"notes": "Sensitive feet"}), lambda ctx: erases(clinic, ctx)]
    await staged(clinic, *(acts if first == "notes" else reversed(acts)))
    assert (await get_customer(clinic.ctx(), clinic.ola)).erased_at is not None
    with_notes = "select count(*) from item where account_id = $1 and id = $2 and notes is not null"
    left = await clinic.db.fetchval(with_notes, clinic.account.id, item.id)
    assert left == (0 if first == "notes" else 1)
    assert await broken(clinic) == []


async def test_a_change_of_the_customer_meanwhile_is_erased(clinic: World) -> None:
    await staged(
        clinic,
        lambda ctx: change_customer(ctx, clinic.ola, CustomerPatch(notes="Late again")),
        lambda ctx: erases(clinic, ctx),
    )
    assert (await get_customer(clinic.ctx(), clinic.ola)).notes == ""
    assert await broken(clinic) == []
