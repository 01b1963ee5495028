import asyncio
import io
import os
import pty
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import asyncpg
import msgspec
import pytest
from pypdf import PdfReader

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.catalog.prices import set_prices
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.catalog.price import Price
from kalends.store.db import open_pool
from tests.acts import book_item, book_whole, change, put_in_order, whole
from tests.cli.running import KALENDS, kalends, surroundings
from tests.desk import DAY, HOUR, SOON, hour_of, mornings
from tests.world import World, open_clinic

PLAIN = "kalends: "


class Office(msgspec.Struct, frozen=True):
    """Where invoices are written: a clinic in a database of its own, and an hour of Kari's of 100.00 with a quarter of
    tax on it."""

    url: str
    clinic: World
    item: Item

    @property
    def booking(self) -> str:
        return str(self.item.booking_id)

    async def does(self, verb: str, *arguments: str) -> list[str]:
        """What a command that works prints."""
        code, out, wrong = await self.run(verb, *arguments)
        assert code == 0, wrong
        return out.splitlines()

    async def refuses(self, verb: str, *arguments: str) -> str:
        """What a command says that can't be carried out: all of its last message."""
        code, out, wrong = await self.run(verb, *arguments)
        assert (code, out) == (1, "")
        return wrong[wrong.index(PLAIN) + len(PLAIN) :].strip()

    async def run(self, verb: str, *arguments: str) -> tuple[int | None, str, str]:
        return await kalends(*self.command(verb, *arguments), KALENDS_DATABASE_URL=self.url)

    def command(self, verb: str, *arguments: str) -> tuple[str, ...]:
        return ("invoice", verb, "--account", self.clinic.account.slug, *arguments)

    async def at_a_terminal(self, answer: str, verb: str, *arguments: str) -> tuple[int | None, str]:
        """The exit code of a command whose question is answered so, and what it prints."""
        ours, theirs = pty.openpty()
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            KALENDS,
            *self.command(verb, *arguments),
            env=surroundings(KALENDS_DATABASE_URL=self.url),
            stdin=theirs,
            stdout=pipe,
            stderr=pipe,
        )
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        out, _ = await asyncio.wait_for(process.communicate(), 60)
        os.close(ours)
        return process.returncode, out.decode()


@pytest.fixture
async def office(own_database: str) -> AsyncIterator[Office]:
    pool: asyncpg.Pool = await open_pool(own_database, 1, 2)
    clinic = await open_clinic(pool)
    await set_prices(clinic.ctx(), [Price(amount=Decimal(100), tax_rate=Decimal(25))], resource_id=clinic.hall)
    view = await book_item(clinic.ctx(), hour_of(clinic.left, customer_id=clinic.kari, title="Choir"))
    await put_in_order(clinic.ctx(), [view.item.booking_id])
    yield Office(own_database, clinic, view.item)
    await pool.close()


async def test_from_issue_to_file(office: Office, tmp_path: Path) -> None:
    named = ("--booking", office.booking, "--discount", "10%", "--due-days", "0")
    (number,) = await office.does("create", *named, "--yes")
    (line,) = await office.does("list")
    assert line.split("\t")[3:] == ["112.50", "NOK", "open", "Kari Nordmann"]
    assert await office.does("pay", number, "--method", "cash") == []
    (line,) = await office.does("list")
    assert line.split("\t")[0] == number
    assert line.split("\t")[5] != "open"
    file = tmp_path / "one.pdf"
    assert await office.does("pdf", number, "--output", str(file)) == [str(file)]
    assert file.read_bytes().startswith(b"%PDF-")


async def test_it_is_shown_before_it_is_issued(office: Office) -> None:
    code, out, shown = await office.run("create", "--booking", office.booking, "--yes")
    assert (code, len(out.splitlines())) == (0, 1)
    assert shown.splitlines() == [
        f"Invoice (draft) for Kari Nordmann (customer {office.clinic.kari})",
        "  Storgata 7, 0155, Oslo",
        "  Prices are net.",
        (
            "  1. 2027-03-01 11:00-12:00  Hall / Left · Choir  100.00, tax 25 %"
            f" [item {office.item.id} of booking {office.booking}]"
        ),
        "  Net 100.00, tax 25 % 25.00",
        "  Total 125.00 NOK with tax",
    ]


