"""Keys with scopes, sites and an end, users and accounts, from a terminal."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import msgspec
import pytest

from kalends.actions.accounts.identity_provider import get_identity_provider
from kalends.actions.accounts.keys import authenticate_secret
from kalends.engine.accounts.principal import system
from kalends.engine.refusals import Unauthenticated
from kalends.store.db import open_pool
from tests.cli.running import kalends
from tests.people import logged_in
from tests.world import World, open_clinic

OLGA = "olga@example.org"


class Terminal(msgspec.Struct, frozen=True):
    """A clinic in a database of its own, and somebody who types commands about it."""

    url: str
    clinic: World

    async def prints(self, *command: str) -> list[str]:
        """What a command that works prints."""
        code, said, wrong = await self._run(*command)
        assert code == 0, wrong
        return said.splitlines()

    async def refuses(self, *command: str) -> str:
        """What a command says that can't be carried out."""
        code, said, wrong = await self._run(*command)
        assert (code, said) == (1, "")
        return wrong.splitlines()[-1]

    async def _run(self, *command: str) -> tuple[int | None, str, str]:
        slug = self.clinic.account.slug
        return await kalends(*(slug if word == "SLUG" else word for word in command), KALENDS_DATABASE_URL=self.url)


@pytest.fixture
async def terminal(own_database: str) -> AsyncIterator[Terminal]:
    pool: asyncpg.Pool = await open_pool(own_database, 1, 2)
    yield Terminal(own_database, await open_clinic(pool, datetime.now(UTC)))
    await pool.close()


async def test_a_login_service(terminal: Terminal, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("between us\n")
    service = ("login-service", "set", "--account", "SLUG", "--client-id", "kalends")
    refused = await terminal.refuses(*service, "--issuer", "http://login.example")
    assert refused == "kalends: Client secret is missing; issuer is not valid."
    issuer = ("--issuer", "https://login.example")
    await terminal.prints(*service, *issuer, "--secret", str(secret), "--domain", "studio.example")
    shown = ("login-service", "show", "--account", "SLUG")
    assert await terminal.prints(*shown) == [
        "State: active",
        "Issuer: https://login.example",
        "Client ID: kalends",
        "Domains: studio.example",
    ]
    await terminal.prints(*service, *issuer, "--name", "Studio")
    assert (await get_identity_provider(terminal.clinic.ctx())).client_secret == "between us"
    await terminal.prints("login-service", "disable", "--account", "SLUG")
    assert (await terminal.prints(*shown))[:2] == ["State: off", "Name: Studio"]


async def test_accounts_are_listed(terminal: Terminal) -> None:
    account = terminal.clinic.account
    assert await terminal.prints("account", "list") == [f"{account.slug}\tEurope/Oslo\tNOK\tClinic"]


async def test_a_login_of_a_program(terminal: Terminal) -> None:
    key = ("key", "create", "--account", "SLUG", "--door", "carecloud", "--name", "Festival app")
    (printed,) = await terminal.prints(*key, "--site", "Clinic", "--scope", "book", "--basic")
    login, password, application = printed.split(":")
    ctx, _ = await logged_in(terminal.clinic, login, password)
    assert (ctx.principal.name, ctx.principal.role) == ("Festival app", "staff")
    assert ctx.site_ids == frozenset({terminal.clinic.site})
    assert re.fullmatch("[0-9a-f]{22}", application)
    assert (await terminal.prints("user", "list", "--account", "SLUG"))[0].split("\t")[1] == login
    again = (await terminal.prints(*key))[0].split(":")
    assert again[2] == application
    assert "does not expire" in await terminal.refuses(*key, "--expires", "2999-12-31")
    assert "--basic is for logins" in await terminal.refuses(
        "key", "create", "--account", "SLUG", "--door", "makeplans", "--basic"
    )
    assert "Scopes is not supported" in await terminal.refuses(*key, "--scope", "manage")


async def test_a_key_of_a_site_that_reads_until_a_day(terminal: Terminal) -> None:
    clinic = terminal.clinic
    key = ("key", "create", "--account", "SLUG", "--door", "makeplans", "--name", "Till")
    (secret,) = await terminal.prints(*key, "--site", "Clinic", "--scope", "read", "--expires", "2999-12-31")
    asks = (await authenticate_secret(clinic.db, clinic.now, "makeplans", secret)).principal
    assert (asks.name, asks.scopes, asks.site_ids) == ("Till", frozenset({"read"}), frozenset({clinic.site}))
    end = datetime(2999, 12, 30, 23, tzinfo=UTC)  # midnight in Oslo
    assert asks.expires_at == end
    with pytest.raises(Unauthenticated):
        await authenticate_secret(clinic.db, end, "makeplans", secret)
    (line,) = await terminal.prints("key", "list", "--account", "SLUG")
    assert line.split("\t")[3:] == ["expires 2999-12-30 23:00", "read", f"sites {clinic.site}", "Till"]


async def test_a_key_may_do_all_that_keys_may(terminal: Terminal) -> None:
    await terminal.prints("key", "create", "--account", "SLUG", "--door", "locaboo")
    (line,) = await terminal.prints("key", "list", "--account", "SLUG")
    assert line.split("\t")[3:] == ["valid", "read,book,manage", "all sites", ""]


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--site", "Attic", "There is no site 'Attic'; there are Clinic."),
        ("--scope", "fly", "There is no scope 'fly'; there are read, book, manage, administer."),
        ("--expires", "2020-01-01", "Expiry must be in the future."),
    ],
)
async def test_a_key_that_can_not_be(terminal: Terminal, option: str, value: str, says: str) -> None:
    key = ("key", "create", "--account", "SLUG", "--door", "locaboo")
    assert await terminal.refuses(*key, option, value) == f"kalends: {says}"
    assert await terminal.prints("key", "list", "--account", "SLUG") == []


