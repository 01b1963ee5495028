"""Customers are found by words."""

import pytest

from kalends.actions.customers.add import add_customer
from kalends.actions.customers.change import change_customer
from kalends.actions.customers.find import query_customers
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.query import Filter, OffsetPage, Query
from tests.desk import found
from tests.world import World, open_clinic


@pytest.fixture
async def zoe(clinic: World) -> int:
    patch = CustomerPatch(
        first_name="Zoë",
        last_name="Ødegård-Müller",
        company="Bjørn & Straße 100%",
        email="zoe.mueller@mail.example",
        phone="+49 (0) 30 1234567",
        national_id="170580-54321",
        number="K-0042",
        external_id="crm/7_8",
    )
    return (await add_customer(clinic.ctx(), patch)).id


@pytest.mark.parametrize(
    "words",
    [
        *("zoe", "ZOË", "zoë ødegård", "odegard", "müller zoë", "MULLER", "gard-mu", "strasse", "bjorn"),
        *("z", "zo", "od", "100%", "& b", "mueller@mail", "@mail.example", "k-0042", "0042", "crm/7_8"),
        *("030 1234567", "+49 30 12", "0049301234567", "17058054321", "170580-54321", "  zoë \t müller "),
    ],
)
async def test_words_find_whoever_has_them_all(clinic: World, zoe: int, words: str) -> None:
    assert await found(clinic, search=words) == [zoe]


@pytest.mark.parametrize("words", ["zoë hansen", "oe", "0x", "crm/7a8", "100_", "\\", "zoë\\", "odegaard", "%", "_"])
async def test_words_that_somebody_lacks_do_not(clinic: World, zoe: int, words: str) -> None:
    assert zoe not in await found(clinic, search=words)


async def test_no_words_leave_out_nobody(clinic: World, zoe: int) -> None:
    for nothing in ("", "  ", None):
        assert await found(clinic, search=nothing) == [clinic.kari, clinic.ola, zoe]


async def test_who_is_renamed_is_found_by_the_new_name(clinic: World, zoe: int) -> None:
    await change_customer(clinic.ctx(), zoe, CustomerPatch(last_name="Hansen"))
    assert (await found(clinic, search="ødegård"), await found(clinic, search="hansen")) == ([], [zoe])


async def test_each_account_has_its_own(clinic: World, zoe: int) -> None:
    assert await found(await open_clinic(clinic.db), search="zoë") == []


async def test_words_go_with_filters(clinic: World) -> None:
    query = Query(OffsetPage(10), (Filter("first_name", "equal", "Ola"),))
    page = await query_customers(clinic.ctx(), query, "nordmann")
    assert ([customer.id for customer in page.rows], page.total) == ([clinic.ola], 1)
    assert (await query_customers(clinic.ctx(), query, "kari")).rows == []


@pytest.mark.parametrize("words", ["k", "kari", "nordmann", "1", "17", "rare", "rare kari", "late", "zzz"])
async def test_the_first_are_the_same_whether_all_are_counted_or_not(clinic: World, words: str) -> None:
    """Kari is everywhere, Rare now and then, and Late only comes after those that are looked through first."""
    await clinic.db.execute(_MANY, clinic.account.id, clinic.now)
    first, all_of_them = OffsetPage(8), OffsetPage(5000)
    counted = await query_customers(clinic.ctx(), Query(all_of_them), words)
    rows = (await query_customers(clinic.ctx(), Query(first, count=0), words)).rows
    assert rows == counted.rows[:8]
    assert (await query_customers(clinic.ctx(), Query(OffsetPage(8, 2), count=0), words)).rows == counted.rows[2:10]


_MANY = """
    insert into customer (account_id, first_name, last_name, created_at, created_by, updated_at, updated_by)
    select $1, 'Kari', case when n % 700 = 0 then 'Rare' when n > 2100 then 'Late' else 'Nr ' || n end, $2, '', $2, ''
    from generate_series(1, 2200) n
    """
