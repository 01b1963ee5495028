"""Values generated once per installation, when its database was created."""

from kalends.store.db import Db


async def load_opaque_id_secret(db: Db) -> bytes:
    """Load the secret from which opaque ids are derived. It must never change, as every opaque id would change too."""
    secret: bytes = await db.fetchval("select opaque_id_secret from installation")
    return secret


async def replace_opaque_id_secret(db: Db, secret: bytes) -> None:
    """Replace the secret, in an installation that has no accounts yet."""
    await db.execute("update installation set opaque_id_secret = $1", secret)
