"""`kalends apply`: an account as a file describes it."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kalends.cli.house import Wrong, plainly, run
from kalends.engine.refusals import Refusal
from kalends.main import DOORS
from kalends.provision import apply as action
from kalends.provision.applied import Applied
from kalends.provision.description import Description, Misdescribed, read
from kalends.store.db import Pool


def apply(file: Annotated[Path, typer.Argument(help="A TOML file; docs/apply.md tells what it may say.")]) -> None:
    """Make or change an account as a file describes it; again it changes nothing. Prints the keys that it makes."""
    with plainly():
        said = described(file)

        async def act(pool: Pool) -> Applied:
            try:
                return await action.apply(pool, datetime.now(UTC), said)
            except Misdescribed as error:
                raise Wrong(f"{file}: {error}.") from error
            except Refusal as refused:
                raise Wrong(f"{file}: refused, {refused.code.replace('_', ' ')}: {refused}.") from refused

        print("\n".join(lines(run(act, creating=True))))


def described(file: Path) -> Description:
    """What the file says, as far as that can be judged without the database. Raises Wrong."""
    try:
        said = read(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, Misdescribed) as error:
        raise Wrong(f"{file}: {error}.") from error
    if strange := sorted({key.door for key in said.keys} - {door.name for door in DOORS}):
        raise Wrong(f"{file}: there is no door {strange[0]!r}.")
    return said


def lines(applied: Applied) -> list[str]:
    """What became of each thing, and the secrets of new keys, which are shown this once."""
    said = [f"{outcome:8}{name}" for outcome in ("made", "changed") for name in applied.named(outcome)]
    said.append(f"{len(applied.named('left'))} left as they were")
    return [*said, *(f"{name}: {secret}" for name, secret in applied.keys.items())]
