from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import asyncpg
import msgspec
import pytest

from kalends.actions.catalog.prices import set_prices
from kalends.engine.catalog.price import Price
from kalends.store.db import open_pool
from tests.acts import book_item
from tests.cli.running import kalends
from tests.desk import hour_of
from tests.world import World, open_clinic


class Office(msgspec.Struct, frozen=True):
    """Where invoices are written: a clinic in a database of its own, and a booking of 100.00 with a quarter of tax."""

    url: str
    clinic: World
    booking: str

    async def does(self, verb: str, *arguments: str) -> list[str]:
        """What a command that works prints."""
        code, said, wrong = await self._run(verb, *arguments)
        assert code == 0, wrong
        return said.splitlines()

    async def refuses(self, verb: str, *arguments: str) -> str:
        """What a command says that can't be carried out."""
        code, said, wrong = await self._run(verb, *arguments)
        assert (code, said) == (1, "")
        return wrong.splitlines()[-1]

    async def _run(self, verb: str, *arguments: str) -> tuple[int | None, str, str]:
        account = ("--account", self.clinic.account.slug)
        return await kalends("invoice", verb, *account, *arguments, KALENDS_DATABASE_URL=self.url)


@pytest.fixture
async def office(own_database: str) -> AsyncIterator[Office]:
    pool: asyncpg.Pool = await open_pool(own_database, 1, 2)
    clinic = await open_clinic(pool)
    await set_prices(clinic.ctx(), [Price(amount=Decimal(100), tax_rate=Decimal(25))], resource_id=clinic.hall)
    entry = await book_item(clinic.ctx(), hour_of(clinic.hall, customer_id=clinic.kari))
    yield Office(own_database, clinic, str(entry.item.booking_id))
    await pool.close()


async def test_from_issue_to_file(office: Office, tmp_path: Path) -> None:
    (number,) = await office.does("create", "--booking", office.booking, "--discount", "10%", "--due-days", "0")
    (line,) = await office.does("list")
    assert line.split("\t")[3:] == ["112.50", "NOK", "open", "Kari Nordmann"]
    assert await office.does("pay", number, "--method", "cash") == []
    (line,) = await office.does("list")
    assert line.split("\t")[0] == number
    assert line.split("\t")[5] != "open"
    file = tmp_path / "one.pdf"
    assert await office.does("pdf", number, "--output", str(file)) == [str(file)]
    assert file.read_bytes().startswith(b"%PDF-")


async def test_what_can_not_be_done_is_said_in_one_line(office: Office, tmp_path: Path) -> None:
    assert await office.refuses("create", "--booking", "999") == "kalends: There is no booking 999."
    too_much = await office.refuses("create", "--booking", office.booking, "--discount", "100.01")
    assert too_much == "kalends: Discount rate is out of range."
    unread = await office.refuses("create", "--booking", office.booking, "--discount", "half")
    assert unread == "kalends: There is no discount 'half'; write 10% or 20.00."
    assert await office.refuses("pay", "2027-0001") == "kalends: There is no invoice 2027-0001."
    (number,) = await office.does("create", "--booking", office.booking)
    nowhere = await office.refuses("pdf", number, "--output", str(tmp_path / "no" / "one.pdf"))
    assert nowhere.startswith("kalends: The file can't be written: ")
