"""A person is erased: nothing in the database tells of them any more, and everything else is as it was."""

from decimal import Decimal

import asyncpg
import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.find import get_item
from kalends.actions.catalog.prices import set_prices
from kalends.actions.changes import changes
from kalends.actions.context import transaction
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.cases import add_case
from kalends.actions.customers.change import change_customer, undelete_customer
from kalends.actions.customers.erase import erase_customer
from kalends.actions.customers.find import get_customer
from kalends.actions.customers.merge import merge_customers
from kalends.actions.messages.bounces import mark_bounced
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.erasure import BOOKING, CUSTOMER, ITEM
from kalends.engine.catalog.price import Price
from kalends.engine.customers.case import CasePatch
from kalends.engine.customers.customer import Customer, CustomerPatch
from kalends.engine.messages.events import event_of
from kalends.engine.refusals import InUse, NotFound
from kalends.engine.time.recurrence import Recurrence
from tests.acts import Series, change, change_booking, issue_invoice, start_series
from tests.desk import DAY, SOON, broken, made, told, visit
from tests.world import World, open_clinic

AFTERWARDS = SOON + 30 * DAY
SECRET = "quetzal"
"""A word that is in everything that is personal."""


async def person(clinic: World, **fields: object) -> Customer:
    usual = {"first_name": "Quetzal", "email": "quetzal@example.org", "phone": "+47 40 00 00 01", "notes": "quetzal"}
    return await add_customer(clinic.ctx(), CustomerPatch(**{**usual, **fields}))  # type: ignore[arg-type]


async def visited(clinic: World, customer_id: int, days: int = 0, **fields: object) -> Item:
    """A visit full of words about whom it is for."""
    texts = {
        "title": "With quetzal",
        "notes": "quetzal",
        "custom": {"7": "quetzal"},
        "details": {"d": {"a": "quetzal"}},
    }
    item = await made(clinic, visit(clinic, customer_id=customer_id, starts_at=SOON + days * DAY, **texts, **fields))
    await change(clinic.ctx(), item.id, {"notes": "Still quetzal"})
    return item


async def where_known(clinic: World, word: str = SECRET) -> set[str]:
    """The tables in which a word is to be found."""
    tables = await clinic.db.fetch(
        """
        select relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'account_id'
        where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
        """
    )
    known = set()
    for (table,) in tables:
        count = await clinic.db.fetchval(
            f"select count(*) from {table} t where account_id = $1 and to_jsonb(t)::text ilike '%' || $2 || '%'",
            clinic.account.id,
            word,
        )
        known |= {table} if count else set()
    return known


async def test_nothing_tells_of_a_person_but_their_invoices(clinic: World) -> None:
    await set_prices(clinic.ctx(), [Price(per="hour", amount=Decimal(100))], service_id=clinic.massage)
    customer = await person(clinic, street="Quetzalgata 1", postcode="0155", city="Oslo", custom={"1": "quetzal"})
    item = await visited(clinic, customer.id)
    await change_booking(clinic.ctx(), item.booking_id, {"comments": "quetzal", "details": {"d": {"b": "quetzal"}}})
    await add_case(clinic.ctx(), CasePatch(customer_id=customer.id, name="Quetzalitis"))
    await mark_bounced(clinic.ctx(), "quetzal@example.org", "quetzal unknown")
    invoice = await issue_invoice(clinic.ctx(), [item.booking_id])
    assert {"customer", "customer_case", "item", "booking", "journal", "bounced_address"} <= await where_known(clinic)
    erased = await erase_customer(clinic.ctx(AFTERWARDS), customer.id)
    assert await where_known(clinic) == {"invoice", "invoice_row"}
    assert (erased.name, erased.deleted_at, erased.erased_at) == ("", AFTERWARDS, AFTERWARDS)
    assert erased == await get_customer(clinic.ctx(), customer.id)
    assert invoice.customer.first_name == "Quetzal"
    assert await broken(clinic, AFTERWARDS) == []


async def test_what_was_booked_still_adds_up(clinic: World) -> None:
    customer = await person(clinic)
    item = await visited(clinic, customer.id)
    await erase_customer(clinic.ctx(AFTERWARDS), customer.id)
    left = (await get_item(clinic.ctx(), item.id)).item
    assert (left.customer_id, left.starts_at, left.state) == (customer.id, item.starts_at, item.state)
    assert (left.title, left.notes, left.details, left.revision) == (None, None, {}, 2)
    assert [(verb, before, after) for verb, before, after in await told(clinic, "item", item.id)][1:] == [
        ("change", {}, {}),
        ("erase", {}, {}),
    ]
    feed = await changes(clinic.ctx())
    verbs = [entry.verb for entry in feed if (entry.kind, entry.subject_id) == ("customer", customer.id)]
    assert verbs == ["add", "erase"]


async def test_what_is_left_is_what_the_table_has_by_default(clinic: World) -> None:
    for table, fields in (("customer", CUSTOMER), ("item", ITEM), ("booking", BOOKING)):
        defaults = await clinic.db.fetchval(f"select {table}_defaults()")
        assert {name: value for name, value in fields.items() if value != defaults.get(name)} == {}


