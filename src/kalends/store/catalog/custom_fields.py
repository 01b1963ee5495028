"""Custom fields of resources and services, their values, and categories of resources."""

from collections.abc import Mapping, Sequence

from kalends.engine.catalog.category import Category
from kalends.engine.catalog.custom_field import CustomField
from kalends.store.constraints import conflicts
from kalends.store.db import Db
from kalends.store.rows import columns, fetch, fetch_one

_COLUMNS = columns(CustomField)
_VALUES = {"resource": ("custom_field_value", "resource_id"), "service": ("service_field_value", "service_id")}
"""The table of values of each kind of subject, and the column of its id."""


async def find_fields(db: Db, account_id: int, subject: str, with_inactive: bool = False) -> list[CustomField]:
    """List the account's custom fields of resources, or of services, in display order."""
    statement = f"""
        select {_COLUMNS} from custom_field where account_id = $1 and subject = $2 and (active or $3)
        order by position, id"""
    return await fetch(db, CustomField, statement, account_id, subject, with_inactive)


async def find_field(db: Db, account_id: int, field_id: int) -> CustomField | None:
    """Return the field, active or not, or None."""
    statement = f"select {_COLUMNS} from custom_field where account_id = $1 and id = $2"
    return await fetch_one(db, CustomField, statement, account_id, field_id)


async def lock_field(db: Db, account_id: int, field_id: int) -> CustomField | None:
    """Lock and return the field, or None; until the transaction ends nobody else changes it or sets a value in it."""
    statement = f"select {_COLUMNS} from custom_field where account_id = $1 and id = $2 for update"
    return await fetch_one(db, CustomField, statement, account_id, field_id)


async def share_fields(db: Db, account_id: int, subject: str, ids: Sequence[int]) -> list[CustomField]:
    """Return those of these fields that are of resources, or of services, active or not.

    They are under a shared lock: nobody changes them until the transaction ends.
    """
    statement = f"""
        select {_COLUMNS} from custom_field where account_id = $1 and subject = $2 and id = any ($3)
        order by id for share"""
    return await fetch(db, CustomField, statement, account_id, subject, ids)


async def find_values(
    db: Db, account_id: int, subject: str, ids: Sequence[int] | None = None
) -> list[tuple[int, int, str]]:
    """Return the values of these resources, or services (None: of all), as tuples of its id, field id and value."""
    table, key = _VALUES[subject]
    rows = await db.fetch(
        f"""
        select {key}, field_id, value from {table}
        where account_id = $1 and ($2::bigint[] is null or {key} = any ($2)) order by {key}, field_id
        """,
        account_id,
        ids,
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def list_values(db: Db, account_id: int, field_id: int) -> list[str]:
    """Return the distinct values that resources and services have in a field."""
    rows = await db.fetch(
        """
        select value from custom_field_value where account_id = $1 and field_id = $2
        union select value from service_field_value where account_id = $1 and field_id = $2
        """,
        account_id,
        field_id,
    )
    return [row[0] for row in rows]


async def save_values(db: Db, account_id: int, subject: str, subject_id: int, values: Mapping[int, str | None]) -> None:
    """Set the values of a resource, or a service, by field id; None removes one, fields not named keep theirs.

    Raises NotFound(resource, service, custom_field).
    """
    table, key = _VALUES[subject]
    await db.execute(
        f"delete from {table} where account_id = $1 and {key} = $2 and field_id = any ($3)",
        account_id,
        subject_id,
        list(values),
    )
    new_values = {field_id: value for field_id, value in values.items() if value is not None}
    with conflicts():
        await db.execute(
            f"""
            insert into {table} (account_id, {key}, field_id, value)
            select $1, $2, field_id, value from unnest($3::bigint[], $4::text[]) as given (field_id, value)
            """,
            account_id,
            subject_id,
            list(new_values),
            list(new_values.values()),
        )


async def find_categories(db: Db, account_id: int) -> list[Category]:
    """List the account's categories of resources, oldest first."""
    statement = f"select {columns(Category)} from category where account_id = $1 order by id"
    return await fetch(db, Category, statement, account_id)
