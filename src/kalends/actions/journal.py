"""Journal entries of records that are written without `store.commit`: catalogue, settings, users, webhooks."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.actions.access import internal
from kalends.actions.context import Context
from kalends.engine.bookings.change_set import JournalEntry
from kalends.engine.version import kind_of
from kalends.store.journal import add_entry

_NEVER_RECORDED = {"account_id", "secret", "client_secret", "previous_secret", "revision", "updated_at"}


@internal
async def add_journal_entry(
    ctx: Context, verb: str, before: msgspec.Struct | None, after: msgspec.Struct | None
) -> None:
    """Write a journal entry about a record with an id, in the action's transaction.

    `before` is None for a new record, `after` for a removed one. The entry's kind is the record's type in snake case:
    `resource`, `service`, `customer_group`.
    """
    record: Any = after or before
    images = (None if image is None else msgspec.structs.asdict(image) for image in (before, after))
    await add_journal_images(ctx, verb, kind_of(record), record.id, *images)


@internal
async def add_journal_images(
    ctx: Context,
    verb: str,
    kind: str,
    subject_id: int,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Write a journal entry from two images of a subject; only fields that differ are recorded, and never secrets."""
    entry = JournalEntry(
        at=ctx.now,
        actor=ctx.actor,
        door=ctx.door,
        request_id=ctx.request_id,
        verb=verb,
        kind=kind,
        subject_id=subject_id,
        before=_recorded_fields(before, after),
        after=_recorded_fields(after, before),
    )
    await add_entry(ctx.db, ctx.account.id, entry)


def _recorded_fields(image: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The fields of one image that differ from the other, without the fields that are never recorded."""
    if image is None:
        return None
    differing = {name: value for name, value in image.items() if other is None or other.get(name) != value}
    return {name: value for name, value in differing.items() if name not in _NEVER_RECORDED}
