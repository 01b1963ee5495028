"""An item that is given to a customer while that customer is merged into another, or deleted."""

from kalends.actions.bookings.find import get_item
from kalends.actions.context import Context
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.change import remove_customer
from kalends.actions.customers.merge import merge_customers
from kalends.engine.customers.customer import Customer, CustomerPatch
from kalends.engine.refusals import NotFound
from tests.acts import book_item, change
from tests.desk import broken, made, visit
from tests.races.stage import Act, staged
from tests.world import World


async def twin_of_kari(clinic: World) -> Customer:
    return await add_customer(clinic.ctx(), CustomerPatch(first_name="Kari"))


def gives(item_id: int, customer_id: int) -> Act:
    return lambda ctx: change(ctx, item_id, {"customer_id": customer_id})


def merges(clinic: World, twin: Customer) -> Act:
    return lambda ctx: merge_customers(ctx, clinic.kari, twin.id, CustomerPatch())


async def test_given_while_a_merger_commits_it_is_refused(clinic: World) -> None:
    twin, item = await twin_of_kari(clinic), await made(clinic, visit(clinic, customer_id=clinic.ola))
    _, refused = await staged(clinic, merges(clinic, twin), gives(item.id, twin.id))
    assert isinstance(refused, NotFound)
    assert (await get_item(clinic.ctx(), item.id)).item.customer_id == clinic.ola
    assert await broken(clinic) == []


async def test_given_just_before_a_merger_it_follows(clinic: World) -> None:
    twin, item = await twin_of_kari(clinic), await made(clinic, visit(clinic, customer_id=clinic.ola))
    await staged(clinic, gives(item.id, twin.id), merges(clinic, twin))
    assert (await get_item(clinic.ctx(), item.id)).item.customer_id == clinic.kari
    assert await broken(clinic) == []


async def test_booked_while_a_merger_commits_it_is_refused(clinic: World) -> None:
    twin = await twin_of_kari(clinic)
    _, refused = await staged(
        clinic, merges(clinic, twin), lambda ctx: book_item(ctx, visit(clinic, customer_id=twin.id))
    )
    assert isinstance(refused, NotFound)


async def test_given_while_the_customer_is_deleted_it_is_refused(clinic: World) -> None:
    item = await made(clinic, visit(clinic))

    async def removes(ctx: Context) -> Customer:
        return await remove_customer(ctx, clinic.ola)

    _, refused = await staged(clinic, removes, gives(item.id, clinic.ola))
    assert isinstance(refused, NotFound)
