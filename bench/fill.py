"""A house full of bookings: 50 resources, 4 bookings a day on each, for 200 days; and, on request, many such houses."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec

from kalends.actions.accounts.keys import create_key
from kalends.actions.bookings.add_sessions import add_sessions
from kalends.actions.bookings.statuses import add_standard_statuses
from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.services import add_service
from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context, transaction
from kalends.actions.customers.add import add_customer
from kalends.dialects.kit.opaque_ids import OpaqueIds
from kalends.engine.accounts.account import Account, Policy
from kalends.engine.accounts.principal import system
from kalends.engine.availability.openings import Opening
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.limits import MOST_UNITS
from kalends.engine.time.recurrence import Recurrence
from kalends.store.accounts.accounts import add_account
from kalends.store.db import Db, Pool
from kalends.store.installation import load_opaque_id_secret

RESOURCES, DAYS, A_DAY, CUSTOMERS = 50, 200, 4, 20
ITEMS = RESOURCES * DAYS * A_DAY
OWN_SERVICES, CLASSES = 10, 50
NOW = datetime(2027, 3, 1, 6, tzinfo=UTC)
FIRST_DAY = datetime(2027, 1, 4, tzinfo=UTC)
"""A Monday; the bookings of each day start at 8, 10, 12 and 14 UTC and take an hour."""

# What is recorded in one statement and varied in another is told apart by its number.
NUMBERS = {"resource": 1_000_000, "item": 10_000_000, "booking": 500_000_000}


class House(msgspec.Struct, frozen=True):
    """One account, its keys, and what can be booked there; the resources are numbered without a gap.

    `secret` opens the MakePlans door, `other_secret` the Locaboo door, `third_secret` the Bookio door, `fourth_secret`
    the Cliniko door, `fifth_secret` the CareCloud door, where `slots` and `booker` are the sessions and a customer,
    `api_secret` the API of Kalends itself.
    `own_services` are those of the first resources, each of one of them alone; `sessions` are classes with room for
    everybody.
    """

    account: Account
    secret: str
    other_secret: str
    third_secret: str
    fourth_secret: str
    fifth_secret: str
    api_secret: str
    service: int
    own_services: list[int]
    customers: list[int]
    resources: list[int]
    site: int
    sessions: list[int]
    slots: list[str]
    booker: str

    def ctx(self, db: Db, now: datetime = NOW) -> Context:
        """What an action is told when the bench asks."""
        return Context(system("bench", "Bench"), self.account, now, db)


async def open_house(db: Pool, number: int) -> House:
    """A new account with all but bookings. Its resources are open every day from 8:00 to 18:00."""
    if number == 0:
        await db.execute(
            """
            select setval(pg_get_serial_sequence('resource', 'id'), $1), setval('occupancy_id_seq', $2),
                setval(pg_get_serial_sequence('booking', 'id'), $3)
            """,
            *NUMBERS.values(),
        )
    blank = Account(0, f"house-{number}", "House", "Europe/Oslo", "nb", "NOK", "NO", Policy())
    account = await add_account(db, blank, NOW)
    async with transaction(Context(system("bench", "Bench"), account, NOW, db)) as ctx:
        hours = [Opening(weekday, opens=480, closes=1080) for weekday in range(1, 8)]
        resources = [
            (await add_resource(ctx, ResourcePatch(title=f"Resource {n}"), hours)).id for n in range(RESOURCES)
        ]
        service = await add_service(ctx, ServicePatch(title="Service", step=30), resources)
        customers = [(await add_customer(ctx, _customer(n))).id for n in range(CUSTOMERS)]
        _, secret = await create_key(ctx, "makeplans")
        _, other_secret = await create_key(ctx, "locaboo")
        _, third_secret = await create_key(ctx, "bookio")
        _, fourth_secret = await create_key(ctx, "cliniko")
        _, fifth_secret = await create_key(ctx, "carecloud")
        _, api_secret = await create_key(ctx, "api")
        await add_standard_statuses(ctx)
        own = [
            (await add_service(ctx, ServicePatch(title=f"Only {which}", duration=5), [which])).id
            for which in resources[:OWN_SERVICES]
        ]
        site = (await list_sites(ctx))[0].id
        sessions = await _classes(ctx)
    secrets = secret, other_secret, third_secret, fourth_secret, fifth_secret, api_secret
    ids = OpaqueIds(await load_opaque_id_secret(db), account.id)
    slots, booker = [ids.encode("session", session) for session in sessions], ids.encode("customer", customers[0])
    return House(account, *secrets, service.id, own, customers, resources, site, sessions, slots, booker)


async def _classes(ctx: Context) -> list[int]:
    """A class a day that has room for everybody."""
    yoga = await add_service(ctx, ServicePatch(title="Yoga", kind="attendance", session_capacity=MOST_UNITS))
    evening = SessionPatch(service_id=yoga.id, starts_at=FIRST_DAY + timedelta(hours=18))
    return [session.id for session in await add_sessions(ctx, evening, Recurrence(f"FREQ=DAILY;COUNT={CLASSES}"))]


def _customer(number: int) -> CustomerPatch:
    return CustomerPatch(
        first_name="Kari",
        last_name=f"Nordmann {number}",
        email=f"kari.{number}@example.org",
        phone=f"+47 22 33 44 {number:02}",
    )


async def fill(db: Pool, house: House) -> None:
    """Give the house its bookings, all confirmed, with claims and journal, as if each had been made through a door."""
    await book_planned(db, _planned(house))


async def book_planned(db: Pool, planned: Sequence[object]) -> None:
    """Make the bookings of a plan: the parameters of _PLAN."""
    async with db.acquire() as connection, connection.transaction():
        # The rows are right by construction; whether each row it refers to is there need not be asked 40,000 times.
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(_EMPTY)
        await connection.execute(_PLAN, *planned)
        for statement in (_BOOKINGS, _ITEMS, _CLAIMS, _JOURNAL, "drop table plan"):
            await connection.execute(statement)


async def settle(url: str) -> None:
    """Let the planner know what is there, and have nothing left to be written behind the measurements."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("vacuum analyze", timeout=1800)
        await connection.execute("checkpoint", timeout=600)
    finally:
        await connection.close()


