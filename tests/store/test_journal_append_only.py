import asyncpg
import pytest

from kalends.store.db import Db
from tests.desk import journal, made, needs_one_server, visit
from tests.world import open_clinic


@pytest.mark.parametrize(
    "statement",
    [
        "update journal set actor = 'Nobody'",
        "delete from journal",
        "truncate journal",
        "update journal set id = default",
    ],
)
async def test_what_is_told_stays_told(db: Db, statement: str) -> None:
    await needs_one_server(db)
    clinic = await open_clinic(db)
    item = await made(clinic, visit(clinic))
    told = await journal(clinic, item)
    with pytest.raises(asyncpg.RestrictViolationError) as refused:
        await db.execute(statement)
    assert refused.value.constraint_name == "journal_append_only"
    assert await journal(clinic, item) == told


async def test_no_change_is_told_twice(db: Db) -> None:
    clinic = await open_clinic(db)
    item = await made(clinic, visit(clinic))
    again = """
        insert into journal (account_id, at, actor, verb, kind, subject_id, revision)
        values ($1, $2, 'Tester', 'create', 'item', $3, 0)
        """
    with pytest.raises(asyncpg.UniqueViolationError):
        await db.execute(again, clinic.account.id, clinic.now, item.id)
