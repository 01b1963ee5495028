"""`python -m kalends.store.migrations REVISION`: the script from there (or from `base`) to the newest, by Alembic."""

import sys
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script.revision import Revision, RevisionMap

from kalends.store.migrations import newest, numbered


def main(start: str) -> None:
    """Write the script to standard output."""
    MigrationContext.configure(
        dialect_name="postgresql",
        opts={
            "as_sql": True,
            "starting_rev": None if start == "base" else start,
            "output_buffer": sys.stdout,
            "transactional_ddl": False,  # the transaction is whoever runs the script's
            "fn": steps,
        },
    ).run_migrations()


def steps(heads: str | tuple[str, ...], context: MigrationContext) -> Iterable[RevisionStep]:
    """The pending files as Alembic's steps, oldest first."""
    files = RevisionMap(lambda: revisions(context))
    pending: list[Any] = list(files.iterate_revisions(newest(), heads or "base", implicit_base=True))
    return [RevisionStep(files, revision, True) for revision in reversed(pending)]


def revisions(context: MigrationContext) -> list[Revision]:
    """Each file as a revision that follows the one before."""
    found: list[Revision] = []
    for file in numbered():
        revision: Any = Revision(file.name[:4], found[-1].revision if found else None)
        revision.module = SimpleNamespace(upgrade=writer(context, file.read_text(encoding="utf-8")))
        found.append(revision)
    return found


def writer(context: MigrationContext, text: str) -> Callable[[], None]:
    """An upgrade that writes the file as it is."""

    def upgrade() -> None:
        context.impl.static_output(text)

    return upgrade


if __name__ == "__main__":
    main(sys.argv[1])
