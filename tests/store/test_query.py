"""Queries are what they say: each operator and order against a slow reading of the same rows in Python."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cmp_to_key
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kalends.engine.customers.customer import Customer
from kalends.engine.query import CursorPage, Filter, OffsetPage, Operator, Query, Sort, numbered_page
from kalends.engine.refusals import Fault, Invalid
from kalends.store.customers.query import CUSTOMER_FIELDS, query_customers
from kalends.store.query import compile_query
from tests.world import NOW, World, open_clinic

DAYS = [date(1980, 5, 17), date(1980, 6, 17), date(2001, 5, 1), None]
TEXTS = ["", "a", "A", "åse", "b%", "b_", "a\\b", "Zoë", "æ", "aB", None]
NAMES = [text for text in TEXTS if text is not None]
VALUES: Mapping[type, Sequence[Any]] = {
    int: [1, 2, 3, 10**6],
    str: [*NAMES, "ab"],
    bool: [True, False],
    date: [day for day in DAYS if day],
    datetime: [NOW, NOW + timedelta(days=1), NOW + timedelta(microseconds=1)],
}
Row = Customer


def value_of(row: Row, field: str) -> Any:
    match field:
        case "is_blocked":
            return row.blocked_at is not None
        case "email_key":
            return None if row.email is None else folded(row.email)
        case "preferred_first_name":
            return row.preferred_first_name or None
        case _:
            return getattr(row, field)


def folded(text: str) -> str:
    """In lower case, but for the letters beyond ASCII, whose case a database of the locale C does not know."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def like(pattern: str, text: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, folded(pattern).split("%"))), folded(text), re.DOTALL) is not None


ORACLE: Mapping[Operator, Callable[[Any, Any], bool]] = {
    "equal": lambda stored, value: stored == value,
    "less": lambda stored, value: stored < value,
    "at_most": lambda stored, value: stored <= value,
    "greater": lambda stored, value: stored > value,
    "at_least": lambda stored, value: stored >= value,
    "in": lambda stored, value: stored in value,
    "contains": lambda stored, value: folded(value) in folded(stored),
    "like": lambda stored, value: like(value, stored),
    "matches_date": lambda stored, value: re.fullmatch(value.replace("*", "."), stored.isoformat()) is not None,
    "not_null": lambda stored, value: True,
}


def holds(row: Row, condition: Filter) -> bool:
    stored = value_of(row, condition.field)
    if condition.operator == "not_equal":
        return bool(stored != condition.value)
    if condition.operator == "is_null":
        return stored is None
    return stored is not None and ORACLE[condition.operator](stored, condition.value)


def compare(order: Sequence[Sort]) -> Callable[[Row, Row], int]:
    def compared(one: Row, other: Row) -> int:
        for sort in (*order, Sort("id")):
            a, b = ((value_of(row, sort.field) is None, value_of(row, sort.field)) for row in (one, other))
            if a != b:
                smaller = a[0] < b[0] if a[0] != b[0] else a[1] < b[1]
                return -1 if smaller is not sort.descending else 1
        return 0

    return compared


def filters(field: str) -> st.SearchStrategy[Filter]:
    column = CUSTOMER_FIELDS[field]
    one = st.sampled_from(VALUES[column.type])
    values: Mapping[str, st.SearchStrategy[Any]] = {
        "in": st.lists(one, max_size=3),
        "like": st.sampled_from(["%", "a%", "%B", "%_%", "b%", "%\\%", "", "%å%", "a", "%%"]),
        "matches_date": st.sampled_from(["****-05-**", "1980-**-17", "****-**-**", "2001-05-01", "1999-**-**"]),
        "is_null": st.none(),
        "not_null": st.none(),
    }
    operators = [operator for operator in (*ORACLE, "not_equal", "is_null") if column.takes(operator)]
    return st.sampled_from(operators).flatmap(
        lambda operator: values.get(operator, one).map(lambda value: Filter(field, operator, value))
    )


FIELDS = st.sampled_from(sorted(CUSTOMER_FIELDS))
FILTERS = st.lists(FIELDS.flatmap(filters), max_size=2).map(tuple)
ORDERS = st.lists(st.builds(Sort, FIELDS.filter(lambda field: field != "id"), st.booleans()), max_size=2).map(tuple)


class Many:
    """An account with all kinds of customers, and a connection to ask on."""

    def __init__(self, clinic: World, rows: list[Customer]) -> None:
        self.clinic = clinic
        self.rows = rows

    async def ask(self, query: Query) -> tuple[list[int], int]:
        page, total = await query_customers(self.clinic.db, self.clinic.account.id, query)
        return [row.id for row in page], total


