"""Writes structs to rows of their tables and reads them back.

A struct's fields are the columns of its table. Every statement names them, so that a column added by a newer version is
neither read nor written. Names come from TABLES and the structs only, never from a caller.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import asyncpg
import msgspec

from kalends.engine.availability.exception_entry import ExceptionEntry
from kalends.engine.availability.extra_opening import ExtraOpening
from kalends.engine.billing.document import Document
from kalends.engine.billing.invoice import Invoice, InvoiceRow
from kalends.engine.billing.occasion import Occasion
from kalends.engine.bookings.booking_status import BookingStatus
from kalends.engine.bookings.feed import Feed
from kalends.engine.catalog.assignment import ServiceAssignment
from kalends.engine.catalog.category import Category
from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.catalog.site import Site
from kalends.engine.customers.case import CustomerCase
from kalends.engine.customers.customer import CustomerGroup
from kalends.engine.messages.bounce import BouncedAddress
from kalends.engine.messages.refusal import MessageRefusal
from kalends.engine.messages.template import MessageTemplate
from kalends.engine.messages.webhook import Webhook
from kalends.store.constraints import conflicts
from kalends.store.db import Db

T = TypeVar("T", bound=msgspec.Struct)

TABLES: Mapping[type[msgspec.Struct], str] = {
    BookingStatus: "booking_status",
    BouncedAddress: "bounced_address",
    Category: "category",
    CustomField: "custom_field",
    CustomerCase: "customer_case",
    CustomerGroup: "customer_group",
    Document: "document",
    ExceptionEntry: "opening_exception",
    ExtraOpening: "extra_opening",
    Feed: "feed",
    Invoice: "invoice",
    InvoiceRow: "invoice_row",
    MessageRefusal: "message_refusal",
    MessageTemplate: "message_template",
    Occasion: "occasion",
    Price: "price",
    Resource: "resource",
    Service: "service",
    ServiceAssignment: "service_resource",
    Site: "site",
    Webhook: "webhook",
}
"""The tables of structs that are written field by field; each has an `account_id` and an `id`."""
_IN_OTHER_TABLE: Mapping[type[msgspec.Struct], tuple[str, ...]] = {
    Document: ("booking_ids",),
    Invoice: ("rows", "corrects", "corrections"),
}
"""Fields that are stored in other rows; always the last fields of the struct."""
_REVISED = ("resource", "service", "site")
"""Tables of records with a revision that have data of their own in other tables; also the names of their kinds."""
_NEVER_UPDATED = ("account_id", "id", "created_at", "created_by")


async def insert(db: Db, *records: msgspec.Struct) -> None:
    """Insert records of one kind, with the ids they have.

    Raises Duplicate, NotFound or Invalid for a violated constraint; see conflicts.REFUSALS.
    """
    if records:
        statement, names = _insert_statement(type(records[0]))
        with conflicts():
            await db.executemany(statement, [_values(record, names) for record in records])


async def update(db: Db, record: msgspec.Struct) -> None:
    """Update the row with the record's account and id, but not `created_at` and `created_by`.

    Raises Duplicate, NotFound or Invalid for a violated constraint; see conflicts.REFUSALS.
    """
    statement, names = _update_statement(type(record))
    with conflicts():
        await db.execute(statement, *_values(record, names))


async def lock(db: Db, kind: type[T], account_id: int, record_id: int) -> T | None:
    """Lock and return the record of a kind in TABLES; None if there is none."""
    statement = f"select {columns(kind)} from {TABLES[kind]} where account_id = $1 and id = $2 for update"
    return await fetch_one(db, kind, statement, account_id, record_id)


async def raise_revision(db: Db, account_id: int, kind: str, record_id: int) -> None:
    """Give a record the next revision, as data of it in other tables has changed; other kinds have none."""
    if kind in _REVISED:
        statement = f"update {kind} set revision = revision + 1 where account_id = $1 and id = $2"
        await db.execute(statement, account_id, record_id)


async def fetch(db: Db, kind: type[T], statement: str, *values: Any) -> list[T]:
    """The structs of a statement's rows; it selects `columns(kind)`."""
    return list(map(reader(kind), await db.fetch(statement, *values)))


async def fetch_one(db: Db, kind: type[T], statement: str, *values: Any) -> T | None:
    """The struct of a statement's first row, or None; it selects `columns(kind)`."""
    row = await db.fetchrow(statement, *values)
    return None if row is None else reader(kind)(row)


def columns(kind: type[msgspec.Struct], table: str = "") -> str:
    """The columns of a kind as a select list, in the order of its fields, with the table's alias if one is given."""
    prefix = f"{table}." if table else ""
    return ", ".join(prefix + name for name in _names(kind))


@lru_cache
def reader(kind: type[T], start: int = 0) -> Callable[[asyncpg.Record], T]:
    """A function that makes a struct of a row; the values from `start` on are those of the struct's fields.

    Lists become tuples or frozensets, and JSON becomes structs, by the types of the fields.
    """
    fields = kind.__struct_fields__
    hints = get_type_hints(kind)
    converters = [(index, convert) for index, name in enumerate(fields) if (convert := _converter(hints[name]))]
    end = start + len(fields)

    by_name = len(kind.__match_args__) < len(fields)  # some fields are keyword-only

    def read(row: asyncpg.Record) -> T:
        values = list(row[start:end])
        for index, convert in converters:
            if index < len(values) and (value := values[index]) is not None:
                values[index] = convert(value)
        return kind(**dict(zip(fields, values, strict=False))) if by_name else kind(*values)

    if converters or by_name:
        return read
    return lambda row: kind(*row[start:end])


def _converter(hint: Any) -> Callable[[Any], Any] | None:
    is_union = get_origin(hint) in (Union, UnionType)
    (kind,) = [member for member in get_args(hint) if member is not type(None)] if is_union else [hint]
    if get_origin(kind) in (tuple, frozenset):
        container: Callable[[Any], Any] = get_origin(kind)
        return container
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return partial(msgspec.convert, type=kind)
    return None


def _names(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(name for name in kind.__struct_fields__ if name not in _IN_OTHER_TABLE.get(kind, ()))


@lru_cache
def _insert_statement(kind: type[msgspec.Struct]) -> tuple[str, Sequence[str]]:
    names = _names(kind)
    placeholders = ", ".join(f"${number}" for number in range(1, len(names) + 1))
    into = f"insert into {TABLES[kind]} ({', '.join(names)})"
    return f"{into} overriding system value values ({placeholders})", names


@lru_cache
def _update_statement(kind: type[msgspec.Struct]) -> tuple[str, Sequence[str]]:
    names = [name for name in _names(kind) if name not in _NEVER_UPDATED]
    assignments = ", ".join(f"{name} = ${number}" for number, name in enumerate(names, 3))
    statement = f"update {TABLES[kind]} set {assignments} where account_id = $1 and id = $2"
    return statement, ("account_id", "id", *names)


def _values(record: msgspec.Struct, names: Sequence[str]) -> list[Any]:
    return [getattr(record, name) for name in names]
