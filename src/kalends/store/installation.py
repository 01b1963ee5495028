"""What the installation drew once, when its database was made."""

from kalends.store.db import Db


async def load_opaque_id_secret(db: Db) -> bytes:
    """The secret from which opaque ids are made. It never changes: with another one all of them would be others."""
    secret: bytes = await db.fetchval("select opaque_id_secret from installation")
    return secret
