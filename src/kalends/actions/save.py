"""Write a record together with its journal entry, and skip both if nothing changed.

The revision of a resource, service, site or custom field is the number of its last journal entry. So it changes with
whatever belongs to the record, too: the hours, values and prices of a resource, and who serves a service.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple, TypeVar

import msgspec

from kalends.actions.access import internal
from kalends.actions.context import Context
from kalends.actions.expected import check_expected
from kalends.actions.journal import add_journal_entry, add_journal_images
from kalends.engine.patch import next_revision
from kalends.store import rows

T = TypeVar("T", bound=msgspec.Struct)


class Subject(NamedTuple):
    """What a journal entry is about."""

    kind: str
    id: int


@internal
async def add(ctx: Context, record: msgspec.Struct, verb: str = "add") -> None:
    """Insert a record of a type in store.rows.TABLES, with its journal entry, in the action's transaction.

    Raises Duplicate, NotFound or Invalid for a constraint of its table: store/constraints.py lists which.
    """
    await rows.insert(ctx.db, record)
    await add_journal_entry(ctx, verb, None, record)


@internal
async def save(ctx: Context, present: T, changed: T, verb: str = "change") -> T:
    """Replace `present` by `changed`, with a journal entry, in the action's transaction, which has locked the record.

    Returns the record as stored. If no field differs nothing is written: no revision, no `updated_at`, no journal
    entry. Raises Outdated if the caller expects another version, and Duplicate, NotFound or Invalid for a constraint
    of its table: store/constraints.py lists which.
    """
    check_expected(ctx, present)
    image = next_revision(present, changed, ctx.now, ctx.actor)
    if image is not present:
        await rows.update(ctx.db, image)
        await add_journal_entry(ctx, verb, present, image)
    return image


@internal
async def save_images(
    ctx: Context,
    verb: str,
    subject: Subject,
    before: Mapping[str, object],
    after: Mapping[str, object],
    write: Callable[[], Awaitable[object]],
) -> bool:
    """Write data that belongs to a subject but is not a field of it, such as openings, with a journal entry.

    `before` and `after` are the journal's images. If they are equal, `write` is not called. Returns whether it was; the
    subject, which the action's transaction has locked, has then the next revision.
    """
    if before == after:
        return False
    await write()
    await journal_images(ctx, verb, subject, before, after)
    return True


@internal
async def journal_images(
    ctx: Context, verb: str, subject: Subject, before: Mapping[str, object], after: Mapping[str, object]
) -> None:
    """Give a subject, which the action's transaction has locked, the next revision, with a journal entry of data that
    belongs to it and has been written; nothing if the images are equal."""
    if before != after:
        await rows.raise_revision(ctx.db, ctx.account.id, *subject)
        await add_journal_images(ctx, verb, *subject, before, after)
