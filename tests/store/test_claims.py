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

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.catalog.resources import add_resource
from kalends.actions.context import Context
from kalends.actions.customers.find import get_customer
from kalends.engine.accounts.account import Account, Policy
from kalends.engine.accounts.principal import system
from kalends.engine.availability.capacity import BusyInterval, Node, fits
from kalends.engine.bookings.change_set import ChangeSet, Claim
from kalends.engine.catalog.resource import DEEPEST, ResourcePatch
from kalends.engine.refusals import Duplicate, Full, NotFound, Stale
from kalends.engine.time.span import Span
from kalends.store.accounts.accounts import add_account
from kalends.store.availability.timelines import load_busy
from kalends.store.commit import commit
from tests.acts import book_item, change
from tests.desk import DAY, HOUR, SOON, counted, hour_of, is_refused, made, visit
from tests.desk import claims as taken
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
    capacities = st.sampled_from((1, 2, 3, 4, 1, 2, 3, 4, 0))
    tree: Tree = [(None, draw(capacities))]
    levels = [1]
    for _ in range(1, size):
        parent = draw(st.sampled_from([node for node, level in enumerate(levels) if level < DEEPEST]))
        tree.append((parent, draw(capacities)))
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
        self.loads: dict[int, BusyInterval] = {}
        self.overlap_allowed: set[int] = set()

    async def take(self, step: Step) -> None:
        """Book, force, move or cancel; the database must say what the engine says."""
        verb, which, slot, slots, units = step
        resource = self.tree[which % len(self.tree)]
        if verb in ("move", "cancel"):
            if not self.loads:
                return
            item_id = sorted(self.loads)[which % len(self.loads)]
            if verb == "cancel":
                await change_item_state(self.ctx, item_id, "cancel")
                del self.loads[item_id]
                return
            had = self.loads[item_id]
            fields = {"starts_at": at(slot), "ends_at": at(slot + slots), "units": units}
            wanted = BusyInterval(had.resource_id, Span(at(slot), at(slot + slots)), units)
            others = [load for other, load in self.loads.items() if other != item_id]
            if wanted == had:
                return
            if item_id not in self.overlap_allowed and is_within(wanted, had):
                await change(self.ctx, item_id, fields)
            elif not await self.agree(others, wanted, change(self.ctx, item_id, fields)):
                return
            self.loads[item_id] = wanted
            self.overlap_allowed.discard(item_id)
            return
        wanted = BusyInterval(resource.id, Span(at(slot), at(slot + slots)), units)
        asked = hour_of(resource.id, at(slot), ends_at=at(slot + slots), units=units, overlap_allowed=verb == "force")
        if verb == "force":
            item_id = (await book_item(self.ctx, asked)).item.id
            self.loads[item_id] = wanted
            self.overlap_allowed.add(item_id)
        elif entry := await self.agree(list(self.loads.values()), wanted, book_item(self.ctx, asked)):
            self.loads[entry.item.id] = wanted

    async def agree(self, others: Sequence[BusyInterval], wanted: BusyInterval, acting: Any) -> Any:
        try:
            entry = await acting
        except Full:
            assert not fits(self.tree, others, wanted)
            return None
        assert fits(self.tree, others, wanted)
        return entry


def at(slot: int) -> Any:
    return SOON + slot * SLOT


def is_within(wanted: BusyInterval, had: BusyInterval) -> bool:
    """Whether it takes nothing that it did not have."""
    within = had.span.start <= wanted.span.start and wanted.span.end <= had.span.end
    return within and wanted.units <= had.units


@asynccontextmanager
async def built(db: asyncpg.Pool, tree: Tree) -> AsyncIterator[House]:
    """The house, torn down again."""
    async with db.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            account = Account(0, "house", "House", "UTC", "en", "EUR", "NO", Policy())
            ctx = Context(system("tests", "Tester"), await add_account(connection, account, NOW), NOW, connection)
            nodes: list[Node] = []
            for parent, capacity in tree:
                parent_id = None if parent is None else nodes[parent].id
                room = ResourcePatch(title="Room", capacity=capacity, parent_id=parent_id)
                nodes.append(Node((await add_resource(ctx, room)).id, parent_id, capacity))
            yield House(ctx, nodes)
        finally:
            await transaction.rollback()


moderate = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@moderate
@given(trees(), steps("book", "book", "force", "move", "cancel"))
async def test_the_guard_says_yes_exactly_when_the_engine_does(db: asyncpg.Pool, tree: Tree, did: list[Step]) -> None:
    async with built(db, tree) as house:
        for step in did:
            await house.take(step)


@moderate
@given(trees(), steps("book", "book", "book", "move", "cancel"))
async def test_whatever_is_done_the_law_of_shares_holds(db: asyncpg.Pool, tree: Tree, did: list[Step]) -> None:
    async with built(db, tree) as house:
        for step in did:
            await house.take(step)
        rows = await house.ctx.db.fetch(
            "select item_id, resource_id, lower(span), upper(span), units from claim where account_id = $1 order by 1",
            house.ctx.account.id,
        )
        kept = {item_id: BusyInterval(which, Span(start, end), units) for item_id, which, start, end, units in rows}
        assert kept == house.loads
        for item_id, load in kept.items():
            assert lawful(house.tree, [other for name, other in kept.items() if name != item_id], load)


