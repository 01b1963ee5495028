"""Things as an action leaves them: written, and told in the journal, if they have changed at all."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import msgspec

from kalends.actions.access import internal
from kalends.actions.context import Context
from kalends.actions.journal import note, note_images
from kalends.engine.patch import next_image
from kalends.store import rows

T = TypeVar("T", bound=msgspec.Struct)


@internal
async def add(ctx: Context, thing: msgspec.Struct, verb: str = "add") -> None:
    """In the action's transaction: write a new thing of store.rows.TABLES, with its entry in the journal.

    Raises what the table's constraints come to (store.conflicts): Duplicate, NotFound, Invalid.
    """
    await rows.insert(ctx.db, thing)
    await note(ctx, verb, None, thing)


@internal
async def save(ctx: Context, present: T, wanted: T, verb: str = "change") -> T:
    """In the action's transaction, which holds the thing: `wanted` in place of `present`, as it is kept from now on.

    When nothing differs, nothing is written: no revision, no `updated_at`, no entry in the journal. Raises as `add`.
    """
    image = next_image(present, wanted, ctx.now, ctx.actor)
    if image is not present:
        await rows.update(ctx.db, image)
        await note(ctx, verb, present, image)
    return image


@internal
async def save_images(
    ctx: Context,
    verb: str,
    subject: tuple[str, int],
    before: Mapping[str, object],
    after: Mapping[str, object],
    write: Callable[[], Awaitable[object]],
) -> bool:
    """In the action's transaction: write what belongs to a subject (its kind and id) beside its own fields.

    `before` and `after` are its images for the journal. When they are the same nothing is written. Answers whether
    something was.
    """
    if before == after:
        return False
    await write()
    await note_images(ctx, verb, *subject, before, after)
    return True
