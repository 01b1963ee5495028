"""Structs as rows of their tables: the one way to write them, and the one way to read them.

A struct's fields are the columns of its table, and every statement names them, so that a column which a newer version
adds is neither read nor written here. Names stand in TABLES and in the structs, never in what a caller brings.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import asyncpg
import msgspec

from kalends.engine.billing.document import Document
from kalends.engine.billing.invoice import Invoice, InvoiceRow
from kalends.engine.billing.occasion import Occasion
from kalends.engine.catalog.assignment import ServiceAssignment
from kalends.engine.catalog.category import Category
from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.catalog.site import Site
from kalends.engine.customers.customer import CustomerGroup
from kalends.engine.messages.webhook import Webhook
from kalends.store.conflicts import conflicts
from kalends.store.db import Db

T = TypeVar("T", bound=msgspec.Struct)

TABLES: Mapping[type[msgspec.Struct], str] = {
    Category: "category",
    CustomField: "custom_field",
    CustomerGroup: "customer_group",
    Document: "document",
    Invoice: "invoice",
    InvoiceRow: "invoice_row",
    Occasion: "occasion",
    Price: "price",
    Resource: "resource",
    Service: "service",
    ServiceAssignment: "service_resource",
    Site: "site",
    Webhook: "webhook",
}
"""The structs that are written as they are, each with an `account_id` and an `id`."""
_ELSEWHERE: Mapping[type[msgspec.Struct], str] = {Document: "booking_ids", Invoice: "rows"}
"""The last field of these is kept in rows of another table."""
_NEVER_SET = ("account_id", "id", "created_at", "created_by")


async def insert(db: Db, *things: msgspec.Struct) -> None:
    """Write new things of one kind; their ids were drawn before. Raises what `conflicts` makes of constraints."""
    if things:
        statement, names = _insertion(type(things[0]))
        with conflicts():
            await db.executemany(statement, [_values(thing, names) for thing in things])


async def update(db: Db, thing: msgspec.Struct) -> None:
    """Replace a thing by its account and id, but for when and by whom it was made. Raises as `insert` does."""
    statement, names = _replacement(type(thing))
    with conflicts():
        await db.execute(statement, *_values(thing, names))


async def fetch(db: Db, kind: type[T], statement: str, *values: Any) -> list[T]:
    """The structs that a statement finds, which selects `columns(kind)`."""
    return list(map(reader(kind), await db.fetch(statement, *values)))


async def fetch_one(db: Db, kind: type[T], statement: str, *values: Any) -> T | None:
    """The struct that a statement finds, or None."""
    row = await db.fetchrow(statement, *values)
    return None if row is None else reader(kind)(row)


def columns(kind: type[msgspec.Struct], table: str = "") -> str:
    """The columns of a kind for a select list, in the order of its fields, after the alias of its table."""
    prefix = f"{table}." if table else ""
    return ", ".join(prefix + name for name in _names(kind))


@lru_cache
def reader(kind: type[T], start: int = 0) -> Callable[[asyncpg.Record], T]:
    """What makes a struct of a row, whose values from `start` on are those of the struct's first fields.

    The driver's lists become tuples or frozensets, its JSON the structs that it stands for.
    """
    fields = kind.__struct_fields__
    hints = get_type_hints(kind)
    converters = [(at, convert) for at, name in enumerate(fields) if (convert := _converter(hints[name]))]
    end = start + len(fields)

    by_name = len(kind.__match_args__) < len(fields)  # some fields are keyword-only

    def read(row: asyncpg.Record) -> T:
        values = list(row[start:end])
        for at, convert in converters:
            if at < len(values) and (value := values[at]) is not None:
                values[at] = convert(value)
        return kind(**dict(zip(fields, values, strict=False))) if by_name else kind(*values)

    if converters or by_name:
        return read
    return lambda row: kind(*row[start:end])


def _converter(hint: Any) -> Callable[[Any], Any] | None:
    kinds = (
        [one for one in get_args(hint) if one is not type(None)] if get_origin(hint) in (Union, UnionType) else [hint]
    )
    (kind,) = kinds
    if get_origin(kind) in (tuple, frozenset):
        container: Callable[[Any], Any] = get_origin(kind)
        return container
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return partial(msgspec.convert, type=kind)
    return None


def _names(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(name for name in kind.__struct_fields__ if name != _ELSEWHERE.get(kind))


@lru_cache
def _insertion(kind: type[msgspec.Struct]) -> tuple[str, Sequence[str]]:
    names = _names(kind)
    numbers = ", ".join(f"${at}" for at in range(1, len(names) + 1))
    into = f"insert into {TABLES[kind]} ({', '.join(names)})"
    return f"{into} overriding system value values ({numbers})", names


@lru_cache
def _replacement(kind: type[msgspec.Struct]) -> tuple[str, Sequence[str]]:
    names = [name for name in _names(kind) if name not in _NEVER_SET]
    numbered = ", ".join(f"{name} = ${at}" for at, name in enumerate(names, 3))
    statement = f"update {TABLES[kind]} set {numbered} where account_id = $1 and id = $2"
    return statement, ("account_id", "id", *names)


def _values(thing: msgspec.Struct, names: Sequence[str]) -> list[Any]:
    return [getattr(thing, name) for name in names]
