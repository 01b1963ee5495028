"""Quotes: what a booking would come to and cost, with nothing written or held."""

from kalends.actions.billing.quotes import quote_request
from kalends.actions.context import Context
from kalends.api.operations import Answered, Operation, Received
from kalends.api.schemas.bookings import BookingInput
from kalends.api.schemas.quotes import Quote
from kalends.api.tables.refusals import BOOKED
from kalends.api.translate.quotes import quoted_request, shown_quote
from kalends.web.call import call_of


async def quote(ctx: Context, request: Received[None, BookingInput]) -> Answered:
    asked = await quoted_request(ctx, request.body)
    quoted = await quote_request(ctx, asked)
    return Answered(value=await shown_quote(ctx, quoted, call_of(request.request)))


OPERATIONS = (
    Operation(
        method="POST",
        path="/bookings/quote",
        handler=quote,
        id="quote_booking",
        summary="Quote a booking",
        description=(
            "What `POST /bookings` would make of the same lines now: what becomes of each, what it costs, or what is "
            "in the way. It is found out by the code that books; nothing is written or held."
        ),
        tag="Bookings",
        scope="book",
        body=BookingInput,
        answers={200: Quote},
        refusals=BOOKED,
        sample={"lines": [{"service": "svc_1042", "from": "2027-03-01T10:00:00+01:00"}]},
    ),
)
