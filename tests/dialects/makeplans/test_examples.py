"""The vendor's own examples, field by field."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from kalends.dialects.makeplans.fields.view import RenderContext
from kalends.dialects.makeplans.render import render_slots
from kalends.engine.availability.slots import Slot
from kalends.engine.time.span import Span
from tests.desk import make_occurrences
from tests.dialects.makeplans.clinic import Clinic
from tests.dialects.makeplans.vendor import furnish


class Example(msgspec.Struct):
    """A request and what it must be answered, or the days on which it must make bookings; `given` is what columns of
    the vendor's world must hold for it."""

    request: dict[str, Any]
    given: dict[str, dict[str, Any]] = {}
    response: Any = None
    occurrences: list[str] | None = None


FILES = sorted((Path(__file__).parent / "examples").glob("*.json"))
EXAMPLES = {file.stem: msgspec.json.decode(file.read_bytes(), type=Example) for file in FILES}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
async def test_an_example_of_the_vendor(clinic: Clinic, example: Example) -> None:
    request = example.request
    if "form" in request:
        request["form"]["booking[resource_id]"] = clinic.world.ada
    else:
        await furnish(clinic, example.given)
    response = await clinic.client.request(request["method"], request["path"], data=request.get("form"))
    assert response.status_code == 200, response.text
    if example.occurrences is None:
        assert subset(response.json(), example.response) == example.response
    else:
        assert await days_made(clinic, response.json()["collection_id"]) == example.occurrences


def subset(actual: Any, expected: Any) -> Any:
    """The actual value with only the keys that are expected."""
    if isinstance(expected, dict):
        return {name: subset(actual[name], value) for name, value in expected.items()}
    if isinstance(expected, list):
        return [subset(element, value) for element, value in zip(actual, expected, strict=True)]
    return actual


async def days_made(clinic: Clinic, uid: str) -> list[str]:
    w = clinic.world
    booking = await w.db.fetchval("select id from booking where account_id = $1 and uid = $2", w.account.id, uid)
    await make_occurrences(w.ctx(), booking)
    listed = await clinic.client.get(f"/bookings/recurring/{uid}")
    return [row["booking"]["booked_from"][:10] for row in listed.json()]


def test_a_slot_as_the_vendor_shows_it() -> None:
    nine = datetime(2020, 1, 24, 8, tzinfo=UTC)
    offered = Slot(Span(nine, nine + timedelta(hours=1)), 3, (10, 11, 12), 3)
    shown = render_slots([offered], RenderContext(ZoneInfo("Europe/Oslo"), nine))
    assert msgspec.json.decode(shown.body) == [
        {
            "slot": {
                "timestamp": "2020-01-24T09:00:00+01:00",
                "timestamp_end": "2020-01-24T10:00:00+01:00",
                "formatted_timestamp": "Friday, 24 January 2020, 09:00",
                "formatted_timestamp_end": "Friday, 24 January 2020, 10:00",
                "free": 3,
                "available_resources": [10, 11, 12],
                "maximum_capacity": 3,
            }
        }
    ]