def _planned(house: House) -> tuple[object, ...]:
    return (
        house.account.id,
        house.resources,
        house.customers,
        house.service,
        FIRST_DAY + timedelta(hours=8),
        DAYS,
        A_DAY,
        FIRST_DAY - timedelta(days=1),
        timedelta(hours=2),
    )


_EMPTY = """
    create temp table plan (account_id bigint, booking_id bigint, item_id bigint, resource_id bigint, service_id bigint,
        customer_id bigint, starts_at timestamptz, created_at timestamptz)
    """
_PLAN = """
    insert into plan
    select $1, nextval('booking_id_seq'), nextval('occupancy_id_seq'), resource_id, $4,
        ($3::bigint[])[1 + (day * 7 + nr + resource_id) % cardinality($3)],
        $5::timestamptz + day * interval '1 day' + nr * $9::interval as starts_at, $8
    from unnest($2::bigint[]) as resource_id, generate_series(0, $6 - 1) as day, generate_series(0, $7 - 1) as nr
    order by starts_at, resource_id
    """
_BOOKINGS = """
    insert into booking (account_id, id, uid, customer_id, title, created_at, created_by, updated_at, updated_by)
    select account_id, booking_id, gen_random_uuid(), customer_id, 'Booking', created_at, 'Bench', created_at, 'Bench'
    from plan
    """
_ITEMS = """
    insert into item (account_id, id, booking_id, kind, state, service_id, resource_id, customer_id, starts_at, ends_at,
        units, overlap_allowed, title, extras, details, revision, created_at, created_by, updated_at, updated_by)
    select account_id, item_id, booking_id, 'appointment', 'confirmed', service_id, resource_id, customer_id, starts_at,
        starts_at + interval '1 hour', 1, false, 'Booking', '[]', '{}', 0, created_at, 'Bench', created_at, 'Bench'
    from plan
    """
_CLAIMS = """
    insert into claim (account_id, item_id, resource_id, span, units, exclusive)
    select account_id, item_id, resource_id, tstzrange(starts_at, starts_at + interval '1 hour'), 1, true from plan
    """
_JOURNAL = """
    insert into journal (account_id, at, actor, verb, kind, subject_id, revision, after)
    select account_id, i.created_at, 'Bench', 'create', 'item', i.id, 0, jsonb_strip_nulls(to_jsonb(i))
    from plan join item i using (account_id) where i.id = plan.item_id
    """
