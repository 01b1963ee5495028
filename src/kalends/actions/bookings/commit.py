"""Commits a change set, over what takes its time already where the caller wants that."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from kalends.actions.access import internal
from kalends.actions.context import Context
from kalends.engine.bookings.change_set import ChangeSet
from kalends.engine.bookings.overlap import IfTaken, with_overlaps
from kalends.engine.refusals import Full
from kalends.store.catalog.resources import find_resources
from kalends.store.commit import commit
from kalends.store.db import Db

Write: TypeAlias = Callable[[Db, int, ChangeSet], Awaitable[None]]
"""What becomes of a change set: `store.commit.commit`, or `check`, which only asks whether it could be committed."""


@internal
async def commit_planned(
    ctx: Context, planned: ChangeSet, if_taken: IfTaken = "refuse", write: Write = commit
) -> ChangeSet:
    """Commit a change set, or with `write` check only ask whether it could be, and return it as it is written.

    With `if_taken` overlap, items and sessions that find a person's time taken are written as overlaps on purpose; the
    guard finds out which, so that all others stay under the exclusion constraint.

    Raises as store.commit.commit does; with overlap, Full only for what may not overlap (see engine/bookings/overlap).
    """
    while True:
        try:
            await write(ctx.db, ctx.account.id, planned)
        except Full as full:
            overlapping = with_overlaps(planned, full, await _people(ctx, full)) if if_taken == "overlap" else None
            if overlapping is None:
                raise
            planned = overlapping
        else:
            return planned


async def _people(ctx: Context, full: Full) -> set[int]:
    """Those of the resources that are full who are people."""
    ids = [conflict.which for conflict in full.conflicts if conflict.what == "resource" and conflict.which is not None]
    return {resource.id for resource in await find_resources(ctx.db, ctx.account.id, ids) if resource.kind == "person"}
