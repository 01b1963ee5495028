"""The vendor's own examples, field by field."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kalends.actions.series import make_occurrences
from tests.dialects.makeplans.clinic import Clinic

MADE = datetime(2012, 9, 20, 13, 34, 16, tzinfo=UTC)


class Example(msgspec.Struct):
    """A request and what it must be answered, or the days on which it must make bookings."""

    request: dict[str, Any]
    response: Any = None
    occurrences: list[str] | None = None


FILES = sorted((Path(__file__).parent / "examples").glob("*.json"))
EXAMPLES = {file.stem: msgspec.json.decode(file.read_bytes(), type=Example) for file in FILES}


async def furnish(clinic: Clinic) -> None:
    """The customer, the resource, the service and the booking that the examples speak of."""
    w = clinic.world
    for table, ident in (("resource", w.ada), ("service", w.massage), ("customer", w.kari)):
        names = [row["attname"] for row in await w.db.fetch(COLUMNS, table)]
        copied = ", ".join(name for name in names if name not in ("id", "path", "email", "phone_e164"))
        path = (", path", ", array[1]") if "path" in names else ("", "")
        await w.db.execute(
            f"insert into {table} (id{path[0]}, {copied}) select 1{path[1]}, {copied} from {table} where id = $1"
            " on conflict do nothing",
            ident,
        )
    booking = await w.db.fetchval(
        "insert into booking (account_id, uid, customer_id, created_at, created_by)"
        " values ($1, gen_random_uuid(), 1, $2, 'vendor') returning id",
        w.account.id,
        MADE,
    )
    await w.db.execute(
        """
        insert into item (account_id, id, booking_id, kind, state, service_id, resource_id, customer_id, starts_at,
            ends_at, units, forced, notes, details, revision, created_at, created_by, updated_at, updated_by)
        values ($1, 1, $2, 'appointment', 'confirmed', 1, 1, 1, '2012-09-29T05:00:00Z', '2012-09-29T06:00:00Z',
            1, false, 'Very handsome customer', '{}', 0, $3, 'vendor', $3, 'vendor')
        """,
        w.account.id,
        booking,
        MADE,
    )


COLUMNS = """
    select attname from pg_attribute
    where attrelid = $1::text::regclass and attnum > 0 and attgenerated = '' and not attisdropped
"""


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
async def test_an_example_of_the_vendor(clinic: Clinic, example: Example) -> None:
    request = example.request
    if "form" in request:
        request["form"]["booking[resource_id]"] = clinic.world.ada
    else:
        await furnish(clinic)
    response = await clinic.client.request(request["method"], request["path"], data=request.get("form"))
    assert response.status_code == 200, response.text
    if example.occurrences is None:
        assert subset(response.json(), example.response) == example.response
    else:
        assert await days_made(clinic, response.json()["collection_id"]) == example.occurrences


def subset(found: Any, wanted: Any) -> Any:
    """What was found, with only the keys that are wanted."""
    if isinstance(wanted, dict):
        return {name: subset(found[name], value) for name, value in wanted.items()}
    if isinstance(wanted, list):
        return [subset(one, value) for one, value in zip(found, wanted, strict=True)]
    return found


async def days_made(clinic: Clinic, uid: str) -> list[str]:
    w = clinic.world
    booking = await w.db.fetchval("select id from booking where account_id = $1 and uid = $2", w.account.id, uid)
    await make_occurrences(w.ctx(), booking)
    listed = await clinic.client.get(f"/bookings/recurring/{uid}")
    return [row["booking"]["booked_from"][:10] for row in listed.json()]
