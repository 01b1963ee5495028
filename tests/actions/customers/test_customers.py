from datetime import date, timedelta
from typing import Any

import pytest

from kalends.actions.customers.add import add_customer, fill_customer, match_or_new_customer
from kalends.actions.customers.find import get_customer, list_customers
from kalends.engine.customers.customer import CustomerPatch, CustomerQuery
from kalends.engine.refusals import Duplicate, Fault, Invalid, NotFound
from kalends.store.db import Db
from tests.desk import found
from tests.world import NOW, World, open_clinic


async def test_a_customer_is_kept_as_written_and_findable_by_its_number(clinic: World) -> None:
    kari = await get_customer(clinic.ctx(), clinic.kari)
    assert (kari.name, kari.phone, kari.phone_e164) == ("Kari Nordmann", "22 33 44 55", "+4722334455")
    assert (kari.revision, kari.created_at, kari.created_by) == (0, NOW, "Tester")


async def test_the_journal_tells_of_a_new_customer(clinic: World) -> None:
    row = await clinic.db.fetchrow(
        "select verb, revision, after ->> 'first_name' from journal where kind = 'customer' and subject_id = $1",
        clinic.kari,
    )
    assert row is not None
    assert tuple(row) == ("add", 0, "Kari")


async def test_customers_are_found_by_any_question(clinic: World) -> None:
    eve = await add_customer(
        clinic.ctx(now=NOW + timedelta(hours=1)),
        CustomerPatch(first_name="Eve", external_id="E-1", national_id="0101", date_of_birth=date(1990, 1, 2)),
    )
    assert await found(clinic) == [clinic.kari, clinic.ola, eve.id]
    assert await found(clinic, search="NORD") == [clinic.kari, clinic.ola]
    assert await found(clinic, search="100% sure") == []
    assert await found(clinic, name="kari n") == [clinic.kari]
    assert await found(clinic, email="OLA@example.org") == [clinic.ola]
    assert await found(clinic, phone="0047 99887766") == [clinic.ola]
    assert await found(clinic, external_id="E-1") == await found(clinic, national_id="0101") == [eve.id]
    assert await found(clinic, date_of_birth=date(1990, 1, 2)) == await found(clinic, updated_after=NOW) == [eve.id]
    assert await found(clinic, ids=(clinic.ola,)) == [clinic.ola]


async def test_a_page_tells_how_many_there_are(clinic: World) -> None:
    page = await list_customers(clinic.ctx(), CustomerQuery(limit=1, offset=1))
    assert ([customer.id for customer in page.rows], page.total) == ([clinic.ola], 2)
    assert (await list_customers(clinic.ctx(), CustomerQuery(offset=9))).total == 2


async def test_a_number_is_matched_however_it_is_written(clinic: World) -> None:
    known, is_new = await match_or_new_customer(clinic.ctx(), CustomerPatch(first_name="K.", phone="+47 22334455"))
    assert (known.id, is_new) == (clinic.kari, False)


async def test_the_national_id_decides_before_phone_and_email(clinic: World) -> None:
    eve = await add_customer(clinic.ctx(), CustomerPatch(first_name="Eve", national_id="0101"))
    mixed: dict[str, Any] = {"national_id": "0101", "phone": "22 33 44 55", "email": "ola@example.org"}
    assert (await match_or_new_customer(clinic.ctx(), CustomerPatch(**mixed)))[0].id == eve.id
    assert (await match_or_new_customer(clinic.ctx(), CustomerPatch(**(mixed | {"national_id": ""}))))[
        0
    ].id == clinic.kari
    assert (await match_or_new_customer(clinic.ctx(), CustomerPatch(email=" Ola@Example.org ")))[0].id == clinic.ola


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ({"phone": "4711"}, {"phone": "47 11"}),
        ({"phone": "22 33 44 5"}, {"phone": "2233445"}),
        ({"phone": "55 66 77 88"}, {"phone": "+47 (0) 55667788"}),
        ({"phone": "55667788 / 99112233"}, {"phone": "55 66 77 88/99 11 22 33"}),
        ({"phone": "55667788 x1"}, {"phone": "+47 55 66 77 88;ext=1"}),
        ({"email": "Rene\u0301@example.org"}, {"email": "mailto:ren\u00e9@example.org"}),
    ],
)
async def test_whoever_is_written_otherwise_is_the_same(
    clinic: World, first: dict[str, Any], again: dict[str, Any]
) -> None:
    eve = await add_customer(clinic.ctx(), CustomerPatch(first_name="Eve", **first))
    assert await match_or_new_customer(clinic.ctx(), CustomerPatch(first_name="E.", **again)) == (eve, False)