async def keep(clinic: World, **parts: Any) -> None:
    await commit(clinic.db, clinic.account.id, ChangeSet(at=NOW, actor="Tester", verb="test", **parts))


async def test_what_only_gets_smaller_is_never_refused(clinic: World) -> None:
    item = await made(clinic, hour_of(clinic.sauna, units=4))
    over = await made(clinic, hour_of(clinic.sauna, units=6, overlap_allowed=True))
    half = SOON + SLOT
    await change(clinic.ctx(), item.id, {"ends_at": half, "units": 3})
    assert await taken(clinic, item) == [(clinic.sauna, Span(SOON, half), 3)]
    for wider in ({"units": 4}, {"ends_at": half + SLOT}, {"starts_at": SOON - SLOT, "ends_at": half}):
        with pytest.raises(Full):
            await change(clinic.ctx(), item.id, wider)
    with pytest.raises(Full):  # what was forced never was its own
        await change(clinic.ctx(), over.id, {"units": 5})


async def test_what_gets_smaller_on_purpose_may_lie_over_others_from_then_on(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await change(clinic.ctx(), item.id, {"ends_at": SOON + SLOT}, overlap_allowed=True)
    assert await clinic.db.fetchval("select exclusive from claim where item_id = $1", item.id) is False


async def test_what_one_keeps_is_not_anothers_in_the_same_change(clinic: World) -> None:
    """Either gets smaller or moves: the one that moves comes first, and may not take what the other keeps."""
    one = await made(clinic, hour_of(clinic.sauna, units=4))
    two = await made(clinic, hour_of(clinic.sauna, SOON + DAY, units=4))
    claim = Claim(clinic.sauna, SOON, SOON + SLOT, units=4)
    both = [msgspec.structs.replace(each, revision=1) for each in (one, two)]
    claimed = [msgspec.structs.replace(claim, item_id=each.id) for each in (two, one)]
    with pytest.raises(Full):
        await keep(clinic, items=tuple(both), released=(one.id, two.id), claims=tuple(claimed))
    assert len(await taken(clinic, one)) == len(await taken(clinic, two)) == 1


async def test_nothing_is_held_by_what_has_no_capacity(clinic: World) -> None:
    hall = await add_resource(clinic.ctx(), ResourcePatch(title="Closed", capacity=0))
    part = await add_resource(clinic.ctx(), ResourcePatch(title="Stage", parent_id=hall.id, capacity=2))
    for which in (hall.id, part.id):
        await is_refused(clinic, hour_of(which), Full)
    await made(clinic, hour_of(part.id, overlap_allowed=True))


async def test_what_is_confirmed_is_held_without_end(db: asyncpg.Pool) -> None:
    clinic = await open_clinic(db, verification="email")
    item = await made(clinic, visit(clinic, initiate=True))
    await change_item_state(clinic.ctx(), item.id, "verify")
    over = NOW + timedelta(minutes=clinic.account.policy.hold_minutes)
    span = Span(SOON, SOON + HOUR)
    assert await load_busy(db, clinic.account.id, [clinic.ada], span, over) == [BusyInterval(clinic.ada, span, 1)]


async def test_what_was_decided_on_something_else_is_stale(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
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
    await made(clinic, visit(clinic))
    assert isinstance(clinic.db, asyncpg.Pool)
    async with clinic.db.acquire() as connection, connection.transaction():
        ctx = msgspec.structs.replace(clinic.ctx(), db=connection)
        with pytest.raises(Full):
            await book_item(ctx, visit(clinic))
        assert not await is_locked(clinic, clinic.ada)
        await book_item(ctx, visit(clinic, resource_id=clinic.bo))
        assert await is_locked(clinic, clinic.bo)


async def is_locked(clinic: World, resource_id: int) -> bool:
    """Whether somebody else has locked the row of a resource."""
    free = "select id from resource where account_id = $1 and id = $2 for no key update skip locked"
    return await clinic.db.fetchval(free, clinic.account.id, resource_id) is None


async def test_should_the_guard_ever_err_the_constraint_does_not(clinic: World) -> None:
    await made(clinic, visit(clinic))
    assert isinstance(clinic.db, asyncpg.Pool)
    async with clinic.db.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(
            """
            create or replace function overfull_paths(
                p_account bigint, p_now timestamptz, p_wanted wanted_claim[], p_released bigint[], p_suspects bigint[])
            returns table (nr bigint, path bigint[]) language sql as 'select null::bigint, null::bigint[] where false'
            """
        )
        with capture_logs() as logged, pytest.raises(Full):
            await book_item(msgspec.structs.replace(clinic.ctx(), db=connection), visit(clinic))
        await transaction.rollback()
    assert [line["constraint"] for line in logged] == ["claim_overlap_excl"]
    with pytest.raises(Full):
        await book_item(clinic.ctx(), visit(clinic))


async def test_one_customer_can_not_be_made_twice(clinic: World) -> None:
    before = await counted(clinic)
    kari = await get_customer(clinic.ctx(), clinic.kari)
    twin = msgspec.structs.replace(kari, id=clinic.kari + 10**6, revision=0)
    with pytest.raises(Duplicate) as refused:
        await commit(clinic.db, clinic.account.id, ChangeSet(at=NOW, actor="Tester", verb="add", customers=(twin,)))
    assert refused.value.field in ("email", "phone")
    assert await counted(clinic) == before
