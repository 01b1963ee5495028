"""Services one after another: the next begins when the one before is over, or shortly after."""

from datetime import UTC, datetime, timedelta

from kalends.engine.availability.chains import LONGEST_GAP, Following, chained, for_people
from kalends.engine.availability.slots import Slot
from kalends.engine.time.span import Span

MINUTE = timedelta(minutes=1)
NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
ADA, BO = 1, 2
NONE = timedelta()


def slot(minute: int, *resource_ids: int, length: int = 60) -> Slot:
    start = NINE + minute * MINUTE
    return Slot(Span(start, start + length * MINUTE), len(resource_ids), resource_ids, len(resource_ids))


def test_the_first_that_begins_once_the_other_is_over() -> None:
    colour = Following([slot(0, ADA), slot(45, ADA), slot(60, ADA), slot(90, ADA)], NONE)
    assert chained(slot(0, ADA), [colour], 1) == (slot(60, ADA),)


def test_nobody_waits_for_more_than_half_an_hour() -> None:
    late = Following([slot(61 + int(LONGEST_GAP / MINUTE), ADA)], NONE)
    assert chained(slot(0, ADA), [late], 1) is None
    assert chained(slot(0, ADA), [Following([], NONE)], 1) is None


def test_on_the_same_resource_there_is_time_for_the_buffers() -> None:
    quarter = 15 * MINUTE
    assert chained(slot(0, ADA), [Following([slot(60, ADA), slot(75, ADA)], quarter)], 1) == (slot(75, ADA),)
    assert chained(slot(0, ADA), [Following([slot(60, ADA, BO)], quarter)], 1) == (slot(60, ADA, BO),)


def test_a_third_follows_the_second() -> None:
    second, third = Following([slot(60, BO)], NONE), Following([slot(60, ADA), slot(120, ADA)], NONE)
    assert chained(slot(0, ADA), [second, third], 1) == (slot(60, BO), slot(120, ADA))


def test_two_people_need_two_who_are_free() -> None:
    both, one = slot(0, ADA, BO), slot(60, ADA)
    assert for_people([both, one], 2) == [both]
    assert for_people([both, one], 1) == [both, one]


def test_who_takes_longer_serves_beside_the_others() -> None:
    short, long, later = slot(0, BO, length=45), slot(0, ADA), slot(15, BO)
    (together,) = for_people([short, long, later], 2)
    assert (together.span, set(together.resource_ids)) == (long.span, {ADA, BO})
    assert chained(together, [Following([slot(45, ADA, BO), slot(60, ADA, BO)], NONE)], 2) == (slot(60, ADA, BO),)
