"""What actions say to the database, recorded by doing them once, as scripts for pgbench.

So both sides of a comparison always run the same statements, whatever becomes of them.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from asyncpg.connection import LoggedQuery

from bench.fill import A_DAY, FIRST_DAY, NUMBERS, House
from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.bookings.book import book
from kalends.actions.bookings.find import list_items
from kalends.engine.bookings.change_set import ChangeSet
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.store.db import Db, Pool

LIST_DAYS = 25
LISTED = LIST_DAYS * A_DAY
LENGTH = timedelta(minutes=5)
# The guard answers a refusal, which is no error to pgbench: make it one.
_KEPT = """
    create or replace function bench_kept(refusal jsonb) returns void language plpgsql as $body$
    begin
        if refusal is not null then
            raise exception 'refused: %', refusal;
        end if;
    end $body$
    """
_YEAR_3000 = datetime(3000, 1, 1, tzinfo=UTC)


async def create_script(pool: Pool, house: House) -> str:
    """A booking made through a door: who asks, what it is decided on, and the guard.

    Wants :first, :last (resources), :base (epoch seconds), :clients, and :n (0, counted up): no two at the same time.
    """

    async def create(db: Db, nr: int) -> None:
        ctx = await authenticate_secret(db, _YEAR_3000, "makeplans", house.secret)
        starts = _YEAR_3000 + nr * LENGTH
        line = RequestedLine(
            starts_at=starts,
            ends_at=starts + LENGTH,
            service_id=house.service,
            resource_id=house.resources[0],
            title="Bench",
        )
        await book(ctx, BookingRequest(lines=(line,), customer_id=house.customers[0], title="Bench"))

    said = await _record(pool, create)
    change: ChangeSet = said[-1].args[1]
    await pool.execute(_KEPT)
    await pool.execute(_change_function(change))
    lines = [
        r"\set resource random(:first, :last)",
        r"\set starts :base + (:n * :clients + :client_id) * 300",
        r"\set n :n + 1",
    ]
    for query in said:
        statement = _spoken(query, {house.resources[0]: ":resource"})
        if " as item_ids" in query.query:
            drawn = f"select item_ids[1] as item_id, booking_id, uid from ({statement}) drawn"
            lines.append(rf"{drawn} \gset")
        else:
            kept = r"select bench_kept(commit_v1\1)"
            lines.append(re.sub(r"^select commit\w*(\(.*\))$", kept, statement, flags=re.DOTALL) + ";")
    return "\n".join(lines)


async def list_script(pool: Pool, house: House) -> str:
    """A list of 100 bookings through a door.

    Wants :first, :last (resources), and :base (epoch seconds of the first day).
    """
    starts = FIRST_DAY + LIST_DAYS * timedelta(days=1)
    ends = starts + LIST_DAYS * timedelta(days=1)
    asked = ItemQuery(resource_ids=(house.resources[0],), starts_after=starts, ends_before=ends)

    async def ask(db: Db, nr: int) -> None:
        ctx = await authenticate_secret(db, FIRST_DAY, "makeplans", house.secret)
        page = await list_items(ctx, asked)
        assert (len(page.rows), page.total) == (LISTED, LISTED)

    values = {
        house.resources[0]: ":resource",
        starts: "to_timestamp(:starts)",
        ends: "to_timestamp(:ends)",
    }
    lines = [
        r"\set resource random(:first, :last)",
        r"\set starts :base + random(0, 170) * 86400",
        rf"\set ends :starts + {LIST_DAYS * 86400}",
    ]
    return "\n".join([*lines, *(f"{_spoken(query, values)};" for query in await _record(pool, ask))])


async def _record(pool: Pool, act: Callable[[Db, int], Awaitable[None]]) -> list[LoggedQuery]:
    """The statements of an action, which is done twice: the first time the driver may have questions of its own."""
    said: list[LoggedQuery] = []
    async with pool.acquire() as connection:
        await act(connection, 0)
        with connection.query_logger(said.append):
            await act(connection, 1)
            await asyncio.sleep(0)  # the logger is called from the loop
    return said


def _spoken(query: LoggedQuery, values: Mapping[Any, str]) -> str:
    """The statement with its arguments in it: those that vary as `values` says, the others as they were."""
    return re.sub(r"\$(\d+)", lambda at: _literal(query.args[int(at[1]) - 1], values), query.query)


def _literal(value: Any, values: Mapping[Any, str]) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        kind = "bigint[]" if all(isinstance(one, int) for one in value) else "text[]"
        return f"array[{', '.join(_literal(one, values) for one in value)}]::{kind}"
    if isinstance(value, ChangeSet):
        return "bench_change(:item_id, :booking_id, :uid, :resource, :starts)"
    if value in values:
        return values[value]
    if isinstance(value, bytes):
        return rf"'\x{value.hex()}'"
    return f"'{value}'" if isinstance(value, str | datetime) else str(value)


def _change_function(change: ChangeSet) -> str:
    """A function that makes the change again with other ids and times."""
    item = change.items[0]
    places = {
        item.id: "@1",
        item.booking_id: "@2",
        change.bookings[0].uid: "@3",
        item.resource_id: "@4",
        _wire(item.starts_at): "@5",
        _wire(item.ends_at): "@6",
    }
    assert all(int(number) > min(NUMBERS.values()) for number in (item.id, item.booking_id, item.resource_id or 0))
    said = msgspec.json.encode(_marked(msgspec.json.decode(msgspec.json.encode(change)), places)).decode()
    text = re.sub(r'"@([124])"', r"%\1$s", said.replace("%", "%%"))
    text = re.sub(r"@([356])", r"%\1$s", text)
    return f"""
        create or replace function bench_change(item bigint, booking bigint, uid text, resource bigint, starts bigint)
        returns jsonb language sql stable as $body$
            select format($text${text}$text$, item, booking, uid, resource, to_timestamp(starts),
                to_timestamp(starts + {int(LENGTH.total_seconds())}))::jsonb
        $body$
        """


def _wire(at: datetime) -> str:
    text: str = msgspec.json.decode(msgspec.json.encode(at))
    return text


def _marked(value: Any, places: Mapping[Any, str]) -> Any:
    if isinstance(value, dict):
        return {name: _marked(one, places) for name, one in value.items()}
    if isinstance(value, list):
        return [_marked(one, places) for one in value]
    return places.get(value, value)
