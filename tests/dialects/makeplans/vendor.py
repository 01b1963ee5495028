"""The world that the vendor's examples speak of: one thing of each kind, all with the id 1, and nothing beside them."""

from datetime import UTC, datetime
from typing import Any

from tests.dialects.makeplans.clinic import Clinic

MADE = datetime(2012, 9, 20, 13, 34, 16, tzinfo=UTC).isoformat()
STAMPS = {"id": 1, "created_at": MADE, "updated_at": MADE}
EVENT = {"starts_at": "2015-08-10T08:00:00Z", "ends_at": "2015-08-10T09:30:00Z", "capacity": 10}
WEEK = {
    1: ((480, 960),),
    2: ((480, 660), (780, 1050)),
    3: ((480, 960),),
    4: ((480, 720), (840, 1200)),
    5: ((480, 720), (750, 1050)),
}
COLUMNS = """
    select string_agg(quote_ident(attname), ', ') from pg_attribute
    where attrelid = $1::text::regclass and attnum > 0 and attgenerated = '' and not attisdropped
"""


async def furnish(clinic: Clinic, given: dict[str, dict[str, Any]]) -> None:
    """Put the cast out of use, and the vendor's in; `given` says otherwise of some columns."""
    w = clinic.world
    planned = await w.class_of(10)
    await w.db.execute("update resource set active = false where account_id = $1", w.account.id)
    await w.db.execute("update service set archived_at = now() where account_id = $1", w.account.id)
    await w.db.execute("update customer set deleted_at = now() where account_id = $1", w.account.id)
    await w.db.execute("delete from service_resource where account_id = $1", w.account.id)
    resource = {"active": True, "always_open": False, "path": [1], "title": "Mr. Spine Twister"}
    person = {"first_name": "Espen", "last_name": "Antonsen", "email": "robot@booking.makeplans.com"}
    plain = {"phone": None, "phone_e164": None, "deleted_at": None}
    event = {"service_id": 1, "resource_id": 1, "title": "Super fun event", "deleted_at": None, **EVENT}
    await copy(clinic, "resource", w.ada, {**resource, **given.get("resource", {})})
    await copy(clinic, "service", w.massage, {"archived_at": None, **given.get("service", {})})
    await copy(clinic, "customer", w.kari, {**person, **plain})
    await copy(clinic, "group_session", planned, event)
    await w.db.execute("delete from group_session where account_id = $1 and id <> 1", w.account.id)
    await book(clinic)
    await open_hours(clinic)
    await w.db.execute(
        """
        insert into service_resource (account_id, id, service_id, resource_id, created_at, updated_at)
        values ($1, 1, 1, 1, $2::text::timestamptz, $2::text::timestamptz)
        """,
        w.account.id,
        MADE,
    )
    await w.db.execute(
        """
        insert into webhook (account_id, id, door, url, events, secret, created_at, updated_at)
        overriding system value values ($1, 1, 'makeplans', 'https://example.com/newcustomer/yeah',
            array['customer.created'], 'a secret of some length', $2::text::timestamptz, $2::text::timestamptz)
        """,
        w.account.id,
        MADE,
    )


async def copy(clinic: Clinic, table: str, like: int, columns: dict[str, Any]) -> None:
    """A row with the id 1, like another but for some columns."""
    w = clinic.world
    names = await w.db.fetchval(COLUMNS, table)
    await w.db.execute(
        f"""
        insert into {table} ({names}) select {names} from (
            select (jsonb_populate_record(null::{table}, to_jsonb(t) || $3)).* from {table} t
            where account_id = $1 and id = $2) copied
        on conflict on constraint {table}_pkey do update set ({names}) = (
            select {names} from jsonb_populate_record(null::{table}, to_jsonb(excluded)))
        """,
        w.account.id,
        like,
        {**STAMPS, **columns},
    )


async def book(clinic: Clinic) -> None:
    """The booking of the examples."""
    w = clinic.world
    booking = await w.db.fetchval(
        """
        insert into booking (account_id, uid, customer_id, created_at, created_by, updated_at, updated_by)
        values ($1, gen_random_uuid(), 1, $2::text::timestamptz, 'vendor', $2::text::timestamptz, 'vendor')
        returning id
        """,
        w.account.id,
        MADE,
    )
    await w.db.execute(
        """
        insert into item (account_id, id, booking_id, kind, state, service_id, resource_id, customer_id, starts_at,
            ends_at, units, overlap_allowed, notes, extras, details, revision, created_at, created_by, updated_at,
            updated_by)
        values ($1, 1, $2, 'appointment', 'confirmed', 1, 1, 1, '2012-09-29T05:00:00Z', '2012-09-29T06:00:00Z',
            1, false, 'Very handsome customer', '[]', '{}', 0, $3::text::timestamptz, 'vendor', $3::text::timestamptz,
            'vendor')
        """,
        w.account.id,
        booking,
        MADE,
    )


async def open_hours(clinic: Clinic) -> None:
    """The hours of the examples: of the week, and of three days that are not like others."""
    w = clinic.world
    for weekday, pairs in WEEK.items():
        for opens, closes in pairs:
            await w.db.execute(
                "insert into opening (account_id, resource_id, weekday, opens, closes) values ($1, 1, $2, $3, $4)",
                w.account.id,
                weekday,
                opens,
                closes,
            )
    for day, *minutes in (
        ("2014-01-08", 480, 720),
        ("2014-01-08", 750, 1050),
        ("2015-12-03", 600, 720),
        ("2015-12-04", None, None),
    ):
        await w.db.execute(
            """
            insert into opening_exception
                (account_id, resource_id, day_from, day_until, opens, closes, created_at, updated_at)
            values ($1, 1, $2::text::date, $2::text::date + 1, $3, $4, $5::text::timestamptz, $5::text::timestamptz)
            """,
            w.account.id,
            day,
            *minutes,
            MADE,
        )
    await w.db.execute(
        """
        with calendar as (
            insert into holiday_calendar (account_id, name) values ($1, 'vendor') returning id
        ), days as (
            insert into holiday select $1, calendar.id, day::date, title from calendar cross join (values
                ('2016-01-01', 'New Year''s Day'), ('2016-05-01', 'International Workers'' Day')) as own (day, title)
        ) update site set holiday_calendar_id = calendar.id from calendar where account_id = $1
        """,
        w.account.id,
    )
