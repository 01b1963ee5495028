"""Booking, and all that may become of a booking afterwards."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.actions.context import Context, transaction
from kalends.actions.customers import retry_on_conflict
from kalends.actions.drafting import place_first, prepare
from kalends.actions.revising import advanced, kept, revised, rewritten, taken_anew
from kalends.engine.booking import ACTIVE, next_state, state_at
from kalends.engine.listing import ItemQuery, ItemView, Page
from kalends.engine.messages import messages
from kalends.engine.ordering import check_words
from kalends.engine.refusals import IllegalTransition, NotFound, WrongCode
from kalends.engine.wish import BY_POLICY, MessageOverrides, Wish
from kalends.store import commit, items


async def get(ctx: Context, item_id: int) -> ItemView:
    """One item in any state. Raises NotFound."""
    return _found(ctx, await items.find_item(ctx.db, ctx.account.id, item_id), item_id)


async def find_by_external_id(ctx: Context, external_id: str) -> ItemView:
    """The newest item that carries the caller's own id, where the key may look. Raises NotFound."""
    found = await items.find_by_external_id(ctx.db, ctx.account.id, external_id, ctx.site_ids)
    return _found(ctx, found, external_id)


async def list_items(ctx: Context, query: ItemQuery) -> Page[ItemView]:
    """One page of a listing of what is where the key may look."""
    return Page(*await items.list_items(ctx.db, ctx.account.id, query, ctx.now, ctx.site_ids))


async def book(ctx: Context, wish: Wish) -> ItemView:
    """Book what is wished for, or say why not; nothing is written unless all of it is.

    Raises what `prepare` and `place_first` raise.
    """

    async def place() -> ItemView:
        return await place_first(ctx, await prepare(ctx, wish))

    return await retry_on_conflict(place)


async def change(
    ctx: Context,
    item_id: int,
    fields: Mapping[str, Any],
    *,
    force: bool = False,
    remind: bool = False,
    asked: MessageOverrides = BY_POLICY,
) -> ItemView:
    """Change some fields of an item, named as in engine.wish.Wish; moving it frees and takes in one transaction.

    A seat's times, resource and service are its session's and stay as they are. Without `ends_at` a moved item keeps
    its length. What is as it was already is not written again, and nobody is told. Raises what `prepare` raises,
    NotFound(item), IllegalTransition for one that is deleted, Full, and Invalid(expires_at: past).
    """
    resources, sessions = ([fields[name]] if fields.get(name) else [] for name in ("resource_id", "session_id"))

    async def rewrite() -> ItemView:
        async with transaction(ctx) as tx:
            await commit.lock(tx.db, ctx.account.id, ctx.now, [item_id], resources, sessions)
            was = await _present(tx, item_id, "change")
            changed = await rewritten(tx, was, fields, force=force, remind=remind)
            entry = changed.entry
            if entry.item == revised(tx, was.item, {}):
                return was
            active = was.item.state in ACTIVE
            sent = messages("change", entry.item, entry.customer, ctx.account, asked, was_active=active)
            await commit.commit(tx.db, ctx.account.id, msgspec.structs.replace(changed.change, messages=sent))
            return entry

    return await retry_on_conflict(rewrite)


async def advance(
    ctx: Context, item_id: int, verb: str, *, asked: MessageOverrides = BY_POLICY, code: str | None = None
) -> ItemView:
    """Verify, confirm, decline, cancel or remove an item; with a `code` the verification code must be that one.

    Raises NotFound, IllegalTransition, WrongCode, and Full or Retired(resource) for a draft that is confirmed.
    """
    async with transaction(ctx) as tx:
        await commit.lock(tx.db, ctx.account.id, ctx.now, [item_id])
        was = await get(tx, item_id)
        state = next_state(state_at(was.item, ctx.now), verb, ctx.account.policy)
        if code is not None and not _is_code(code, was.item.verification_code):
            raise WrongCode()
        entry = advanced(tx, was, state, verb)
        taken = await taken_anew(tx, was.item, entry)
        active = was.item.state in ACTIVE
        sent = messages(verb, entry.item, entry.customer, ctx.account, asked, was_active=active)
        change = msgspec.structs.replace(kept(tx, verb, [entry], sent), claims=taken)
        await commit.commit(tx.db, ctx.account.id, change)
        return entry


async def set_status(ctx: Context, item_id: int, status: str | None) -> ItemView:
    """Note how the customer attended, or take the note back with None.

    Raises NotFound, IllegalTransition for an item that is deleted, Invalid(status: unknown).
    """
    check_words(None, status)
    async with transaction(ctx) as tx:
        await commit.lock(tx.db, ctx.account.id, ctx.now, [item_id])
        entry = await _present(tx, item_id, "status")
        if entry.item.status == status:
            return entry
        entry = msgspec.structs.replace(entry, item=revised(tx, entry.item, {"status": status}))
        await commit.commit(tx.db, ctx.account.id, kept(tx, "status", [entry]))
        return entry


async def _present(ctx: Context, item_id: int, verb: str) -> ItemView:
    """One item that is not deleted."""
    entry = await get(ctx, item_id)
    if entry.item.state == "deleted":
        raise IllegalTransition("deleted", verb)
    return entry


def _is_code(said: str, code: str | None) -> bool:
    """Whether it is the code, which has lost the zeros at its front where it went as a number."""
    return bool(said and code and said.zfill(len(code)) == code)


def _found(ctx: Context, entry: ItemView | None, which: object) -> ItemView:
    if entry is None or not ctx.sees(entry.site_id):
        raise NotFound("item", which)
    return entry
