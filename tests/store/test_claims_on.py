"""What is found of a resource's claims: short ones and long ones by different indexes, and together all of them."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kalends.actions.bookings.change_state import change_item_state
from kalends.engine.time.span import Span
from kalends.store.availability.timelines import load_busy
from kalends.store.db import transaction
from tests.desk import HOUR, hour_of, made
from tests.world import NOW, World

_CLAIM = """
    insert into claim (account_id, item_id, resource_id, span, units, exclusive)
    values ($1, $2, $3, tstzrange($4, $5), 1, false)
    """
spans = st.tuples(st.integers(0, 240), st.integers(1, 120)).map(
    lambda hours: Span(NOW + hours[0] * HOUR, NOW + (hours[0] + hours[1]) * HOUR)
)


def hours(start: int, end: int) -> Span:
    return Span(NOW + start * HOUR, NOW + end * HOUR)


@example(taken=[hours(0, 48)], asked=Span(NOW + 47.5 * HOUR, NOW + 50 * HOUR))
@example(taken=[hours(0, 48), Span(NOW, NOW + 48.5 * HOUR)], asked=Span(NOW + 48 * HOUR, NOW + 50 * HOUR))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taken=st.lists(spans, max_size=6), asked=spans)
async def test_a_claim_that_meets_a_span_is_found_however_long_it_is(
    clinic: World, taken: list[Span], asked: Span
) -> None:
    items = [await made(clinic, hour_of(clinic.ada, NOW + turn * HOUR)) for turn in range(len(taken))]
    async with transaction(clinic.db) as db:
        for item, span in zip(items, taken, strict=True):
            await db.execute(_CLAIM, clinic.account.id, item.id, clinic.sauna, span.start, span.end)
        found = await load_busy(db, clinic.account.id, [clinic.sauna], asked, NOW)
    for item in items:
        await change_item_state(clinic.ctx(), item.id, "remove")
    assert sorted(load.span for load in found) == sorted(span for span in taken if span.overlaps(asked))
