"""Tickets: what this server hands a browser to bring back, as only this server can have made it.

A ticket has a challenge, drawn at random, and when it ends; so nothing is stored of it. It is good for one purpose and
a few minutes.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from kalends.store.db import Db
from kalends.store.installation import load_opaque_id_secret

LASTS = timedelta(minutes=5)
_CHALLENGE_BYTES = 32


async def draw_ticket(db: Db, now: datetime, purpose: str) -> tuple[bytes, str]:
    """A new challenge for a purpose, and its ticket: `challenge_end_mac`, in hexadecimal digits."""
    challenge, ends_at = secrets.token_bytes(_CHALLENGE_BYTES), int((now + LASTS).timestamp())
    mac = await _mac(db, challenge, ends_at, purpose)
    return challenge, f"{challenge.hex()}_{ends_at:x}_{mac}"


async def open_ticket(db: Db, now: datetime, purpose: str, ticket: str) -> bytes | None:
    """The challenge of a ticket; None if it is for another purpose, over, or not this server's."""
    try:
        challenge_hex, end_hex, mac = ticket.split("_")
        challenge, ends_at = bytes.fromhex(challenge_hex), int(end_hex, 16)
    except ValueError:
        return None
    expected = await _mac(db, challenge, ends_at, purpose)
    is_own = hmac.compare_digest(expected.encode(), mac.encode(errors="replace"))
    return challenge if is_own and now.timestamp() < ends_at else None


async def secret_of(db: Db, challenge: bytes, purpose: str) -> str:
    """A secret that belongs to a challenge, of 64 hexadecimal digits: nobody who has the ticket can make it."""
    return await _digest(db, b"secret\0" + challenge + f"\0{purpose}".encode())


async def _mac(db: Db, challenge: bytes, ends_at: int, purpose: str) -> str:
    return await _digest(db, b"ticket\0" + challenge + f"\0{ends_at}\0{purpose}".encode())


async def _digest(db: Db, content: bytes) -> str:
    return hmac.new(await load_opaque_id_secret(db), content, "sha256").hexdigest()
