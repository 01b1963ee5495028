"""Custom fields of resources, their values, and categories of resources."""

from collections.abc import Mapping, Sequence

from kalends.engine.catalog.category import Category
from kalends.engine.catalog.custom_field import CustomField
from kalends.store.constraints import conflicts
from kalends.store.db import Db
from kalends.store.rows import columns, fetch, fetch_one

_COLUMNS = columns(CustomField)


async def find_fields(db: Db, account_id: int, with_inactive: bool = False) -> list[CustomField]:
    """List the account's custom fields in display order."""
    statement = f"select {_COLUMNS} from custom_field where account_id = $1 and (active or $2) order by position, id"
    return await fetch(db, CustomField, statement, account_id, with_inactive)


async def lock_field(db: Db, account_id: int, field_id: int) -> CustomField | None:
    """Lock and return the field, or None; until the transaction ends nobody else changes it or sets a value in it."""
    statement = f"select {_COLUMNS} from custom_field where account_id = $1 and id = $2 for update"
    return await fetch_one(db, CustomField, statement, account_id, field_id)


async def share_fields(db: Db, account_id: int, ids: Sequence[int]) -> list[CustomField]:
    """Return these fields, active or not, under a shared lock: nobody changes them until the transaction ends."""
    statement = f"select {_COLUMNS} from custom_field where account_id = $1 and id = any ($2) order by id for share"
    return await fetch(db, CustomField, statement, account_id, ids)


async def find_values(db: Db, account_id: int, resource_ids: Sequence[int] | None = None) -> list[tuple[int, int, str]]:
    """Return the values of these resources (None: of all) as tuples of resource id, field id and value."""
    rows = await db.fetch(
        """
        select resource_id, field_id, value from custom_field_value
        where account_id = $1 and ($2::bigint[] is null or resource_id = any ($2)) order by resource_id, field_id
        """,
        account_id,
        resource_ids,
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def list_values(db: Db, account_id: int, field_id: int) -> list[str]:
    """Return the distinct values that resources have in a field."""
    rows = await db.fetch(
        "select distinct value from custom_field_value where account_id = $1 and field_id = $2", account_id, field_id
    )
    return [row[0] for row in rows]


async def save_values(db: Db, account_id: int, resource_id: int, values: Mapping[int, str | None]) -> None:
    """Set a resource's values by field id; None removes one, fields not named keep theirs.

    Raises NotFound(resource, custom_field).
    """
    await db.execute(
        "delete from custom_field_value where account_id = $1 and resource_id = $2 and field_id = any ($3)",
        account_id,
        resource_id,
        list(values),
    )
    new_values = {field_id: value for field_id, value in values.items() if value is not None}
    with conflicts():
        await db.execute(
            """
            insert into custom_field_value (account_id, resource_id, field_id, value)
            select $1, $2, field_id, value from unnest($3::bigint[], $4::text[]) as given (field_id, value)
            """,
            account_id,
            resource_id,
            list(new_values),
            list(new_values.values()),
        )


async def find_categories(db: Db, account_id: int) -> list[Category]:
    """List the account's categories of resources, oldest first."""
    statement = f"select {columns(Category)} from category where account_id = $1 order by id"
    return await fetch(db, Category, statement, account_id)
