"""Dates in the demo, counted in days from the Monday of the week in which it is loaded."""

from datetime import datetime

from kalends.actions.context import Context
from kalends.engine.time.clock import DAY, instant
from kalends.engine.time.span import Span


def at(ctx: Context, day: int, hour: int) -> datetime:
    """That many days after the Monday, at that hour in the account's time zone."""
    return instant(ctx.today + DAY * (day - ctx.today.weekday()), hour * 60, ctx.zone)


def between(ctx: Context, day: int, hour: int, until: int) -> Span:
    """From one hour of that day to another, in the account's time zone."""
    return Span(at(ctx, day, hour), at(ctx, day, until))
