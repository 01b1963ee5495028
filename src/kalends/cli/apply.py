"""`kalends apply`: create or update an account from a TOML file."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kalends.cli.database import run
from kalends.cli.errors import CommandError, reporting_errors
from kalends.cli.faults import FAULTS
from kalends.engine.refusals import Refusal
from kalends.main import DOORS
from kalends.notices.sentences import sentence
from kalends.provision.applied import Applied
from kalends.provision.apply import apply as apply_description
from kalends.provision.description import Description, InvalidDescription, read
from kalends.store.db import Pool


def apply(
    file: Annotated[Path, typer.Argument(help="A TOML file in the format of docs/apply.md.")],
    create: Annotated[bool, typer.Option("--create", help="Create the account if it does not exist.")] = False,
) -> None:
    """Create or update an account from a TOML file. Running it again changes nothing. Prints the keys it creates."""
    with reporting_errors():
        description = read_file(file)

        async def act(pool: Pool) -> Applied:
            return await apply_description(pool, datetime.now(UTC), description, create=create)

        try:
            applied = run(act, creating=True)
        except InvalidDescription as error:
            raise CommandError(f"{file}: {error}.") from error
        except Refusal as refusal:
            raise CommandError(f"{file}: {sentence(refusal, FAULTS)}") from refusal
        print("\n".join(lines(applied)))


def read_file(file: Path) -> Description:
    """The description in a file, checked as far as possible without the database. Raises CommandError."""
    try:
        description = read(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, InvalidDescription) as error:
        raise CommandError(f"{file}: {error}.") from error
    if unknown := sorted({key.door for key in description.keys} - {door.name for door in DOORS}):
        raise CommandError(f"{file}: there is no door {unknown[0]!r}.")
    return description


def lines(applied: Applied) -> list[str]:
    """What was made and changed, and the secrets of new keys, which are shown only this once."""
    outcomes = [f"{outcome:8}{name}" for outcome in ("made", "changed") for name in applied.named(outcome)]
    secrets = [f"{name}: {secret}" for name, secret in applied.keys.items()]
    return [*outcomes, f"{len(applied.named('left'))} left as they were", *secrets]
