"""A time is chosen, and held for whoever chose it."""

import msgspec

from kalends.engine import refusals
from kalends.engine.all_refusals import all_of
from kalends.notices.texts import Message
from kalends.page.bots import count_hold, is_fresh
from kalends.page.choices import TOKEN, load_choices
from kalends.page.chosen import kept_details, on_day, read_chosen
from kalends.page.handlers.own import Sent, draw_own
from kalends.page.handlers.times import Again, draw_times
from kalends.page.holders import hold_chosen
from kalends.page.returning import known_details
from kalends.web.body import read_form
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.visitors import Visit

TAKEN = (
    refusals.Closed,
    refusals.Full,
    refusals.NotFound,
    refusals.NotServed,
    refusals.OffStep,
    refusals.Retired,
    refusals.TooFar,
    refusals.TooMany,
    refusals.TooSoon,
)
"""Why a time that a page has shown can't be booked: somebody else was faster, or what is offered has changed."""


async def choose(request: WebRequest, visit: Visit) -> Answer:
    """Hold a time and show the form for the details, or the times again if it is taken."""
    sent, call, ctx = dict(await read_form(request)), call_of(request), visit.ctx
    await count_hold(call, ctx, visit.page)
    choices = await load_choices(ctx, visit.page, request.path_params["service_id"], sent)
    chosen, token = read_chosen(sent.get("start", "")), sent.get(TOKEN, "")
    kept = {**await known_details(ctx, sent), **kept_details(sent)}
    if chosen is None or not await is_fresh(call, ctx, token):
        return await draw_times(request, visit, choices, Again(Message("times.too_old"), kept))
    try:
        holder = await hold_chosen(call, ctx, choices, chosen, token)
    except refusals.Refusal as refusal:
        if not is_taken(refusal):
            raise
        again = Again(Message("times.taken"), kept, token, chosen)
        return await draw_times(request, visit, await on_day(choices, chosen, ctx), again)
    own = msgspec.structs.replace(visit, ctx=holder.ctx)
    return await draw_own(request, own, holder.hold, Sent(kept), secret=holder.secret)


def is_taken(refusal: refusals.Refusal) -> bool:
    """Whether a request was refused because the time can't be booked any more."""
    return any(isinstance(each, TAKEN) for each in all_of(refusal))