async def test_without_a_terminal_it_does_not_ask(office: Office) -> None:
    wrong = await office.refuses("create", "--booking", office.booking)
    assert wrong == "There is no terminal to ask at, so nothing was issued: say --yes if it is right."
    assert await office.does("list") == []


async def test_at_a_terminal_it_asks(office: Office) -> None:
    assert await office.at_a_terminal("n", "create", "--booking", office.booking) == (1, "")
    assert await office.does("list") == []
    code, number = await office.at_a_terminal("y", "create", "--booking", office.booking)
    assert code == 0
    assert await office.at_a_terminal("n", "cancel", number.strip()) == (1, "")
    assert len(await office.does("list")) == 1


async def test_items_and_bookings_are_not_mistaken(office: Office) -> None:
    hall, times = (RequestedResource(office.clinic.hall),), mornings(3, DAY)
    season = await book_whole(office.clinic.ctx(), whole(resources=hall, times=times, customer_id=office.clinic.kari))
    booking, item = season.booking.id, season.items[-1].item.id
    wrong = await office.refuses("create", "--booking", str(item))
    assert wrong == (f"There is no booking {item}, but item {item} is of booking {booking}.")
    (number,) = await office.does("create", "--item", str(item), "--yes")
    (row,) = [line for line in await office.does("show", number) if "[item" in line]
    assert row.endswith(f"[item {item} of booking {booking}]")


async def test_what_is_cancelled_or_not_agreed_to_is_said(office: Office) -> None:
    await change_item_state(office.clinic.ctx(), office.item.id, "cancel")
    wrong = await office.refuses("create", "--booking", office.booking, "--yes")
    assert wrong == f"There is nothing to invoice for booking {office.booking}: it was cancelled."


async def test_a_month_of_a_customer(office: Office) -> None:
    kari = str(office.clinic.kari)
    asked = hour_of(office.clinic.hall, SOON + 2 * HOUR, customer_id=office.clinic.kari, state="awaiting_confirmation")
    waiting = (await book_item(office.clinic.ctx(), asked)).item
    code, number, shown = await office.run("create", "--customer", kari, "--month", "2027-03", "--yes")
    assert (code, number.startswith("20")) == (0, True)
    why = "nobody has agreed to it yet"
    assert f"Item {waiting.id} of booking {waiting.booking_id} (2027-03-01) is left out: {why}." in shown
    again = await office.refuses("create", "--customer", kari, "--from", "2027-03-01", "--until", "2027-03-02", "--yes")
    assert again.splitlines() == [
        f"There is nothing to invoice for customer {kari} from 2027-03-01 to 2027-03-01:",
        (
            f"  - Item {office.item.id} of booking {office.booking} (2027-03-01) is left out: it is on invoice"
            f" {number.strip()} already."
        ),
        f"  - Item {waiting.id} of booking {waiting.booking_id} (2027-03-01) is left out: {why}.",
    ]
    empty = await office.refuses("create", "--customer", kari, "--month", "2027-12", "--yes")
    assert (
        empty == f"There is nothing to invoice for customer {kari} from 2027-12-01 to 2027-12-31: nothing was booked."
    )


async def test_what_was_extended_after_its_invoice_is_said(office: Office) -> None:
    (number,) = await office.does("create", "--booking", office.booking, "--yes")
    await change(office.clinic.ctx(), office.item.id, {"ends_at": SOON + 2 * HOUR})
    wrong = await office.refuses("create", "--booking", office.booking, "--yes")
    assert wrong == (
        f"There is nothing to invoice for booking {office.booking}: it is on invoice {number} with 100.00 and costs"
        f" 200.00 now: cancel {number} and invoice it anew."
    )
    (cancellation,) = await office.does("cancel", number, "--reason", "Extended", "--yes")
    (anew,) = await office.does("create", "--booking", office.booking, "--yes")
    listed = [line.split("\t") for line in await office.does("list")]
    assert [(line[0], line[3], line[5]) for line in listed] == [
        (number, "125.00", "cancelled"),
        (anew, "250.00", "open"),
        (cancellation, "-125.00", f"takes back {number}"),
    ]


