from pathlib import Path

import asyncpg
import pytest
import typer

from kalends.cli.apply import read_file
from kalends.cli.errors import CommandError, reporting_errors
from kalends.store.db import LATE
from tests.cli.running import kalends

ACCOUNT = """
slug = "bakery"
time_zone = "Europe/Berlin"
currency = "EUR"
country = "DE"
resources = [{ title = "Oven", kind = "equipment" }]
keys = [{ door = "makeplans", name = "shop" }]
"""


@pytest.fixture
def bakery(tmp_path: Path) -> Path:
    file = tmp_path / "bakery.toml"
    file.write_text(ACCOUNT, encoding="utf-8")
    return file


async def test_a_file_is_followed_and_its_key_printed_once(own_database: str, bakery: Path) -> None:
    code, said, wrong = await kalends("apply", "--create", str(bakery), KALENDS_DATABASE_URL=own_database)
    assert code == 0, wrong
    *made, _, key = said.splitlines()
    assert made == ["made    account bakery", "made    resource Oven", "made    key makeplans shop"]
    assert key.startswith("key makeplans shop: ")
    code, said, _ = await kalends("apply", str(bakery), KALENDS_DATABASE_URL=own_database)
    assert (code, said) == (0, "3 left as they were\n")


async def test_a_new_bakery_is_in_order(own_database: str, bakery: Path) -> None:
    await kalends("apply", "--create", str(bakery), KALENDS_DATABASE_URL=own_database)
    code, said, _ = await kalends("check", KALENDS_DATABASE_URL=own_database)
    assert (code, said) == (0, "No problems found.\n")


async def test_what_is_out_of_order_is_printed(own_database: str, bakery: Path) -> None:
    await kalends("apply", "--create", str(bakery), KALENDS_DATABASE_URL=own_database)
    connection = await asyncpg.connect(own_database)
    await connection.execute(
        "insert into journal (account_id, at, actor, verb, kind, subject_id, revision) select id, created_at, 'a', 'b',"
        " 'item', 7, 0 from account"
    )
    await connection.close()
    code, said, _ = await kalends("check", KALENDS_DATABASE_URL=own_database)
    assert code == 1
    assert "item 7: 1 of 0 changes are in the journal (unjournalled)\n1 problem found.\n" in said


@pytest.mark.parametrize("late", LATE)
def test_who_waits_too_long_is_told_so_in_one_line(late: type[Exception], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, reporting_errors():
        raise late("deadlock detected")
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err.startswith("kalends: The database was busy for too long; nothing was changed.")


def test_a_file_that_says_nonsense_is_refused_in_one_line(bakery: Path) -> None:
    for text, why in (
        ("slug =", "Invalid value"),
        ('slug = "A b"', "slug"),
        ('slug = "b"\nkeys = [{ door = "attic" }]', "there is no door 'attic'"),
    ):
        bakery.write_text(text, encoding="utf-8")
        with pytest.raises(CommandError, match=why):
            read_file(bakery)
    with pytest.raises(CommandError, match="No such file"):
        read_file(bakery.with_name("cake.toml"))
