"""What is explained, previewed and offered is what becomes of it: of many random asks, none is told one thing and done
another. More of them: `make test ARGS="tests/actions/bookings/test_explain_agrees.py --asks 10000 -n 0"`."""

from collections import Counter
from collections.abc import Awaitable
from datetime import timedelta
from random import Random
from typing import TypeVar

import msgspec
import pytest

from kalends.actions.bookings.book import preview
from kalends.actions.bookings.explain import explain
from kalends.actions.bookings.slots import slots
from kalends.actions.context import transaction
from kalends.engine.all_refusals import Several, all_of
from kalends.engine.bookings.explain import LineExplanation, Option
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.refusals import Closed, Full, Invalid, NotServed, Refusal, Retired, TooMany, TooSoon
from kalends.engine.time.span import Span
from tests.acts import with_fields
from tests.asks import BusyClinic, ask, busy_clinic, try_to_book
from tests.desk import refusal
from tests.world import World

T = TypeVar("T")


async def test_what_is_said_of_an_ask_is_what_becomes_of_it(clinic: World, request: pytest.FixtureRequest) -> None:
    count, random = request.config.getoption("--asks"), Random(7)
    async with transaction(clinic.ctx()) as tx:
        busy = await busy_clinic(msgspec.structs.replace(clinic, db=tx.db), random)
        met = Counter[type[Refusal] | type[None]]()
        for _ in range(count):
            asked = ask(busy, random)
            refused = await agrees(busy, asked)
            met.update(map(type, all_of(refused)) if refused else [type(None)])
            if random.random() < 0.02:
                await try_to_book(busy, asked)
    assert met.keys() >= {type(None), Full, Closed, TooSoon, TooMany, NotServed, Retired, Invalid}, met


async def agrees(busy: BusyClinic, asked: BookingRequest) -> Refusal | None:
    """Explanation, preview, offers and booking say the same of a request. Returns what it is refused with."""
    ctx = busy.clinic.ctx()
    booked = await refusal(busy.clinic, asked)
    _, previewed = await outcome(preview(ctx, asked))
    assert (type(previewed), said(previewed)) == (type(booked), said(booked)), asked
    lines, unexplained = await outcome(explain(ctx, asked))
    if lines is None:
        assert type(unexplained) is type(booked), asked
        return booked
    (line,) = lines
    assert line.bookable == (booked is None), (asked, line)
    reasons = {type(refusal) for option in line.options for refusal in option.refusals} | {type(line.refusal)}
    assert booked is None or type(booked) in reasons, (asked, line)
    for option in line.options:
        await option_agrees(busy, asked, option)
    if asked.public and is_of_a_service(asked):
        await offers_agree(busy, asked, line)
    return booked


async def option_agrees(busy: BusyClinic, asked: BookingRequest, option: Option) -> None:
    """Of one of those who could serve it."""
    resource = option.assigned.resource
    if resource is None or asked.lines[0].session_id is not None:
        return
    alone = with_fields(asked, resource_id=resource.id)
    booked = await refusal(busy.clinic, alone)
    assert type(next(iter(option.refusals), None)) is type(booked), (alone, option)


async def offers_agree(busy: BusyClinic, asked: BookingRequest, line: LineExplanation) -> None:
    """The public is offered the time on exactly those of which nothing else is said."""
    (requested,) = asked.lines
    start, service_id = requested.starts_at, requested.service_id
    assert start is not None
    assert service_id is not None
    window = Span(start, start + timedelta(microseconds=1))
    named = None if requested.resource_id is None else [requested.resource_id]
    listed = await slots(busy.clinic.ctx(), service_id, window, named, requested.units or 1)
    offered = {resource_id for slot in listed for resource_id in slot.resource_ids}
    free = {
        option.assigned.resource.id
        for option in line.options
        if option.assigned.resource and not option.refusals and not option.off_step
    }
    assert offered == free, (asked, line)


async def outcome(answer: Awaitable[T]) -> tuple[T | None, Refusal | None]:
    """What comes of it, or what it is refused with."""
    try:
        return await answer, None
    except Refusal as refused:
        return None, refused


def is_of_a_service(asked: BookingRequest) -> bool:
    """Whether it asks for what slots are offered of."""
    (line,) = asked.lines
    plain = line.session_id is None and line.ends_at is None and line.units is not None
    return plain and line.service_id is not None and not line.also_resource_ids and not line.extras


def said(refused: Refusal | None) -> object:
    """What a refusal says, without the ids that are new each time."""
    if isinstance(refused, Full):
        claims = [(way.span, way.resource_id) for conflict in refused.conflicts for way in conflict.in_the_way]
        named = [(conflict.what, conflict.which) for conflict in refused.conflicts]
        return named, claims, refused.count, refused.by_itself
    if isinstance(refused, Several):
        return [said(each) for each in refused.refusals]
    return refused and (type(refused), refused.args)
