"""Display names of actors, as they are stored in `created_by`, `updated_by` and the journal."""

from collections.abc import Iterable

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.store.accounts.actors import find_names

_KINDS = ("key", "user", "customer")


@allow("read", "practitioner")
async def actor_names(ctx: Context, actors: Iterable[str]) -> dict[str, str]:
    """Return a display name for each actor, such as the key's name for `key:7`, in one statement; the caller's own
    is known.

    An actor without a name or without an id (`apply`) is returned as it is.
    """
    unique_actors = set(actors)
    own = {ctx.actor: ctx.principal.name}
    ids: dict[str, list[int]] = {kind: [] for kind in _KINDS}
    for actor in unique_actors - own.keys():
        kind, _, number = actor.partition(":")
        if kind in ids and number.isdecimal() and len(number) < 16:
            ids[kind].append(int(number))
    names = {}
    if any(ids.values()):
        names = await find_names(ctx.db, ctx.account.id, ids["key"], ids["user"], ids["customer"])
    names |= own
    return {actor: names.get(actor) or actor for actor in unique_actors}
