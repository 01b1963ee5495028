"""Why a time is not free, in the words of visitors: by the code that books."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from kalends.actions.bookings.suggest import explain_to_visitor
from kalends.actions.catalog.sites import zone_where
from kalends.actions.context import Context
from kalends.engine.bookings.explain import LineExplanation
from kalends.engine.catalog.service import Service
from kalends.engine.refusals import Closed, Full, Refusal, TooFar, TooSoon
from kalends.engine.time.clock import MINUTES_A_DAY, instant
from kalends.notices.messages.language import MessageLanguage
from kalends.notices.texts import Message
from kalends.page.choices import Choices
from kalends.page.chosen import Chosen, request_of


class Why(msgspec.Struct, frozen=True):
    """The time that was asked about, as it was sent, and what is to be said of it; nothing if it was no time."""

    at: str = ""
    reasons: tuple[Message, ...] = ()


async def why_not(ctx: Context, choices: Choices, at: str, words: MessageLanguage) -> Why:
    """Why the service can't be booked at a time such as `10:00` on the date that was chosen."""
    minute = _minute(at)
    if minute is None or choices.day is None or choices.service.kind != "appointment":
        return Why()
    zone = await zone_where(ctx, choices.site_id, choices.resources)
    start = instant(choices.day, minute, zone)
    if choices.without[:1] == (start,):
        return Why(at, (Message("why.yours"),))
    alone = msgspec.structs.replace(choices, people=1, then=(), lengths=choices.lengths[:1])
    (line,) = await explain_to_visitor(ctx, request_of(alone, Chosen(None, start)))
    said = [_said(refusal, choices.service, start.astimezone(zone), ctx, words) for refusal in _refusals(line)]
    if not said:
        is_offered = any(not option.off_step for option in line.options if not option.refusals)
        said = [Message("why.free" if is_offered else "why.off_step")]
    return Why(at, tuple({message.key: message for message in said}.values()))


def _refusals(line: LineExplanation) -> Iterator[Refusal]:
    """What speaks against all options; nothing if the line can be booked."""
    if line.bookable:
        return
    if line.refusal is not None:
        yield line.refusal
    for option in line.options:
        yield from option.refusals


def _said(refusal: Refusal, service: Service, start: datetime, ctx: Context, words: MessageLanguage) -> Message:
    if isinstance(refusal, TooSoon):
        if start <= ctx.now:
            return Message("why.past")
        return Message("why.too_soon", {"until": _moment(start, service.notice, words)})
    if isinstance(refusal, TooFar):
        return Message("why.too_far", {"begin": _moment(start, service.horizon, words)})
    if isinstance(refusal, Closed):
        return Message("why.closed")
    return Message("why.full") if isinstance(refusal, Full) else Message("why.other")


def _moment(start: datetime, minutes: int | None, words: MessageLanguage) -> str:
    """So many minutes before a start, by its own clock."""
    return words.moment((start.astimezone(UTC) - timedelta(minutes=minutes or 0)).astimezone(start.tzinfo))


def _minute(text: str) -> int | None:
    """The minute of the day that `10:00` is; None for what is no time of day."""
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and text.isascii() and len(text) <= len("00:00")):
        return None
    minute = int(hours) * 60 + int(minutes)
    return minute if int(minutes) < 60 and minute < MINUTES_A_DAY else None
