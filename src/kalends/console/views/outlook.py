"""What would come of a form about a booking: whether its time is free, and what it costs."""

import msgspec

from kalends.console.at_site import AtSite
from kalends.console.complaints import complaint_of, in_words
from kalends.console.in_the_way import NearTime, Obstacle
from kalends.console.views.forms import Complaint
from kalends.console.views.panel import money
from kalends.engine.billing.quote import RequestQuote
from kalends.engine.bookings.request import LineOutcome
from kalends.engine.refusals import Refusal


class DateLine(msgspec.Struct, frozen=True):
    """One of several dates: when it is, and what comes of it, the key of a text."""

    when: str
    outcome: str


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """What would come of the form: `price` "" if nothing is priced, `why` it can't be booked, with what is in the way
    and the free times near it. `dates` are there if there are several, with how many of them can be booked."""

    free: bool
    where: str = ""
    price: str = ""
    why: str = ""
    ways: tuple[Obstacle, ...] = ()
    near: tuple[NearTime, ...] = ()
    dates: tuple[DateLine, ...] = ()
    booked: int = 0


def outlook_of(
    at: AtSite,
    quoted: RequestQuote | None,
    complaint: Complaint | None,
    ways: tuple[Obstacle, ...],
    near: tuple[NearTime, ...],
) -> Outlook:
    """What would come of the form, from what it was quoted, or from what speaks against it."""
    if complaint is not None or quoted is None or quoted.booked is None:
        return Outlook(free=False, why=in_words(complaint, at.say), ways=ways, near=near)
    booked, quote = quoted.booked, quoted.quote
    titles = dict.fromkeys(view.resource.title for view in booked.items if view.resource)
    return Outlook(
        free=True,
        where=", ".join(titles),
        price=money(at, quote.total, quote.currency) if quote and quote.lines else "",
        dates=tuple(_date(at, each) for each in booked.outcomes) if len(booked.outcomes) > 1 else (),
        booked=len(booked.items),
    )


def refused_outlook(at: AtSite, refusal: Refusal, ways: tuple[Obstacle, ...], near: tuple[NearTime, ...]) -> Outlook:
    """Why something can't be done, with what is in the way and the free times near it."""
    return Outlook(free=False, why=in_words(complaint_of(refusal, {}), at.say), ways=ways, near=near)


def _date(at: AtSite, outcome: LineOutcome) -> DateLine:
    when = at.words.when(outcome.span, at.zone) if outcome.span else ""
    return DateLine(when, f"date.{outcome.outcome}")
