"""Links for guests: with a link one may see an item, or all items of a booking, and verify or cancel them."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from kalends.actions.access import allow, internal
from kalends.actions.accounts.keys import add_token, digest
from kalends.actions.bookings.find import bookings_in, get_item
from kalends.actions.context import Context
from kalends.engine.accounts.principal import OWN_SCOPES, Principal
from kalends.engine.accounts.token import AccessToken
from kalends.engine.refusals import NotFound
from kalends.store.accounts.tokens import delete_link, move_link, rename_link
from kalends.store.bookings.find import Scope
from kalends.store.db import Db

AFTER_THE_LAST = timedelta(days=30)
"""How long customers see a booking by its link when its last time is over."""


@allow("book")
async def create_item_link(ctx: Context, door: str, item_id: int, expires_at: datetime) -> str:
    """Create a link to an item, valid at one door until `expires_at`. Returns its secret. Raises NotFound(item)."""
    await get_item(ctx, item_id)
    return await _create_link(ctx, door, expires_at, item_id=item_id)


@allow("book")
async def create_booking_link(
    ctx: Context,
    door: str,
    booking_id: int,
    expires_at: datetime,
    secret: str | None = None,
    *,
    proof: str = "",
    without: Collection[int] = (),
) -> str:
    """Create a link to all items of a booking but those `without`, valid at one door until `expires_at`. Returns its
    secret, a new one unless it is given. `proof`: what whoever has it is known by, as of `proof_of`, if it is sent to a
    customer.

    Raises NotFound(booking).
    """
    scope = Scope(ctx.account.id, ctx.now, ctx.site_ids, [booking_id], placeless_seats=True)
    if not await bookings_in(ctx, scope):
        raise NotFound("booking", booking_id)
    given_away = {str(item_id): ctx.now.isoformat() for item_id in without}
    return await _create_link(
        ctx, door, expires_at, booking_id=booking_id, secret=secret, name=proof, given_away=given_away
    )


@internal
async def move_own_link(ctx: Context, booking_id: int, expires_at: datetime) -> None:
    """Let the link by which a guest calls lead to another booking, which took the place of theirs."""
    if ctx.principal.token_id is not None:
        await move_link(ctx.db, ctx.account.id, ctx.principal.token_id, booking_id, expires_at)


@internal
async def prove_own_link(ctx: Context, holder: Principal, proof: str) -> None:
    """Note how the holder of a link is reached, as of `proof_of`."""
    if holder.kind == "guest" and holder.token_id is not None:
        await rename_link(ctx.db, ctx.account.id, holder.token_id, proof)


@internal
async def remove_link(db: Db, account_id: int, secret: str) -> None:
    """Remove a link that nobody has got."""
    await delete_link(db, account_id, digest(secret))


async def _create_link(
    ctx: Context,
    door: str,
    expires_at: datetime,
    *,
    item_id: int | None = None,
    booking_id: int | None = None,
    secret: str | None = None,
    name: str = "",
    given_away: Mapping[str, str] | None = None,
) -> str:
    token = AccessToken(
        account_id=ctx.account.id,
        kind="guest",
        door=door,
        name=name,
        scopes=frozenset(OWN_SCOPES),
        item_id=item_id,
        booking_id=booking_id,
        created_at=ctx.now,
        expires_at=expires_at,
        origins=ctx.principal.origins,
        given_away=given_away or {},
    )
    _, secret = await add_token(ctx.db, token, secret)
    return secret
