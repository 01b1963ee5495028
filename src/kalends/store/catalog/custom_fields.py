"""The account's own fields, the values that resources have of them, and the categories of resources."""

from collections.abc import Mapping, Sequence

from kalends.engine.catalog.category import Category
from kalends.engine.catalog.custom_field import CustomField
from kalends.store.conflicts import conflicts
from kalends.store.db import Db
from kalends.store.rows import columns, fetch, fetch_one

_FIELD = columns(CustomField)


async def find_fields(db: Db, account_id: int, with_inactive: bool = False) -> list[CustomField]:
    """The account's fields, as they are to be shown."""
    statement = f"select {_FIELD} from custom_field where account_id = $1 and (active or $2) order by position, id"
    return await fetch(db, CustomField, statement, account_id, with_inactive)


async def lock_field(db: Db, account_id: int, field_id: int) -> CustomField | None:
    """In a transaction: the field, which nobody else changes or gives a value of until the end."""
    statement = f"select {_FIELD} from custom_field where account_id = $1 and id = $2 for update"
    return await fetch_one(db, CustomField, statement, account_id, field_id)


async def share_fields(db: Db, account_id: int, ids: Sequence[int]) -> list[CustomField]:
    """In a transaction: those of the account's fields, active or not, which nobody changes until the end."""
    statement = f"select {_FIELD} from custom_field where account_id = $1 and id = any ($2) order by id for share"
    return await fetch(db, CustomField, statement, account_id, ids)


async def find_values(db: Db, account_id: int, resource_ids: Sequence[int] | None = None) -> list[tuple[int, int, str]]:
    """The values of these resources (None is any), each as resource id, field id and value."""
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
    """The different values that resources have of a field."""
    rows = await db.fetch(
        "select distinct value from custom_field_value where account_id = $1 and field_id = $2", account_id, field_id
    )
    return [row[0] for row in rows]


async def save_values(db: Db, account_id: int, resource_id: int, values: Mapping[int, str | None]) -> None:
    """Give a resource these values by id of their field, None takes one away; the others stay.

    Raises NotFound(resource or custom_field).
    """
    await db.execute(
        "delete from custom_field_value where account_id = $1 and resource_id = $2 and field_id = any ($3)",
        account_id,
        resource_id,
        list(values),
    )
    given = {field_id: value for field_id, value in values.items() if value is not None}
    with conflicts():
        await db.execute(
            """
            insert into custom_field_value (account_id, resource_id, field_id, value)
            select $1, $2, field_id, value from unnest($3::bigint[], $4::text[]) as given (field_id, value)
            """,
            account_id,
            resource_id,
            list(given),
            list(given.values()),
        )


async def find_categories(db: Db, account_id: int) -> list[Category]:
    """The account's categories, the oldest first."""
    statement = f"select {columns(Category)} from category where account_id = $1 order by id"
    return await fetch(db, Category, statement, account_id)
