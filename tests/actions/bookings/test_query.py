"""Items and sessions in one list: each field filters and sorts, and nothing is shown that takes no time."""

from typing import Any

import pytest

from kalends.actions.bookings.add_sessions import repeat_session
from kalends.actions.bookings.change_state import change_item_state, set_status
from kalends.actions.bookings.query import query_items, query_items_and_sessions, query_sessions
from kalends.actions.bookings.repeats import repeated_from
from kalends.actions.bookings.resource_blocks import add_resource_blocks
from kalends.actions.bookings.sessions import customers_in, remove_session
from kalends.engine.bookings.block import ResourceBlockRequest
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.bookings.views import ItemView
from kalends.engine.query import Filter, OffsetPage, Query, Sort
from kalends.engine.refusals import Fault, Invalid
from kalends.engine.time.repeat_rule import RepeatRule
from tests.desk import DAY, HOUR, SOON, hour_of, made, new_york, seat, visit
from tests.world import World, at_sites

ALL = ("appointment", "seat", "block")
WEEKLY = RepeatRule("week", 1, 1)


def query(*filters: Filter, order: tuple[Sort, ...] = (), limit: int = 50) -> Query:
    return Query(OffsetPage(limit), filters, order)


def ids(page: Any) -> list[int]:
    return [row.item.id if isinstance(row, ItemView) else row.id for row in page.rows]


class Day:
    """Two appointments with Ada, of which the later is cancelled, a class that repeats, with a seat, and a block."""

    def __init__(self, clinic: World) -> None:
        self.clinic = clinic

    async def planned(self) -> "Day":
        clinic = self.clinic
        self.visit = (await made(clinic, visit(clinic))).id
        self.cancelled = (await made(clinic, visit(clinic, starts_at=SOON + HOUR, customer_id=clinic.ola))).id
        await change_item_state(clinic.ctx(SOON), self.cancelled, "cancel")
        yoga = SessionPatch(service_id=clinic.yoga, resource_id=clinic.hall, starts_at=SOON + DAY, capacity=5)
        self.yoga, self.next_yoga = [session.id for session in await repeat_session(clinic.ctx(), yoga, WEEKLY)]
        self.seat = (await made(clinic, seat(clinic, self.yoga))).id
        at = SOON + 2 * DAY
        block = ResourceBlockRequest(resource_id=clinic.ada, starts_at=at, ends_at=at + HOUR, rule=WEEKLY)
        self.block, self.next_block = [view.item.id for view in (await add_resource_blocks(clinic.ctx(), block)).items]
        return self

    def names(self, page: Any) -> str:
        names = {value: name for name, value in vars(self).items() if isinstance(value, int)}
        return " ".join(names[row_id] for row_id in ids(page))


@pytest.fixture
async def day(clinic: World) -> Day:
    return await Day(clinic).planned()


async def found(day: Day, *filters: Filter, kinds: tuple[str, ...] = ALL, **how: Any) -> str:
    return day.names(await query_items_and_sessions(day.clinic.ctx(), query(*filters, **how), kinds))


async def test_all_that_takes_time_is_in_one_list(day: Day) -> None:
    everything = "visit cancelled yoga next_yoga seat block next_block"
    assert await found(day) == everything
    page = await query_items_and_sessions(day.clinic.ctx(), query(limit=3), ALL)
    assert (day.names(page), page.total) == ("visit cancelled yoga", 7)
    assert {type(row) for row in page.rows} == {ItemView, GroupSession}


@pytest.mark.parametrize(
    ("field", "operator", "value", "names"),
    [
        ("starts_at", "greater", SOON + DAY, "next_yoga block next_block"),
        ("ends_at", "at_most", SOON + HOUR, "visit"),
        ("cancelled_at", "not_null", None, "cancelled"),
        ("updated_at", "equal", SOON, "cancelled"),
        ("service_id", "equal", "yoga", "yoga next_yoga seat"),
        ("resource_id", "equal", "ada", "visit cancelled block next_block"),
        ("site_id", "equal", "site", "visit cancelled yoga next_yoga seat block next_block"),
        ("customer_id", "in", ["kari", "ola"], "visit cancelled seat"),
        ("customer_ids", "has", "kari", "visit yoga seat"),
        ("occupied_id", "equal", "day.yoga", "yoga seat"),
        ("repeated_from_id", "equal", "day.block", "next_block"),
        ("repeated_from_id", "not_null", None, "next_yoga next_block"),
    ],
)
async def test_every_field_filters(day: Day, field: str, operator: Any, value: Any, names: str) -> None:
    assert await found(day, Filter(field, operator, of_the_cast(day, value))) == names