@pytest.fixture(scope="module")
async def many(db: asyncpg.Pool) -> Many:
    clinic = await open_clinic(db)
    await db.executemany(
        """
        insert into customer (account_id, first_name, last_name, company, email, phone, date_of_birth, notes, city,
            blocked_at, deleted_at, created_at, created_by, updated_at, updated_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $4, $9, $10, $11, 'tests', $11, 'tests')
        """,
        [
            (
                clinic.account.id,
                NAMES[nr % len(NAMES)],
                NAMES[nr // 3 % len(NAMES)],
                NAMES[nr // 5 % len(NAMES)],
                TEXTS[nr * 7 % len(TEXTS)],
                TEXTS[nr // 2 % len(TEXTS)],
                DAYS[nr % len(DAYS)],
                NAMES[nr // 7 % len(NAMES)],
                NOW if nr % 3 else None,
                NOW + timedelta(days=nr % 2) if nr % 5 == 0 else None,
                NOW + timedelta(microseconds=nr % 3),
            )
            for nr in range(60)
        ],
    )
    rows, total = await query_customers(db, clinic.account.id, Query(OffsetPage(1000)))
    assert len(rows) == total == 62
    return Many(clinic, rows)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=FILTERS, order=ORDERS, offset=st.integers(0, 20), limit=st.integers(1, 30))
async def test_filters_order_and_pages(
    many: Many, filters: tuple[Filter, ...], order: tuple[Sort, ...], offset: int, limit: int
) -> None:
    expected = [row for row in many.rows if all(holds(row, condition) for condition in filters)]
    expected.sort(key=cmp_to_key(compare(order)))
    ids, total = await many.ask(Query(OffsetPage(limit, offset), filters, order))
    assert (ids, total) == ([row.id for row in expected][offset : offset + limit], len(expected))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=ORDERS, size=st.integers(7, 40))
async def test_cursors_see_every_row_once(many: Many, order: tuple[Sort, ...], size: int) -> None:
    expected = sorted(many.rows, key=cmp_to_key(compare(order)))
    seen: list[int] = []
    after: tuple[Any, ...] | None = None
    by_id = {row.id: row for row in many.rows}
    while ids := (await many.ask(Query(CursorPage(size, after), (), order)))[0]:
        seen += ids
        last = by_id[ids[-1]]
        after = (*(value_of(last, sort.field) for sort in order), last.id)
    assert seen == [row.id for row in expected]


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        (Query(OffsetPage(1), (Filter("password", "equal", "x"),)), [("password", "unsupported")]),
        (Query(OffsetPage(1), (Filter("id; drop table item", "equal", 1),)), [("id; drop table item", "unsupported")]),
        (Query(OffsetPage(1), (Filter("notes", "like", "%"),)), [("notes", "unsupported")]),
        (Query(OffsetPage(1), (Filter("id", "equal", "1"), Filter("id", "equal", True))), [("id", "invalid")]),
        (Query(OffsetPage(1), (Filter("id", "equal", 2**63),)), [("id", "invalid")]),
        (Query(OffsetPage(1), (Filter("city", "equal", "\0"),)), [("city", "invalid")]),
        (Query(OffsetPage(1), (Filter("id", "in", 1),)), [("id", "invalid")]),
        (Query(OffsetPage(1), (Filter("date_of_birth", "matches_date", "x"),)), [("date_of_birth", "invalid")]),
        (Query(OffsetPage(1), (), (Sort("x"), Sort("y"))), [("x", "unsupported"), ("y", "unsupported")]),
        (Query(CursorPage(1, (1, 2)),), [("cursor", "invalid")]),
        (Query(CursorPage(1, ("1",)),), [("cursor", "invalid")]),
        (Query(CursorPage(1, (None,)),), [("cursor", "invalid")]),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_named(query: Query, faults: list[tuple[str, str]]) -> None:
    with pytest.raises(Invalid) as refused:
        compile_query(CUSTOMER_FIELDS, query, (1,))
    assert list(refused.value.faults) == [Fault(*fault) for fault in faults]


@given(st.text(min_size=3), st.sampled_from(["equal", "contains", "like"]))
def test_no_text_of_a_caller_is_in_a_statement(text: str, operator: Operator) -> None:
    of_caller, other = (
        compile_query(CUSTOMER_FIELDS, Query(OffsetPage(1), (Filter("city", operator, value),)), (1,))
        for value in (text.replace("\0", ""), "x")
    )
    assert (of_caller.where, of_caller.order, of_caller.page) == (other.where, other.order, other.page)


def test_pages_are_counted_from_one() -> None:
    assert numbered_page(3, 50) == OffsetPage(50, 100)
