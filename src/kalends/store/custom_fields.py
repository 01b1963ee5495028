"""The account's own fields, the values that resources have of them, and the categories of resources."""

from collections.abc import Mapping, Sequence

import asyncpg

from kalends.engine.catalogue import Category
from kalends.engine.custom_field import CustomField
from kalends.store.conflicts import conflicts
from kalends.store.db import Db, build, columns

_FIELD = columns(CustomField)
_CATEGORY = columns(Category)


async def find_fields(db: Db, account_id: int, with_inactive: bool = False) -> list[CustomField]:
    """The account's fields, as they are to be shown."""
    rows = await db.fetch(
        f"select {_FIELD} from custom_field where account_id = $1 and (active or $2) order by position, id",
        account_id,
        with_inactive,
    )
    return [_field(row) for row in rows]


async def lock_field(db: Db, account_id: int, field_id: int) -> CustomField | None:
    """In a transaction: the field, which nobody else changes or gives a value of until the end."""
    row = await db.fetchrow(
        f"select {_FIELD} from custom_field where account_id = $1 and id = $2 for update", account_id, field_id
    )
    return None if row is None else _field(row)


async def share_fields(db: Db, account_id: int, ids: Sequence[int]) -> list[CustomField]:
    """In a transaction: those of the account's fields, active or not, which nobody changes until the end."""
    rows = await db.fetch(
        f"select {_FIELD} from custom_field where account_id = $1 and id = any ($2) order by id for share",
        account_id,
        ids,
    )
    return [_field(row) for row in rows]


async def add_field(db: Db, field: CustomField) -> None:
    """Keep a new field. Raises Duplicate(title)."""
    statement = f"""
        insert into custom_field ({_FIELD}) select {_FIELD} from jsonb_populate_record(null::custom_field, $1)
        """
    with conflicts():
        await db.execute(statement, field)


async def save_field(db: Db, field: CustomField) -> None:
    """Replace a field by its account and id. Raises Duplicate(title)."""
    statement = f"""
        update custom_field set ({_FIELD}) = (select {_FIELD} from jsonb_populate_record(null::custom_field, $1))
        where account_id = $2 and id = $3
        """
    with conflicts():
        await db.execute(statement, field, field.account_id, field.id)


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
    rows = await db.fetch(f"select {_CATEGORY} from category where account_id = $1 order by id", account_id)
    return [build(Category, row) for row in rows]


async def add_category(db: Db, account_id: int, title: str) -> Category:
    """A new category; its id is drawn here. Raises Duplicate(title)."""
    with conflicts():
        category_id = await db.fetchval(
            "insert into category (account_id, title) values ($1, $2) returning id", account_id, title
        )
    return Category(account_id, category_id, title)


def _field(row: asyncpg.Record) -> CustomField:
    values = dict(row)
    return CustomField(**values | {"options": tuple(values["options"])})
