"""The journal of what is not written through the guard."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.actions.access import internal
from kalends.actions.context import Context
from kalends.engine.bookings.change_set import JournalEntry
from kalends.store.journal import add_note

_INNER_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
_UNTOLD = {"account_id", "secret", "updated_at"}


@internal
async def note(ctx: Context, what: str, before: msgspec.Struct | None, after: msgspec.Struct | None) -> None:
    """In the action's transaction: tell what a thing with an id was and has become; None when it was or is not there.

    The journal knows it by the name of its kind, in small letters: `resource`, `service`, `customer_group`.
    """
    subject: Any = after or before
    images = (None if one is None else msgspec.structs.asdict(one) for one in (before, after))
    kind = _INNER_CAPITAL.sub("_", type(subject).__name__).lower()
    await note_images(ctx, what, kind, subject.id, *images)


@internal
async def note_images(
    ctx: Context,
    what: str,
    kind: str,
    subject_id: int,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """The same of any fields; of two images only what differs is told, and no secret ever."""
    told = JournalEntry(
        at=ctx.now,
        actor=ctx.actor,
        door=ctx.door,
        verb=what,
        kind=kind,
        subject_id=subject_id,
        before=_told(before, after),
        after=_told(after, before),
    )
    await add_note(ctx.db, ctx.account.id, told)


def _told(image: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if image is None:
        return None
    differing = {name: value for name, value in image.items() if other is None or other.get(name) != value}
    return {name: value for name, value in differing.items() if name not in _UNTOLD}
