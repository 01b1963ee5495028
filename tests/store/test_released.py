"""What the workers of the last release ask can be asked of the present schema."""

import asyncpg

from tests.store.released import SEPARATOR, STATEMENTS


async def test_every_statement_of_the_last_release_is_understood(db: asyncpg.Pool) -> None:
    statements = STATEMENTS.read_text(encoding="utf-8").strip().split(SEPARATOR)
    assert len(statements) > 60
    async with db.acquire() as connection:
        for statement in statements:
            await connection.prepare(statement)
