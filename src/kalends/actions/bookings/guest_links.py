"""Links for guests: with a link one may see an item, or all items of a booking, and verify or cancel them."""

from datetime import datetime

from kalends.actions.access import allow
from kalends.actions.accounts.keys import add_token
from kalends.actions.bookings.find import get_booking, get_item
from kalends.actions.context import Context
from kalends.engine.accounts.principal import OWN_SCOPES
from kalends.engine.accounts.token import AccessToken


@allow("book")
async def create_item_link(ctx: Context, door: str, item_id: int, expires_at: datetime) -> str:
    """Create a link to an item, valid at one door until `expires_at`. Returns its secret. Raises NotFound(item)."""
    await get_item(ctx, item_id)
    return await _create_link(ctx, door, expires_at, item_id=item_id)


@allow("book")
async def create_booking_link(ctx: Context, door: str, booking_id: int, expires_at: datetime) -> str:
    """Create a link to all items of a booking, valid at one door until `expires_at`. Returns its secret.

    Raises NotFound(booking).
    """
    await get_booking(ctx, booking_id)
    return await _create_link(ctx, door, expires_at, booking_id=booking_id)


async def _create_link(
    ctx: Context, door: str, expires_at: datetime, *, item_id: int | None = None, booking_id: int | None = None
) -> str:
    token = AccessToken(
        account_id=ctx.account.id,
        kind="guest",
        door=door,
        scopes=frozenset(OWN_SCOPES),
        item_id=item_id,
        booking_id=booking_id,
        created_at=ctx.now,
        expires_at=expires_at,
        origins=ctx.principal.origins,
    )
    _, secret = await add_token(ctx.db, token)
    return secret
