"""What was changed or read about a customer is found by index, and all of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from kalends.actions.customers.cases import add_case
from kalends.actions.customers.change import change_customer
from kalends.actions.customers.history import customer_history, record_reads
from kalends.actions.customers.merge import merge_customers
from kalends.actions.messages.refusals import refuse_messages
from kalends.engine.customers.case import CasePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.customers.history import READ
from kalends.store.customers.history import HISTORY
from kalends.store.db import Db
from tests.acts import change_booking
from tests.desk import HOUR, SOON, made, needs_one_server, visit
from tests.world import World, open_clinic

# What is about a customer, said in the simplest way.
SLOWLY = """
    select kind, verb, subject_id from journal
    where account_id = $1 and (
        (kind = 'customer' and subject_id = $2)
        or (kind = 'customer_case' and subject_id in (
            select id from customer_case where account_id = $1 and customer_id = $2))
        or (kind = 'booking' and subject_id in (select id from booking where account_id = $1 and customer_id = $2))
        or (kind = 'item' and subject_id in (
            select id from item where account_id = $1 and $2 in (customer_id, booked_by_customer_id)))
        or (kind <> 'customer' and (before @> jsonb_build_object('customer_id', $2)
            or after @> jsonb_build_object('customer_id', $2))))
    union all
    select 'customer', 'read', $2 from customer_read where account_id = $1 and customer_ids @> array[$2::bigint]
"""


async def lived_in(clinic: World) -> World:
    """The clinic after somebody booked for others, changed their mind, and was merged."""
    first = await made(clinic, visit(clinic, booked_by_customer_id=clinic.ola))
    await made(clinic, visit(clinic, starts_at=SOON + 2 * HOUR, customer_id=clinic.ola))
    eve = visit(clinic, resource_id=clinic.bo, customer_id=None, customer={"first_name": "Eve"})
    of_eve = await made(clinic, eve)
    await add_case(clinic.ctx(), CasePatch(customer_id=clinic.kari, name="Knee"))
    await add_case(clinic.ctx(), CasePatch(customer_id=clinic.ola, name="Back"))
    await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(notes="Prefers mornings"))
    await change_booking(clinic.ctx(), first.booking_id, {"customer_id": of_eve.customer_id})
    await refuse_messages(clinic.ctx(), clinic.kari, "reminder", "email")
    await merge_customers(clinic.ctx(), clinic.kari, clinic.ola, CustomerPatch())
    await record_reads(clinic.ctx(), (clinic.kari, of_eve.customer_id))
    return clinic


async def test_all_that_is_about_somebody_is_found(clinic: World) -> None:
    await lived_in(clinic)
    lengths = []
    for (customer_id,) in await clinic.db.fetch("select id from customer where account_id = $1", clinic.account.id):
        history = await customer_history(clinic.ctx(), customer_id)
        expected = await clinic.db.fetch(SLOWLY, clinic.account.id, customer_id)
        found = [(entry.kind, entry.verb, entry.subject_id) for entry in history]
        assert sorted(found) == sorted(tuple(row) for row in expected)
        lengths.append(len(found))
    assert min(lengths) >= 4


async def test_nothing_else_is_read(db: Db) -> None:
    await needs_one_server(db)
    clinic = await lived_in(await open_clinic(db))
    await clinic.db.execute(
        """
        insert into journal (account_id, at, actor, verb, kind, subject_id, revision, after)
        select $1, $2, 'Tester', 'add', 'tag', n, 0, '{}' from generate_series(1, 20000) n
        """,
        clinic.account.id,
        clinic.now,
    )
    await clinic.db.execute(
        """
        insert into customer_read (account_id, at, actor, door, customer_ids)
        select $1, $2, 'Tester', '', array[-n] from generate_series(1, 20000) n
        """,
        clinic.account.id,
        clinic.now,
    )
    await clinic.db.execute("analyze journal")
    await clinic.db.execute("analyze customer_read")
    plan = await clinic.db.fetchval(f"explain (format json) {HISTORY}", clinic.account.id, clinic.kari, READ)
    indexes = {name for node in nodes(plan[0]["Plan"]) if (name := index_of(node))}
    assert indexes == {
        "customer_read_customers_idx",
        "journal_customer_idx",
        "journal_former_customer_idx",
        "journal_revision_key",
    }


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def index_of(node: Mapping[str, Any]) -> str:
    """By what the journal and the reads are read: an index, or "nothing"."""
    if node["Node Type"] == "Bitmap Index Scan":
        name: str = node["Index Name"]
        return name if name.startswith(("journal", "customer_read")) else ""
    if node.get("Relation Name") not in ("journal", "customer_read") or node["Node Type"] == "Bitmap Heap Scan":
        return ""
    return str(node.get("Index Name", "nothing"))
