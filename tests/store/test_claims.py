"""The guard itself: it says yes exactly when the law of shares does, and writes all or nothing."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from kalends.actions.bookings import advance, book, change
from kalends.actions.catalogue import DEEPEST, add_resource
from kalends.actions.context import Context
from kalends.engine.capacity import Load, Node, fits
from kalends.engine.change import Change, Claim
from kalends.engine.policy import Account, Policy
from kalends.engine.refusals import Duplicate, Full, NotFound, Stale
from kalends.engine.span import Span
from kalends.store import claims
from kalends.store.accounts import add_account
from kalends.store.db import Db
from tests.desk import SOON, counted, hour_of, made, wish
from tests.engine.oracles import lawful
from tests.world import NOW, World, open_clinic

SLOT = timedelta(minutes=30)
SLOTS = 6

# A tree as (parent, capacity) of each node, a step as (verb, which, first slot, slots, units).
Tree = list[tuple[int | None, int]]
Step = tuple[str, int, int, int, int]


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    size = draw(st.integers(1, 5))
    tree: Tree = [(None, draw(st.integers(1, 4)))]
    levels = [1]
    for _ in range(1, size):
        parent = draw(st.sampled_from([node for node, level in enumerate(levels) if level < DEEPEST]))
        tree.append((parent, draw(st.integers(1, 4))))
        levels.append(levels[parent] + 1)
    return tree


def steps(*verbs: str) -> st.SearchStrategy[list[Step]]:
    slots = st.integers(0, SLOTS - 1), st.integers(1, 3)
    return st.lists(
        st.tuples(st.sampled_from(verbs), st.integers(0, 9), *slots, st.integers(1, 4)), min_size=3, max_size=12
    )


class House:
    """A tree of resources that steps are taken on, once in the database and once in mind."""

    def __init__(self, ctx: Context, tree: Sequence[Node]) -> None:
        self.ctx = ctx
        self.tree = tree
        self.loads: dict[int, Load] = {}

    async def take(self, step: Step) -> None:
        """Book, force, move or cancel; the database must say what the engine says."""
        verb, which, slot, slots, units = step
        resource = self.tree[which % len(self.tree)]
        if verb in ("move", "cancel"):
            if not self.loads:
                return
            item_id = sorted(self.loads)[which % len(self.loads)]
            if verb == "cancel":
                await advance(self.ctx, item_id, "cancel")
                del self.loads[item_id]
                return
            had = self.loads[item_id]
            fields = {"starts_at": at(slot), "ends_at": at(slot + slots), "units": units}
            wanted = Load(had.resource_id, Span(at(slot), at(slot + slots)), units)
            others = [load for other, load in self.loads.items() if other != item_id]
            if wanted == had or await self.agree(others, wanted, change(self.ctx, item_id, fields)):
                self.loads[item_id] = wanted
            return
        wanted = Load(resource.id, Span(at(slot), at(slot + slots)), units)
        asked = hour_of(resource.id, at(slot), ends_at=at(slot + slots), units=units, force=verb == "force")
        if verb == "force":
            self.loads[(await book(self.ctx, asked)).item.id] = wanted
        elif entry := await self.agree(list(self.loads.values()), wanted, book(self.ctx, asked)):
            self.loads[entry.item.id] = wanted

    async def agree(self, others: Sequence[Load], wanted: Load, acting: Any) -> Any:
        try:
            entry = await acting
        except Full:
            assert not fits(self.tree, others, wanted)
            return None
        assert fits(self.tree, others, wanted)
        return entry


def at(slot: int) -> Any:
    return SOON + slot * SLOT


@asynccontextmanager
async def built(db: asyncpg.Pool, tree: Tree) -> AsyncIterator[House]:
    """The house, torn down again."""
    async with db.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            account = Account(0, "house", "House", "UTC", "en", "EUR", "NO", Policy())
            ctx = Context("Tester", await add_account(connection, account, NOW), NOW, connection)
            nodes: list[Node] = []
            for parent, capacity in tree:
                parent_id = None if parent is None else nodes[parent].id
                fields = {"title": "Room", "capacity": capacity, "parent_id": parent_id}
                nodes.append(Node((await add_resource(ctx, fields)).id, parent_id, capacity))
            yield House(ctx, nodes)
        finally:
            await transaction.rollback()


moderate = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@moderate
@given(trees(), steps("book", "book", "force", "move", "cancel"))
async def test_the_guard_says_yes_exactly_when_the_engine_does(db: asyncpg.Pool, tree: Tree, taken: list[Step]) -> None:
    async with built(db, tree) as house:
        for step in taken:
            await house.take(step)


@moderate
@given(trees(), steps("book", "book", "book", "move", "cancel"))
async def test_whatever_is_done_the_law_of_shares_holds(db: asyncpg.Pool, tree: Tree, taken: list[Step]) -> None:
    async with built(db, tree) as house:
        for step in taken:
            await house.take(step)
        rows = await house.ctx.db.fetch(
            "select item_id, resource_id, lower(span), upper(span), units from claim where account_id = $1 order by 1",
            house.ctx.account.id,
        )
        kept = {item_id: Load(which, Span(start, end), units) for item_id, which, start, end, units in rows}
        assert kept == house.loads
        for item_id, load in kept.items():
            assert lawful(house.tree, [other for name, other in kept.items() if name != item_id], load)


@pytest.fixture
async def clinic(db: Db) -> World:
    return await open_clinic(db)


async def keep(clinic: World, **parts: Any) -> None:
    await claims.place(clinic.db, clinic.account.id, Change(NOW, "Tester", "test", **parts))


async def test_what_was_decided_on_something_else_is_stale(clinic: World) -> None:
    item = await made(clinic, wish(clinic))
    first = msgspec.structs.replace(item, revision=1, title="First")
    await keep(clinic, items=(first,))
    before = await counted(clinic)
    for revision in (0, 1, 3):
        with pytest.raises(Stale):
            await keep(clinic, items=(msgspec.structs.replace(first, revision=revision, title="Late"),))
    with pytest.raises(Stale):
        await keep(clinic, items=(msgspec.structs.replace(first, id=item.id + 10**6, revision=1),))
    assert await counted(clinic) == before


async def test_nothing_is_written_of_a_change_of_which_one_part_is_refused(clinic: World) -> None:
    item = await made(clinic, hour_of(clinic.hall))
    before = await counted(clinic)
    free = Claim(clinic.ada, SOON, SOON + SLOT, item_id=item.id)
    taken = Claim(clinic.left, SOON, SOON + SLOT, item_id=item.id)
    with pytest.raises(Full) as refused:
        await keep(clinic, items=(msgspec.structs.replace(item, revision=1),), claims=(free, taken))
    assert refused.value.which == clinic.left
    with pytest.raises(NotFound) as unknown:
        await keep(clinic, claims=(free, msgspec.structs.replace(free, resource_id=987_654_321)))
    assert (unknown.value.what, unknown.value.which) == ("resource", 987_654_321)
    assert await counted(clinic) == before


async def test_a_refusal_leaves_no_lock_behind(clinic: World) -> None:
    await made(clinic, wish(clinic))
    assert isinstance(clinic.db, asyncpg.Pool)
    async with clinic.db.acquire() as connection, connection.transaction():
        ctx = msgspec.structs.replace(clinic.ctx(), db=connection)
        with pytest.raises(Full):
            await book(ctx, wish(clinic))
        assert await locks(connection) == 0
        await book(ctx, wish(clinic, resource_id=clinic.bo))
        assert await locks(connection) == 1


async def locks(connection: Any) -> int:
    count: int = await connection.fetchval(
        "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"
    )
    return count


async def test_should_the_guard_ever_err_the_constraint_does_not(clinic: World) -> None:
    await made(clinic, wish(clinic))
    assert isinstance(clinic.db, asyncpg.Pool)
    async with clinic.db.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(
            """
            create or replace function guard_check(p_account bigint, p_resource resource, p_span tstzrange,
                p_units integer) returns void language sql as ''
            """
        )
        with capture_logs() as logged, pytest.raises(Full):
            await book(msgspec.structs.replace(clinic.ctx(), db=connection), wish(clinic))
        await transaction.rollback()
    assert [line["constraint"] for line in logged] == ["claim_overlap_excl"]
    with pytest.raises(Full):
        await book(clinic.ctx(), wish(clinic))


async def test_one_customer_can_not_be_made_twice(clinic: World) -> None:
    before = await counted(clinic)
    row = await clinic.db.fetchrow("select to_jsonb(c) from customer c where id = $1", clinic.kari)
    assert row is not None
    twin: dict[str, Any] = {**row[0], "id": clinic.kari + 10**6}
    change = msgspec.to_builtins(Change(NOW, "Tester", "add")) | {"customers": [twin]}
    with pytest.raises(Duplicate) as refused:
        await claims.place(clinic.db, clinic.account.id, change)
    assert refused.value.field in ("email", "phone")
    assert await counted(clinic) == before
