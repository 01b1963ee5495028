"""What becomes of customers after they are made."""

import asyncio
from datetime import timedelta

import pytest

from kalends.actions.catalog.prices import add_group
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.change import (
    append_details,
    block_customer,
    change_customer,
    remove_customer,
    unblock_customer,
    undelete_customer,
)
from kalends.actions.customers.find import get_customer, list_children
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Barred, Duplicate, Fault, Invalid, NotFound
from kalends.store.db import Db
from tests.desk import found, made, told, visit
from tests.world import NOW, World, open_clinic

LATER = NOW + timedelta(hours=1)


async def test_a_new_number_replaces_the_old_in_both_forms(clinic: World) -> None:
    kari = await change_customer(clinic.ctx(LATER, "Bo"), clinic.kari, CustomerPatch(phone="22 00 00 00", notes=None))
    assert (kari.phone, kari.phone_e164, kari.email) == ("22 00 00 00", "+4722000000", "kari@example.org")
    assert (kari.revision, kari.updated_at, kari.updated_by, kari.created_by) == (1, LATER, "Bo", "Tester")
    assert await get_customer(clinic.ctx(), clinic.kari) == kari
    assert [what for what, _, _ in await told(clinic, "customer", clinic.kari)] == ["add", "change"]


async def test_what_doors_keep_is_put_together_and_custom_is_replaced(clinic: World) -> None:
    ctx = clinic.ctx()
    await change_customer(ctx, clinic.kari, CustomerPatch(custom={"a": "1"}, details={"one": {"x": 1, "y": 2}}))
    kari = await change_customer(
        ctx, clinic.kari, CustomerPatch(custom={"b": "2"}, details={"one": {"y": 3}, "two": {}})
    )
    assert kari.custom == {"b": "2"}
    assert kari.details == {"one": {"x": 1, "y": 3}}


async def test_a_change_to_what_is_there_already_is_none(clinic: World) -> None:
    kari = await change_customer(
        clinic.ctx(LATER), clinic.kari, CustomerPatch(first_name=" Kari ", name="Kari Nordmann")
    )
    assert (kari.revision, kari.updated_at) == (0, NOW)


async def test_contacts_of_others_are_taken(clinic: World) -> None:
    eve = await add_customer(clinic.ctx(), CustomerPatch(first_name="Eve", national_id="0101"))
    for field, patch in (
        ("email", CustomerPatch(email="KARI@example.org")),
        ("phone", CustomerPatch(phone="+47 22334455")),
        ("national_id", CustomerPatch(national_id="0101")),
    ):
        with pytest.raises(Duplicate) as refused:
            await change_customer(clinic.ctx(), clinic.ola, patch)
        assert refused.value.field == field
    assert (await change_customer(clinic.ctx(), eve.id, CustomerPatch(national_id="0101"))).revision == 0


async def test_somebody_must_be_left(clinic: World) -> None:
    eve = await add_customer(clinic.ctx(), CustomerPatch(first_name="Eve"))
    with pytest.raises(Invalid):
        await change_customer(clinic.ctx(), eve.id, CustomerPatch(first_name=None))
    assert (await change_customer(clinic.ctx(), eve.id, CustomerPatch(first_name="", national_id="0101"))).name == ""


async def test_nobody_is_its_own_ancestor(clinic: World) -> None:
    await change_customer(clinic.ctx(), clinic.ola, CustomerPatch(parent_id=clinic.kari))
    assert [child.id for child in await list_children(clinic.ctx(), clinic.kari)] == [clinic.ola]
    for whose in (clinic.kari, clinic.ola):
        with pytest.raises(Invalid) as refused:
            await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(parent_id=whose))
        assert refused.value.faults == (Fault("parent_id", "invalid"),)
    with pytest.raises(NotFound):
        await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(parent_id=10**15))


async def test_a_deleted_customer_is_kept_but_not_listed_nor_changed(clinic: World) -> None:
    gone = await remove_customer(clinic.ctx(), clinic.kari)
    assert await remove_customer(clinic.ctx(LATER), clinic.kari) == gone
    assert await found(clinic) == [clinic.ola]
    assert await found(clinic, with_deleted=True) == [clinic.kari, clinic.ola]
    with pytest.raises(NotFound):
        await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(notes="?"))
    assert (await undelete_customer(clinic.ctx(), clinic.kari)).deleted_at is None
    assert [what for what, _, _ in await told(clinic, "customer", clinic.kari)] == ["add", "remove", "undelete"]


