"""Whatever is sent about bookings: an answer in the door's form, and never a fault of the server."""

from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kalends.dialects.locaboo.fields.bookings import ADD, BOOKER, KEPT, LIST, SAVE
from tests.dialects.locaboo.booking import wanted
from tests.dialects.locaboo.venue import Venue

ARRAYS = ("daily_recurrence", "weekly_recurrence", "monthly_recurrence", "yearly_recurrence")
NESTED = ("category_fields", "resource_parts", "inventory", "services", *ARRAYS)
WIRES = sorted({line.wire for line in (*ADD, *KEPT, *SAVE, *BOOKER)} | {"title", "weekly_type_select", *NESTED})
TEXTS = ("2027-03-08", "9000-12-31", "1000-01-01", "09:00", "24:00", "on", "off", "mon", "Live", "Draft", "Cancel")
WORDS = ("day", "week", "month", "year", "biweek", "direct_booking", "booking_request", "#ff0000", "", " ", "\0", "🫖")
NUMBERS = (0, 1, -1, 2**31, 2**53, 2**63 - 1, 2**63, 10**30, 1e300, 0.5)
TELLING: st.SearchStrategy[Any] = st.sampled_from((*TEXTS, *WORDS, *NUMBERS, True, False, None, "9" * 25, "1,2"))
KEYS = st.sampled_from(("0", "1", "mode", "days", "day", "month", "from", "to", "full_day", "week_day", "checked", "x"))
VALUES = st.recursive(
    TELLING | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.sampled_from(WIRES), VALUES, max_size=6)
HOURS = st.fixed_dictionaries({}, optional={"from": TELLING, "to": TELLING, "full_day": TELLING, "day": TELLING})
DAYS = st.fixed_dictionaries(
    {}, optional={"day": TELLING, "month": TELLING, "week_number": TELLING, "week_day": TELLING}
)
RECURRING = st.fixed_dictionaries(
    {"recurring": st.just(1), "recurrence_type": st.sampled_from(("day", "week", "month", "year"))},
    optional={
        "daily_recurrence": HOURS,
        "weekly_recurrence": st.lists(HOURS, max_size=3),
        "monthly_recurrence": st.builds(
            lambda hours, mode, days: {**hours, "mode": mode, "days": days},
            HOURS,
            st.sampled_from(("day", "week")),
            DAYS,
        ),
        "yearly_recurrence": st.builds(lambda hours, days: {**hours, **days}, HOURS, DAYS),
    },
)
QUERIES = st.lists(
    st.tuples(
        st.sampled_from(sorted({line.wire for line in LIST} | set(NESTED))),
        st.sampled_from(("", "[]", "[x]", "[0][1]")),
        TELLING.map(str),
    ),
    max_size=5,
)
JSON = {"content-type": "application/json"}
checked = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def fine(status: int, body: bytes) -> bool:
    """An answer in the door's form, with 200 for what went well."""
    answer = msgspec.json.decode(body)
    return status < 500 and answer["success"] == (status == 200)


@checked
@given(changes=OBJECTS | RECURRING | st.builds(lambda one, other: {**one, **other}, RECURRING, OBJECTS))
async def test_nothing_that_is_added(venue: Venue, changes: dict[str, Any]) -> None:
    own = data_of(venue, changes)
    response = await venue.client.post("/booking_add", content=msgspec.json.encode(own), headers=JSON)
    assert fine(response.status_code, response.content), (own, response.text)
    if response.status_code == 200:
        await put_away(venue, response.json()["data"][0]["id"])


@checked
@given(changes=OBJECTS, later=OBJECTS)
async def test_nothing_that_is_saved(venue: Venue, changes: dict[str, Any], later: dict[str, Any]) -> None:
    usual = {"resource_id": venue.world.left, "date_from": venue.day(), "date_to": venue.day()}
    raw = msgspec.json.encode({**usual, **changes})
    response = await venue.client.post("/booking_save", content=raw, headers=JSON)
    assert fine(response.status_code, response.content), (raw, response.text)
    if response.status_code == 200:
        ident = response.json()["data"][0]["id"]
        raw = msgspec.json.encode({**later, "booking_id": ident})
        changed = await venue.client.post("/booking_save", content=raw, headers=JSON)
        assert fine(changed.status_code, changed.content), (raw, changed.text)
        await put_away(venue, ident)


@checked
@given(query=QUERIES)
async def test_nothing_that_is_asked(venue: Venue, query: list[tuple[str, str, str]]) -> None:
    params = [(name + suffix, value) for name, suffix, value in query]
    for path in ("/booking_list", "/booking_save"):
        response = await venue.client.get(path, params=[*venue.client.params.multi_items(), *params])
        assert fine(response.status_code, response.content), (path, params, response.text)


def data_of(venue: Venue, changes: dict[str, Any]) -> dict[str, Any]:
    """A booking that could be added, but for the changes, which may speak of what is there."""
    w = venue.world
    arrays = {"inventory": {w.hall: {w.projectors: changes.get("inventory", {"checked": 1})}}}
    sound = {**wanted(venue), **(arrays if "inventory" in changes else {})}
    return {str(name): value for name, value in {**sound, **changes, **arrays}.items()}


async def put_away(venue: Venue, ident: int) -> None:
    """Shown, and cancelled, so that the next finds its place free."""
    assert (await venue.get(f"/booking/{ident}"))["data"]["id"] == ident
    gone = await venue.post("/booking_save", {"booking_id": ident, "booking_status": "Cancel"})
    assert gone.status_code in {200, 409}, gone.text