async def test_a_user_from_first_to_last(terminal: Terminal) -> None:
    clinic = terminal.clinic
    create = ("user", "create", "--account", "SLUG", "--email", OLGA, "--role", "manager", "--site", "Clinic")
    (first,) = await terminal.prints(*create)
    asks = (await logged_in(clinic, OLGA, first))[0].principal
    assert (asks.role, asks.site_ids) == ("manager", frozenset({clinic.site}))
    (second,) = await terminal.prints("user", "password", "--account", "SLUG", OLGA)
    await logged_in(clinic, OLGA, second)
    assert await terminal.prints("user", "disable", "--account", "SLUG", OLGA) == []
    for password in (first, second):
        with pytest.raises(Unauthenticated):
            await logged_in(clinic, OLGA, password)
    (line,) = await terminal.prints("user", "list", "--account", "SLUG")
    number, email, role, _, state, sites, name = line.split("\t")
    assert (number.isdecimal(), email, role, name) == (True, OLGA, "manager", OLGA)
    assert (state.startswith("disabled "), sites) == (True, f"sites {clinic.site}")


@pytest.mark.parametrize(
    ("email", "says"),
    [("olga", "E-mail address is not valid."), (OLGA, "Another one has this e-mail address already.")],
)
async def test_a_user_that_can_not_be(terminal: Terminal, email: str, says: str) -> None:
    create = ("user", "create", "--account", "SLUG", "--role", "staff", "--email")
    await terminal.prints(*create, OLGA.upper())
    assert await terminal.refuses(*create, email) == f"kalends: {says}"
    assert await terminal.refuses("user", "disable", "--account", "SLUG", "x@y.example") == (
        "kalends: There is no user x@y.example."
    )


async def test_the_journal_knows_that_a_user_was_made_at_a_terminal(terminal: Terminal) -> None:
    await terminal.prints("user", "create", "--account", "SLUG", "--email", OLGA, "--role", "owner")
    actors = await terminal.clinic.db.fetch("select distinct actor from journal where kind = 'staff_user'")
    assert [row[0] for row in actors] == [system("cli", "command line").actor]