async def test_nobody_comes_back_whose_email_somebody_else_has_now(clinic: World) -> None:
    await remove_customer(clinic.ctx(), clinic.kari)
    await add_customer(clinic.ctx(), CustomerPatch(first_name="Kari", email="kari@example.org"))
    with pytest.raises(Duplicate) as refused:
        await undelete_customer(clinic.ctx(), clinic.kari)
    assert refused.value.field == "email"


async def test_who_is_blocked_does_not_book_publicly(clinic: World) -> None:
    blocked = await block_customer(clinic.ctx(), clinic.kari)
    assert await block_customer(clinic.ctx(LATER), clinic.kari) == blocked
    with pytest.raises(Barred):
        await made(clinic, visit(clinic, public=True))
    await unblock_customer(clinic.ctx(), clinic.kari)
    assert (await made(clinic, visit(clinic, public=True))).customer_id == clinic.kari


async def test_a_search_knows_numbers_however_they_are_written(clinic: World) -> None:
    eve = await add_customer(clinic.ctx(), CustomerPatch(first_name="Eve", national_id="010190-12345"))
    for written in ("22 33 44 55", "22334455", "+47 22 33 44 55", "0047 22334455", "3344"):
        assert await found(clinic, search=written) == [clinic.kari]
    assert await found(clinic, search="010190") == [eve.id]
    assert await found(clinic, search="OLA@") == [clinic.ola]
    assert await found(clinic, search="00") == []


async def test_another_account_can_do_nothing_to_kari(clinic: World, db: Db) -> None:
    stranger = (await open_clinic(db)).ctx()
    for act in (remove_customer, undelete_customer, block_customer, unblock_customer, list_children):
        with pytest.raises(NotFound):
            await act(stranger, clinic.kari)
    with pytest.raises(NotFound):
        await change_customer(stranger, clinic.kari, CustomerPatch(notes="hello"))


async def test_a_customer_comes_into_a_group_and_leaves_it(clinic: World, db: Db) -> None:
    clubs = await add_group(clinic.ctx(), "Clubs")
    theirs = await add_group((await open_clinic(db)).ctx(), "Theirs")
    assert (await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(group_id=clubs.id))).group_id == clubs.id
    assert (await add_customer(clinic.ctx(), CustomerPatch(first_name="Eve", group_id=clubs.id))).group_id == clubs.id
    assert (await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(group_id=None))).group_id is None
    for act in (
        change_customer(clinic.ctx(), clinic.kari, CustomerPatch(group_id=max(clubs.id, theirs.id) + 1)),
        add_customer(clinic.ctx(), CustomerPatch(first_name="Eve", group_id=max(clubs.id, theirs.id) + 1)),
    ):
        with pytest.raises(NotFound) as refused:
            await act
        assert refused.value.what == "customer_group"


async def test_a_list_that_a_door_keeps_grows_up_to_its_most(clinic: World) -> None:
    ctx = clinic.ctx()
    await change_customer(ctx, clinic.kari, CustomerPatch(details={"door": {"x": 1}, "other": {"y": 2}}))
    await append_details(ctx, clinic.kari, "door", "cats", ["Tom"], most=3)
    kari = await append_details(ctx, clinic.kari, "door", "cats", ["Kit", "Tom"], most=3)
    assert kari.details == {"door": {"x": 1, "cats": ["Tom", "Kit", "Tom"]}, "other": {"y": 2}}
    with pytest.raises(Invalid) as refused:
        await append_details(ctx, clinic.kari, "door", "cats", ["Puss"], most=3)
    assert refused.value.faults == (Fault("cats", "too_many"),)
    assert await get_customer(ctx, clinic.kari) == kari


async def test_what_two_add_at_once_to_a_list_is_all_kept(clinic: World) -> None:
    names = [f"cat {n}" for n in range(8)]
    await asyncio.gather(
        *(append_details(clinic.ctx(), clinic.kari, "door", "cats", [name], most=10) for name in names)
    )
    assert sorted((await get_customer(clinic.ctx(), clinic.kari)).details["door"]["cats"]) == names


async def test_nothing_is_kept_of_a_customer_that_is_not_there(clinic: World, db: Db) -> None:
    await remove_customer(clinic.ctx(), clinic.ola)
    for ctx, customer_id in ((clinic.ctx(), clinic.ola), ((await open_clinic(db)).ctx(), clinic.kari)):
        with pytest.raises(NotFound):
            await append_details(ctx, customer_id, "door", "cats", ["Tom"], most=3)
