"""Filters, sorting and pages against a slow reading of what is shown, over a generated set of patients."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import cmp_to_key
from typing import Any

import asyncpg
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dialects.cliniko.clinic import BASE
from tests.web.toy import transport_to
from tests.world import NOW, open_clinic

NAMES = ["", "a", "aB", "b%", "ab", "Zoe"]
DAYS = ["1980-05-17", "1980-06-17", "2001-05-01", None]
TIMES = [NOW + timedelta(microseconds=part) for part in (0, 250_000, 999_999, 1_000_000)]
SHOWN = [f"{NOW + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}" for second in (-1, 0, 1, 2)]
Patient = Mapping[str, Any]
Compare = Callable[[Any, Any], bool]
ORDER: Mapping[str, Compare] = {
    "=": lambda shown, value: shown == value,
    ">=": lambda shown, value: shown >= value,
    "<=": lambda shown, value: shown <= value,
    "<": lambda shown, value: shown < value,
}
TEXT: Mapping[str, Compare] = {
    "=": lambda shown, value: shown == value,
    "~": lambda shown, value: value.lower() in shown.lower(),
    "~~": lambda shown, value: bool(re.fullmatch(".*".join(map(re.escape, value.lower().split("%"))), shown.lower())),
}
DATE = {**ORDER, ">": lambda shown, value: shown > value}
NUMBER = {**DATE, "=": lambda shown, value: str(shown) in value.split(",")}


def conditions(field: str, operators: Mapping[str, Compare], values: list[str]) -> st.SearchStrategy[tuple[str, Any]]:
    """A filter, and whether a patient as shown matches it."""

    def one(operator: str, value: str) -> tuple[str, Any]:
        compare = operators[operator]
        typed: Any = int(value) if field == "id" and "," not in value and operator != "=" else value
        return f"{field}:{operator}{value}", lambda shown: shown is not None and compare(shown, typed)

    negated = [(f"{field}:!={value}", lambda shown, value=value: str(shown) != value) for value in values[:2]]
    nulls = [(f"{field}:?", lambda shown: shown is not None), (f"{field}:!?", lambda shown: shown is None)]
    always = nulls if field.endswith(("_at", "birth")) else [*nulls, *negated]
    return st.one_of(
        st.builds(one, st.sampled_from(sorted(operators)), st.sampled_from(values)), st.sampled_from(always)
    )


FIELDS: Mapping[str, st.SearchStrategy[tuple[str, Any]]] = {
    "first_name": conditions("first_name", TEXT, [name for name in NAMES if name] + ["%b", "a%"]),
    "email": conditions("email", TEXT, ["a@example.org", "EXAMPLE", "%b@%"]),
    "date_of_birth": conditions("date_of_birth", DATE, [day for day in DAYS if day]),
    "updated_at": conditions("updated_at", ORDER, SHOWN),
}
FILTERS = st.lists(
    st.sampled_from(sorted(FIELDS)).flatmap(lambda field: st.tuples(st.just(field), FIELDS[field])),
    min_size=1,
    max_size=2,
)
# Times that differ within a second are shown as the same, so they can't be compared in front of another field.
SORTED_BY = st.sampled_from(sorted(FIELDS.keys() - {"updated_at"}))
SORTS = st.lists(st.tuples(SORTED_BY, st.booleans()), max_size=2, unique_by=lambda sort: sort[0])


@pytest.fixture(scope="module")
async def ask(db: asyncpg.Pool, served: Any) -> Callable[..., Awaitable[list[Patient]]]:
    clinic = await open_clinic(db)
    await db.executemany(
        """
        insert into customer (account_id, first_name, email, date_of_birth, created_at, created_by, updated_at,
            updated_by)
        values ($1, $2, $3, $4::text::date, $5, 'tests', $5, 'tests')
        """,
        [
            (
                clinic.account.id,
                NAMES[nr % 6],
                [None, "a@example.org", "b@example.org"][nr % 3],
                DAYS[nr // 2 % 4],
                TIMES[nr % 4],
            )
            for nr in range(40)
        ],
    )
    auth = (await clinic.key("cliniko"), "")

    async def request(**params: Any) -> list[Patient]:
        async with httpx.AsyncClient(transport=transport_to(served), base_url=BASE, auth=auth) as client:
            response = await client.get("/patients", params=params)
            assert response.status_code == 200, response.text
            patients: list[Patient] = response.json()["patients"]
            return patients

    return request


def sorted_as_asked(patients: list[Patient], order: list[tuple[str, bool]]) -> list[Patient]:
    """Nulls come last, or first where the direction is descending."""

    def compare(one: Patient, other: Patient) -> int:
        for field, descending in order:
            a, b = ((patient[field] is None, patient[field] or "") for patient in (one, other))
            if a != b:
                return (-1 if a < b else 1) * (-1 if descending else 1)
        return 0

    return sorted(patients, key=cmp_to_key(compare))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(filters=FILTERS, order=SORTS)
async def test_lists_are_what_they_say(ask: Any, filters: list[Any], order: list[tuple[str, bool]]) -> None:
    sort = ",".join(f"{field}:{'desc' if descending else 'asc'}" for field, descending in order)
    everybody = await ask(per_page="100", sort="id")
    matching = [p for p in everybody if all(matches(p[field]) for field, (_, matches) in filters)]
    asked = {"q[]": [condition for _, (condition, _) in filters]}
    listed = await ask(per_page="100", sort=sort or "id", **asked)
    assert sorted(map(int, (p["id"] for p in listed))) == sorted(map(int, (p["id"] for p in matching)))
    shown = [[patient[field] for field, _ in order] for patient in listed]
    assert shown == [[patient[field] for field, _ in order] for patient in sorted_as_asked(listed, order)]
