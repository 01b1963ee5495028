"""A business that has nothing yet: an account and its owner by two commands, and the rest in the console."""

from pathlib import Path

from tests.cli.running import kalends, serving
from tests.console.desk_client import Desk

OF_STUDIO = ("--time-zone", "Europe/Berlin", "--currency", "EUR", "--country", "DE")


async def test_two_commands_lead_to_the_console(tmp_path: Path) -> None:
    where = {"KALENDS_DATA": str(tmp_path / "data")}
    code, _, err = await kalends("account", "create", "studio", "--name", "Studio North", *OF_STUDIO, **where)
    assert code == 0, err
    _, listed, _ = await kalends("account", "list", **where)
    assert listed == "studio\tEurope/Berlin\tEUR\tStudio North\n"
    named = ("--account", "studio", "--email", "marit@studio.example", "--role", "owner")
    code, password, err = await kalends("user", "create", *named, **where)
    assert code == 0, err
    async with (
        serving(KALENDS_DATA=where["KALENDS_DATA"]) as house,
        Desk(f"http://127.0.0.1:{house.port}", "studio", password.strip(), "marit@studio.example") as marit,
    ):
        assert await marit.open("/setup/business") == 200
    assert "Studio North" in marit.page


async def test_an_account_is_created_once_and_as_it_can_be(tmp_path: Path) -> None:
    where = {"KALENDS_DATA": str(tmp_path / "data")}
    wrong = ("--time-zone", "Europe/Nowhere", "--currency", "ZZZ", "--country", "ZZ")
    code, out, err = await kalends("account", "create", "My Studio", *wrong, **where)
    assert (code, out) == (1, "")
    assert "kalends: Slug is not valid; currency is not valid; country is not valid; time zone is not known." in err
    assert (await kalends("account", "create", "studio", *OF_STUDIO, **where))[0] == 0
    code, out, err = await kalends("account", "create", "studio", *OF_STUDIO, **where)
    assert (code, out) == (1, "")
    assert "kalends: Another one has this slug already." in err
