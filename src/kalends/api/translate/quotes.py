"""Quotes as they are answered."""

from decimal import Decimal
from typing import Any

from kalends.actions.context import Context
from kalends.api.conflicts import by_local_clocks
from kalends.api.ids import write_id, write_optional_id
from kalends.api.money import shown_money
from kalends.api.problems import parts_of
from kalends.api.schemas.bookings import BookingInput
from kalends.api.schemas.quotes import BookingPolicy, Price, PriceLine, Quote, QuotedLine
from kalends.api.times import shown
from kalends.api.translate.bookings import booking_request
from kalends.api.translate.explanations import shown_reason
from kalends.api.translate.items import zone_of
from kalends.engine.billing.quote import Quote as EngineQuote
from kalends.engine.billing.quote import RequestQuote
from kalends.engine.bookings.request import Booked, BookingRequest, LineOutcome
from kalends.engine.refusals import Fault, Full, Invalid
from kalends.web.call import Call


async def quoted_request(ctx: Context, sent: BookingInput) -> BookingRequest:
    """The request that is to be quoted.

    Raises Invalid by places (blank, before_start, out_of_range, too_many; /hold: fixed), SkippedTime, RepeatedTime.
    """
    if isinstance(sent.hold, int):
        raise Invalid(Fault("/hold", "fixed"))
    return await booking_request(ctx, sent)


async def shown_quote(ctx: Context, quoted: RequestQuote, call: Call) -> Quote:
    """A quote as it is answered."""
    refusal, booked, policy = quoted.refusal, quoted.booked, ctx.account.policy
    free = parts_of(await by_local_clocks(ctx, refusal), call)[2] if isinstance(refusal, Full) else {}
    verification: Any = policy.verification
    return Quote(
        bookable=refusal is None,
        reason=await shown_reason(ctx, refusal, call) if refusal else None,
        next_free=free.get("next_free", []),
        lines=[await _line(ctx, index, booked, call) for index in range(len(booked.outcomes))] if booked else [],
        price=_price(quoted.quote, booked) if quoted.quote and booked else None,
        policy=BookingPolicy(
            verification=verification,
            confirm_manually=policy.confirm_manually,
            hold_minutes=policy.hold_minutes,
        ),
    )


async def _line(ctx: Context, index: int, booked: Booked, call: Call) -> QuotedLine:
    outcome: LineOutcome = booked.outcomes[index]
    view = next((view for view in booked.items if view.item.id == outcome.item_id), None)
    tz, item = (zone_of(view, ctx), view.item) if view else (ctx.zone, None)
    state: Any = item.state if item else None
    return QuotedLine(
        line=index,
        outcome=outcome.outcome,
        resource=write_optional_id("resource", item.resource_id if item else None),
        also=[write_id("resource", resource_id) for resource_id in item.also_resource_ids] if item else [],
        session=write_optional_id("session", item.session_id if item else None),
        from_=shown(item.starts_at, tz) if item else None,
        to=shown(item.ends_at, tz) if item else None,
        time_zone=tz.key,
        state=state,
        expires_at=shown(item.expires_at, tz) if item and item.expires_at else None,
        reason=await shown_reason(ctx, outcome.refusal, call) if outcome.refusal else None,
    )


def _price(quote: EngineQuote, booked: Booked) -> Price:
    currency = quote.currency
    indexes = {outcome.item_id: index for index, outcome in enumerate(booked.outcomes)}
    tax = sum((line.tax for line in quote.lines), Decimal())
    return Price(
        net=shown_money(quote.total - tax, currency),
        tax=shown_money(tax, currency),
        total=shown_money(quote.total, currency),
        lines=[
            PriceLine(
                line=indexes[line.item_id],
                title=line.title,
                per=line.per,
                rate=shown_money(line.rate, currency),
                units=line.units.normalize() if line.units else line.units,
                price=shown_money(line.price, currency),
                tax_rate=line.tax_rate,
                tax=shown_money(line.tax, currency),
                total=shown_money(line.total, currency),
            )
            for line in quote.lines
        ],
    )