def of_the_cast(day: Day, value: Any) -> Any:
    """The id of who is named."""
    if isinstance(value, list):
        return [of_the_cast(day, each) for each in value]
    if not isinstance(value, str):
        return value
    return getattr(day, value.removeprefix("day.")) if value.startswith("day.") else getattr(day.clinic, value)


async def test_order(day: Day) -> None:
    assert await found(day, order=(Sort("starts_at", descending=True),), limit=2) == "next_block next_yoga"
    latest = await found(day, order=(Sort("resource_id"), Sort("starts_at", descending=True)), limit=2)
    assert latest == "next_block block"


async def test_who_did_not_come_is_asked_for(day: Day) -> None:
    await set_status(day.clinic.ctx(), day.visit, "no_show")
    assert await found(day, Filter("is_no_show", "equal", True)) == "visit"


async def test_lists_of_one_kind(day: Day) -> None:
    ctx = day.clinic.ctx()
    assert day.names(await query_sessions(ctx, query())) == "yoga next_yoga"
    assert day.names(await query_items(ctx, query(), ("block",))) == "block next_block"
    assert day.names(await query_items(ctx, query(), ("appointment", "seat"))) == "visit cancelled seat"


async def test_what_is_removed_says_when(day: Day) -> None:
    ctx = day.clinic.ctx(SOON)
    await change_item_state(ctx, day.visit, "remove")
    await remove_session(ctx, day.yoga)
    assert await found(day, Filter("archived_at", "equal", SOON)) == "visit yoga"
    assert await found(day, Filter("archived_at", "is_null")) == "cancelled next_yoga seat block next_block"


async def test_what_takes_no_time_is_in_no_list(clinic: World) -> None:
    hold = await made(clinic, visit(clinic, state="awaiting_confirmation"))
    await made(clinic, visit(clinic, state="draft"))
    declined = await made(clinic, visit(clinic, resource_id=clinic.bo, state="awaiting_confirmation"))
    await change_item_state(clinic.ctx(), declined.id, "decline")
    assert ids(await query_items(clinic.ctx(), query(), ALL)) == [hold.id]


async def test_a_key_of_some_sites_has_their_lists(day: Day) -> None:
    chair = await new_york(day.clinic)
    there = await made(day.clinic, hour_of(chair))
    nowhere = await day.clinic.class_of(3)
    abroad = at_sites(day.clinic.ctx(), frozenset({day.clinic.site + 1}))
    page = await query_items_and_sessions(abroad, query(), ALL)
    assert (ids(page), page.total) == ([there.id, nowhere], 2)


async def test_a_wrong_filter_is_named(clinic: World) -> None:
    for bad, reason in (Filter("notes", "equal", "x"), "unsupported"), (Filter("starts_at", "equal", 7), "invalid"):
        with pytest.raises(Invalid) as no:
            await query_items(clinic.ctx(), query(bad), ALL)
        assert no.value.faults == (Fault(bad.field, reason),)


async def test_what_repeats_names_the_first(day: Day) -> None:
    page = await query_items_and_sessions(day.clinic.ctx(), query(), ALL)
    firsts = await repeated_from(day.clinic.ctx(), page.rows)
    assert firsts == {
        day.yoga: day.yoga,
        day.next_yoga: day.yoga,
        day.block: day.block,
        day.next_block: day.block,
    }


async def test_who_is_in_a_class(day: Day) -> None:
    clinic = day.clinic
    ola = await made(clinic, seat(clinic, day.yoga, customer_id=clinic.ola))
    assert await customers_in(clinic.ctx(), [day.yoga, day.next_yoga]) == {day.yoga: (clinic.kari, clinic.ola)}
    await change_item_state(clinic.ctx(), ola.id, "cancel")
    assert await customers_in(clinic.ctx(), [day.yoga]) == {day.yoga: (clinic.kari,)}