async def test_whoever_was_merged_into_them_is_the_same_person(clinic: World) -> None:
    contacts = [{"email": f"quetzal{n}@example.org", "phone": f"+47 40 00 00 1{n}"} for n in range(3)]
    first, second, kept = [await person(clinic, **each) for each in contacts]
    item = await visited(clinic, first.id)
    await merge_customers(clinic.ctx(), second.id, first.id, CustomerPatch())
    await merge_customers(clinic.ctx(), kept.id, second.id, CustomerPatch())
    await erase_customer(clinic.ctx(AFTERWARDS), kept.id)
    assert await where_known(clinic) == set()
    assert (await get_item(clinic.ctx(), item.id)).item.customer_id == kept.id
    assert await broken(clinic, AFTERWARDS) == []


async def test_what_they_booked_for_others_stays_theirs(clinic: World) -> None:
    customer = await person(clinic)
    item = await made(clinic, visit(clinic, booked_by_customer_id=customer.id, title="Kari", notes="Sensitive feet"))
    await erase_customer(clinic.ctx(AFTERWARDS), customer.id)
    left = (await get_item(clinic.ctx(), item.id)).item
    assert (left.customer_id, left.booked_by_customer_id, left.notes) == (clinic.kari, None, "Sensitive feet")
    assert (await get_customer(clinic.ctx(), clinic.kari)).first_name == "Kari"
    assert await broken(clinic, AFTERWARDS) == []


@pytest.mark.parametrize("booked_by", [False, True])
async def test_who_is_expected_can_not_be_erased(clinic: World, booked_by: bool) -> None:
    customer = await person(clinic)
    who = {"booked_by_customer_id" if booked_by else "customer_id": customer.id}
    item = await made(clinic, visit(clinic, **who))
    with pytest.raises(InUse) as refused:
        await erase_customer(clinic.ctx(), customer.id)
    assert (refused.value.what, refused.value.count, refused.value.until) == ("customer", 1, item.ends_at)
    assert (await get_customer(clinic.ctx(), customer.id)).erased_at is None
    await change_item_state(clinic.ctx(), item.id, "cancel")
    assert (await erase_customer(clinic.ctx(), customer.id)).erased_at == clinic.now


async def test_who_has_occurrences_to_come_can_not_be_erased(clinic: World) -> None:
    customer = await person(clinic)
    weekly = Series(visit(clinic, customer_id=customer.id, title="quetzal"), Recurrence(rrule="FREQ=WEEKLY;COUNT=3"))
    await start_series(clinic.ctx(), weekly)
    with pytest.raises(InUse):
        await erase_customer(clinic.ctx(), customer.id)


async def test_messages_that_wait_are_not_sent(clinic: World) -> None:
    customer = await person(clinic)
    item = await visited(clinic, customer.id)
    await clinic.db.execute(
        """
        insert into outbox (account_id, booking_id, item_id, item_revision, customer_id, audience, channel, template,
            locale, data, created_at, due_at, state, finished_at, address, subject, body)
        select $1, $2, $3, 0, $4, 'customer', 'email', 'confirmation', 'en', '{"q": "quetzal"}', $5, $5, state,
            case when state <> 'waiting' then $5::timestamptz end, 'quetzal@example.org', 'Dear quetzal', 'quetzal'
        from unnest('{waiting,sent,failed}'::text[]) state
        """,
        *(clinic.account.id, item.booking_id, item.id, customer.id, clinic.now),
    )
    await erase_customer(clinic.ctx(AFTERWARDS), customer.id)
    assert await where_known(clinic) == set()
    rows = await clinic.db.fetch(
        "select state, reason, finished_at from outbox where account_id = $1 and customer_id = $2 order by id",
        *(clinic.account.id, customer.id),
    )
    assert [tuple(row) for row in rows][-3:] == [
        ("dropped", "erased", AFTERWARDS),
        ("sent", None, clinic.now),
        ("dropped", "erased", clinic.now),
    ]


async def test_it_is_done_once_and_for_good(clinic: World) -> None:
    customer = await person(clinic)
    erased = await erase_customer(clinic.ctx(), customer.id)
    assert await erase_customer(clinic.ctx(AFTERWARDS), customer.id) == erased
    for act in (undelete_customer, lambda ctx, id_: change_customer(ctx, id_, CustomerPatch(first_name="Q"))):
        with pytest.raises(NotFound):
            await act(clinic.ctx(), customer.id)
    again = await person(clinic)
    assert again.id != customer.id
    with pytest.raises(NotFound):
        await erase_customer((await open_clinic(clinic.db)).ctx(), again.id)


@pytest.mark.parametrize(
    "assignment", ["actor = 'Nobody'", "after = after || '{\"name\": 7}'", "at = at + interval '1 hour'"]
)
async def test_the_journal_gives_nothing_away_but_fields(clinic: World, assignment: str) -> None:
    async with transaction(clinic.ctx()) as tx:
        await tx.db.execute("set local kalends.erases = 'on'")
        with pytest.raises(asyncpg.RestrictViolationError):
            async with transaction(tx) as nested:
                await nested.db.execute(f"update journal set {assignment} where account_id = $1", clinic.account.id)


async def test_webhooks_tell_that_somebody_was_erased_and_nothing_else(clinic: World) -> None:
    customer = await person(clinic)
    await visited(clinic, customer.id)
    feed = await changes(clinic.ctx())
    await erase_customer(clinic.ctx(AFTERWARDS), customer.id)
    after = await changes(clinic.ctx(), feed[-1].position)
    assert [event for event in map(event_of, after) if event] == ["customer.erased"]
