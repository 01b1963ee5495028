"""`kalends`: the commands."""

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kalends.cli.signals import end_orderly
from kalends.cli.terminal import printable

COMMANDS = {
    "serve": "serve:serve",
    "work": "serve:work",
    "migrate": "serve:migrate",
    "demo": "demo.load:demo",
    "apply": "apply:apply",
    "check": "check:check",
    "journal": "journal:journal",
    "prune": "prune:prune",
    "retry": "retry:retry",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "account": "account:commands",
    "user": "user:commands",
    "login-service": "login_service:commands",
    "key": "key:commands",
    "invoice": "invoice:commands",
    "event": "event:commands",
    "messages": "messages:commands",
    "webhook": "webhook:commands",
}
"""Where each command is: a module of this package, and the name of a function or of a group of commands in it."""


class LoadedWhenAsked(Mapping[str, Any]):
    """The commands, each loaded when it is asked for: to load them all takes longer than most of them do."""

    def __getitem__(self, name: str) -> Any:
        module, place = COMMANDS[name].split(":")
        found = getattr(import_module(f"kalends.cli.{module}"), place)
        alone = typer.Typer(rich_markup_mode=None)
        if isinstance(found, typer.Typer):
            alone.add_typer(found, name=name)
        else:
            alone.command(name)(found)
        return typer.main.get_group(alone).commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class Commands(TyperGroup):
    def __init__(self, **attributes: Any) -> None:
        super().__init__(**{**attributes, "commands": LoadedWhenAsked()})


app = typer.Typer(
    cls=Commands,
    help="Kalends: a booking server that you run yourself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def print_version(requested: bool) -> None:
    if requested:
        print(version("kalends"))
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", is_eager=True, callback=print_version, help="Print the version and exit.")
]


@app.callback()
def prepare(version: Version = False) -> None:
    """Before every command."""
    end_orderly()
    sys.stdout, sys.stderr = printable(sys.stdout), printable(sys.stderr)