async def test_a_credit_note(office: Office) -> None:
    (number,) = await office.does("create", "--booking", office.booking, "--yes")
    assert (await office.refuses("credit", number, "--amount", "25=10", "--yes")) == (
        "Say the --reason: it stands on the row of the amount."
    )
    wrong = await office.refuses("credit", number, "--row", "2", "--amount", "7=0", "--reason", "Cold", "--yes")
    assert wrong == (
        "There is no such row on the invoice. There is no such tax rate on the invoice."
        " An amount must be more than 0, in whole cents, and no more than is left of its rate."
    )
    (credit,) = await office.does("credit", number, "--amount", "25=10", "--reason", "Cold", "--yes")
    assert credit.startswith("CREDIT-")
    assert (await office.does("show", number))[-1] == f"  taken back by credit note {credit}: -12.50"
    assert f"  takes back invoice {number}" in await office.does("show", credit)
    unread = await office.refuses("credit", number, "--amount", "10")
    assert unread == "There is no amount '10'; write the tax rate and the amount, as 19=50.00."


async def test_a_draft_has_no_number(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "draft.pdf"
    assert await office.does("create", "--booking", office.booking, "--draft", str(file)) == [str(file)]
    text = PdfReader(io.BytesIO(file.read_bytes())).pages[0].extract_text()
    assert "2027-" not in text
    assert await office.does("list") == []


async def test_all_that_is_missing_is_said_at_once(office: Office, tmp_path: Path) -> None:
    ola = (await book_item(office.clinic.ctx(), hour_of(office.clinic.right, customer_id=office.clinic.ola))).item
    await office.clinic.db.execute("update account set profile = '{}' where id = $1", office.clinic.account.id)
    wrong = await office.refuses("create", "--booking", str(ola.booking_id), "--yes")
    assert wrong.splitlines() == [
        "The invoice can't be issued:",
        "  - Your address is missing: set `street`, `postcode` and `city` in [profile].",
        "  - Your tax number and VAT id are missing: set `tax_number` or `vat_id` in [profile].",
        "  - The customer's address (street, postcode, city) is missing, which only small amounts may do without.",
    ]
    file = str(tmp_path / "draft.pdf")
    assert await office.does("create", "--booking", str(ola.booking_id), "--draft", file) == [file]


async def test_what_can_not_be_done_is_said_in_sentences(office: Office, tmp_path: Path) -> None:
    assert await office.refuses("create", "--booking", "999999") == "There is no booking 999999."
    assert await office.refuses("create", "--item", "999999") == "There is no item 999999."
    too_much = await office.refuses("create", "--booking", office.booking, "--discount", "100.01")
    assert too_much == "The discount is below zero or more than the sum."
    unread = await office.refuses("create", "--booking", office.booking, "--discount", "half")
    assert unread == "There is no discount 'half'; write 10% or 20.00."
    several = ("--booking", office.booking, "--customer", "1", "--due-days", "-1", "--method", "shells")
    assert await office.refuses("create", *several) == (
        "Say one of --booking, --item and --customer, not several."
        " Say which days of the customer: --month, or --from and --until."
        " There can be 0 to 3650 days to pay. There is no such way to pay."
    )
    assert await office.refuses("create", "--customer", "1", "--month", "March") == (
        "There is no month 'March'; write 2027-03."
    )
    assert await office.refuses("pay", "2027-0001") == "There is no invoice 2027-0001."
    (number,) = await office.does("create", "--booking", office.booking, "--yes")
    nowhere = await office.refuses("pdf", number, "--output", str(tmp_path / "no" / "one.pdf"))
    assert nowhere.startswith("The file can't be written: ")
