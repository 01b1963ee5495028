"""`kalends messages`: what customers and staff are told."""

import typer

from kalends.cli.message_preview import preview

commands = typer.Typer(help="Messages of an account to customers and staff.", no_args_is_help=True)
commands.command()(preview)
