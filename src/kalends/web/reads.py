"""Requests that only read are answered from a standby, if there is one that has all of their account."""

from collections.abc import Awaitable, Callable

import msgspec

from kalends.actions.context import Context
from kalends.store.db import READ_ONLY, connection
from kalends.store.standby import FAILED, is_settled
from kalends.web import metrics
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest


async def can_read_standby(request: WebRequest, ctx: Context) -> bool:
    """Whether there is a standby on which everything is that the account has committed. `ctx` is on the primary."""
    call = call_of(request)
    standby = call.standby
    if standby is None or standby.settled is None or request.method != "GET" or call.operation in standby.writing:
        return False
    return await is_settled(ctx.db, ctx.account.id, standby.settled)


async def read_standby(
    request: WebRequest, ctx: Context, handler: Callable[[WebRequest, Context], Awaitable[Answer]]
) -> Answer:
    """The answer of a handler that reads from the standby; if that fails, or it writes after all, from the primary.

    Raises the errors of the handler.
    """
    call = call_of(request)
    standby = call.standby
    if standby is not None and standby.pool is not None:
        try:
            async with connection(standby.pool) as db:
                answer = await handler(request, msgspec.structs.replace(ctx, db=db))
        except FAILED as error:
            if isinstance(error, READ_ONLY):
                standby.writing.add(call.operation)
            else:
                standby.give_up(error)
        else:
            metrics.count_standby_read(call.door.name)
            return answer
    async with connection(call.db) as db:
        return await handler(request, msgspec.structs.replace(ctx, db=db))