async def test_an_extension_tells_people_apart(clinic: World) -> None:
    eve = await add_customer(clinic.ctx(), CustomerPatch(first_name="Eve", phone="22 33 44 55 ext. 2"))
    assert eve.phone_e164 == "+4722334455"
    known = [await match_or_new_customer(clinic.ctx(), CustomerPatch(phone=f"22334455{ext}")) for ext in ("", "x2")]
    assert [customer.id for customer, _ in known] == [clinic.kari, eve.id]
    assert (await match_or_new_customer(clinic.ctx(), CustomerPatch(phone="22334455 x3")))[1]


async def test_what_is_blank_of_a_known_customer_is_filled_in(clinic: World) -> None:
    known = CustomerPatch(first_name="Eve", phone="4711", custom={"shoe": "43"}, details={"one": {"x": 1}})
    eve = await add_customer(clinic.ctx(), known)
    more = CustomerPatch(
        name="Adam Smith",
        phone="47 11",
        email="eve@example.org",
        street="Torget 1",
        notes="Rings twice",
        custom={"shoe": "44", "hat": "L"},
        details={"one": {"x": 2, "y": 3}},
    )
    filled, to_save = await match_or_new_customer(clinic.ctx(NOW + timedelta(hours=1)), more)
    assert (filled.id, filled.name, filled.phone, filled.email) == (eve.id, "Eve", "4711", "eve@example.org")
    assert (filled.street, filled.notes, filled.custom) == ("Torget 1", "Rings twice", {"hat": "L", "shoe": "43"})
    assert (filled.details, filled.revision, to_save) == ({"one": {"x": 1, "y": 3}}, 1, True)


async def test_nothing_is_filled_in_that_somebody_else_has(clinic: World, db: Db) -> None:
    patch = CustomerPatch(phone="4711", email="kari@example.org", national_id="0101", city="Oslo")
    for house in (clinic, await open_clinic(db, unique_contacts=False)):
        await add_customer(house.ctx(), CustomerPatch(first_name="Adam", national_id="0101"))
        eve = await add_customer(house.ctx(), CustomerPatch(first_name="Eve", phone="4711"))
        filled, _ = await fill_customer(house.ctx(), eve, patch)
        shared = None if house is clinic else "kari@example.org"
        assert (filled.email, filled.national_id, filled.city) == (shared, None, "Oslo")


async def test_somebody_new_is_not_written_yet(clinic: World) -> None:
    eve, is_new = await match_or_new_customer(clinic.ctx(), CustomerPatch(first_name="Eve", email="eve@example.org"))
    assert (is_new, eve.revision, eve.sole) == (True, 0, True)
    with pytest.raises(NotFound):
        await get_customer(clinic.ctx(), eve.id)


async def test_contacts_are_shared_only_where_the_policy_allows_it(clinic: World, db: Db) -> None:
    with pytest.raises(Duplicate) as refused:
        await add_customer(clinic.ctx(), CustomerPatch(first_name="Twin", email="KARI@example.org"))
    assert refused.value.field == "email"
    relaxed = await open_clinic(db, unique_contacts=False)
    twin = await add_customer(relaxed.ctx(), CustomerPatch(first_name="Twin", email="kari@example.org"))
    assert await found(relaxed, email="kari@example.org") == [relaxed.kari, twin.id]


async def test_contacts_that_are_none_are_named_at_once(clinic: World) -> None:
    with pytest.raises(Invalid) as refused:
        await match_or_new_customer(clinic.ctx(), CustomerPatch(first_name="Eve", email="eve@", phone="ask her mother"))
    assert refused.value.faults == (Fault("email", "invalid"), Fault("phone", "invalid"))


async def test_a_short_number_is_kept_but_not_dialled(clinic: World) -> None:
    eve = await add_customer(clinic.ctx(), CustomerPatch(first_name="Eve", phone="1234"))
    assert (eve.phone, eve.phone_e164) == ("1234", None)


async def test_nobody_is_no_customer(clinic: World) -> None:
    with pytest.raises(Invalid):
        await add_customer(clinic.ctx(), CustomerPatch(first_name="  ", notes="who?"))


async def test_another_account_does_not_know_kari(clinic: World, db: Db) -> None:
    stranger = await open_clinic(db)
    assert clinic.kari not in await found(stranger)
    with pytest.raises(NotFound):
        await get_customer(stranger.ctx(), clinic.kari)
    with pytest.raises(NotFound):
        await add_customer(stranger.ctx(), CustomerPatch(first_name="Child", parent_id=clinic.kari))
