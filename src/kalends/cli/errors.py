"""What went wrong with a command, as one line for whoever typed it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from kalends.cli.faults import FAULTS
from kalends.engine.refusals import Refusal
from kalends.notices.sentences import sentence
from kalends.settings import Refused
from kalends.store import embedded, migrations
from kalends.store.accounts.accounts import AccountClosed
from kalends.store.backup import BackupFailed
from kalends.store.db import LATE, UNAVAILABLE, CommitLost, first_line


class CommandError(Exception):
    """A command that can't be carried out; the message is for whoever typed it; lists have several lines."""


@contextmanager
def reporting_errors() -> Iterator[None]:
    """Print expected errors as one line on standard error, and end with exit code 1."""
    try:
        yield
    except (CommandError, Refused, embedded.Unusable, migrations.Failed, BackupFailed) as error:
        raise _exit(str(error)) from error
    except Refusal as refusal:
        raise _exit(sentence(refusal, FAULTS)) from refusal
    except LATE as error:  # a TimeoutError is an OSError too, but the database is there
        raise _exit("The database was busy for too long; nothing was changed. Try again.") from error
    except CommitLost as error:
        raise _exit("The connection to the database was lost: look whether the change was made.") from error
    except AccountClosed as error:
        raise _exit(str(error)) from error
    except UNAVAILABLE as error:
        raise _exit(f"The database can't be used: {first_line(error) or 'no answer'}") from error


def _exit(line: str) -> typer.Exit:
    print(f"kalends: {line}", file=sys.stderr)
    return typer.Exit(1)
