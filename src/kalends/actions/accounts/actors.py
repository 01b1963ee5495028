"""What people call those who did something: the names behind `created_by`, `updated_by` and the journal's actors."""

from collections.abc import Iterable

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.store.accounts.actors import find_names

_KINDS = ("key", "user", "customer")


@allow("read")
async def actor_names(ctx: Context, actors: Iterable[str]) -> dict[str, str]:
    """A display name for each of these actors, in one statement: of `key:7` the key's name, of a user theirs.

    Whoever has no name, and what is no actor with an id (`apply`), is called by the actor's own text.
    """
    every = set(actors)
    ids: dict[str, list[int]] = {kind: [] for kind in _KINDS}
    for actor in every:
        kind, _, number = actor.partition(":")
        if kind in ids and number.isdecimal() and len(number) < 16:
            ids[kind].append(int(number))
    found = {}
    if any(ids.values()):
        found = await find_names(ctx.db, ctx.account.id, ids["key"], ids["user"], ids["customer"])
    return {actor: found.get(actor) or actor for actor in every}
