"""The journal is looked through by time without looking at what is later."""

from datetime import datetime, timedelta

import pytest

from kalends.engine.journal import JournalQuery
from kalends.store.db import Db
from kalends.store.journal import LONGEST_TRANSACTION, query_entries
from tests.world import World, open_clinic

MINUTE = timedelta(minutes=1)


async def fill(clinic: World, start: datetime, minutes: list[int]) -> None:
    """An entry for each minute after the start, in this order, each of a transaction of its own, with gaps between."""
    await clinic.db.execute(
        """
        insert into journal (account_id, xid, at, actor, verb, kind, subject_id, revision)
        select $1, (1000000000000 + 7 * n)::text::xid8, $2::timestamptz + make_interval(mins => m),
            'Tester', 'add', 'tag', n, 0
        from unnest($3::integer[]) with ordinality u (m, n)
        """,
        clinic.account.id,
        start,
        minutes,
    )


async def times_before(clinic: World, until: datetime) -> list[datetime]:
    page = await query_entries(clinic.db, clinic.account.id, JournalQuery(kind="tag", until=until), 1000)
    assert page.rest is None
    return [entry.at for entry in page.entries]


@pytest.mark.parametrize("until", [-1, 0, 1, 59, 60, 61, 119, 120, 180, 181, 500])
async def test_all_before_a_time_is_found(db: Db, until: int) -> None:
    """The first hour's entries stand an hour late: their transactions were long."""
    clinic = await open_clinic(db)
    minutes = [m for late in range(60) for m in (60 + late, late)] + list(range(120, 181))
    await fill(clinic, clinic.now, minutes)
    end = clinic.now + until * MINUTE
    expected = [clinic.now + m * MINUTE for m in reversed(minutes) if m < until]
    assert await times_before(clinic, end) == expected


async def test_entries_of_later_are_not_looked_at(db: Db) -> None:
    clinic = await open_clinic(db)
    await fill(clinic, clinic.now, list(range(0, 30_000, 60)))
    for hours in (0, 1, 250, 499, 500):
        end = await db.fetchval(
            "select journal_end_v1($1, $2, $3)::text::bigint",
            clinic.account.id,
            clinic.now + timedelta(hours=hours),
            LONGEST_TRANSACTION,
        )
        later = await db.fetchval(
            """
            select count(*) from journal
            where account_id = $1 and kind = 'tag' and at >= $2 and xid < $3::bigint::text::xid8
            """,
            clinic.account.id,
            clinic.now + timedelta(hours=hours),
            end,
        )
        assert later <= 1, "more than the hour that a transaction may take"


async def test_an_account_without_entries(db: Db) -> None:
    clinic = await open_clinic(db)
    end = "select journal_end_v1($1, $2, $3)"
    assert await db.fetchval(end, 987_654_321, clinic.now, LONGEST_TRANSACTION) is None
