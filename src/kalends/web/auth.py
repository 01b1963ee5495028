"""From the key of a request to the context of an action.

Every request asks the database about its key, in one select: a key that is revoked is refused by the next request on
every worker.
"""

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence

from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.context import Context
from kalends.engine.refusals import Unauthenticated
from kalends.store.db import Db, connection
from kalends.web import limits
from kalends.web.call import call_of, header
from kalends.web.door import Answer, Door, WebRequest
from kalends.web.routing import Endpoint, Method

Handler = Callable[[WebRequest, Context], Awaitable[Answer]]

ID_BOUND = 2**53
"""Ids are smaller: every reader of JSON knows them exactly."""


def keyed(methods: Method | Sequence[Method], path: str, handler: Handler) -> Endpoint:
    """A route that asks for a key and hands its handler `(request, ctx)`; the handler gives an Answer."""

    async def ask(request: WebRequest) -> Answer:
        call = call_of(request)
        call.operation = request.scope["path_template"]
        # Whoever sends slowly may not keep a connection waiting; whoever has one keeps it, for asking again takes time.
        await request.body()
        async with connection(call.db) as db:
            return await handler(request, await authenticate(request, call.door, db))

    return Endpoint(methods, path, ask)


async def authenticate(request: WebRequest, door: Door, pool: Db) -> Context:
    """Who asks, for which account. Raises Unauthenticated, Forbidden (a key of another door), Limited."""
    secret = await door.key_of(request)
    if not secret:
        raise Unauthenticated
    call = call_of(request)
    ctx = await authenticate_secret(pool, call.now, door.name, secret)
    call.key_id, call.locale = ctx.principal.token_id, ctx.account.locale
    if limit := limits.parse(call.settings.key_limit):
        await limits.count(pool, limit, f"key {call.key_id}", call.now)
    return ctx


def bearer(request: WebRequest) -> str | None:
    """The key in `Authorization: Bearer KEY`."""
    return _credentials(request, "bearer")


def basic_user(request: WebRequest) -> str | None:
    """The key that stands as user name in `Authorization: Basic`; clients that write `Basic:` are understood too."""
    encoded = _credentials(request, "basic")
    try:
        decoded = base64.b64decode(encoded or "", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return decoded.partition(":")[0].strip() or None


def _credentials(request: WebRequest, scheme: str) -> str | None:
    given, _, credentials = header(request.scope["headers"], b"authorization").partition(" ")
    return credentials.strip() or None if given.rstrip(":").lower() == scheme else None
