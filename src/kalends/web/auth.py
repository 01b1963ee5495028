"""Identifies the caller by the key in a request, and makes the context for the action.

Each request looks its key up with one select, so a key that is revoked is refused from the next request on, by every
worker.
"""

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import msgspec

from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.context import Context
from kalends.engine.refusals import Forbidden, Unauthenticated
from kalends.store.db import Db, connection
from kalends.web import limits
from kalends.web.call import call_of, header
from kalends.web.cors import check_origin
from kalends.web.door import Answer, Door, WebRequest
from kalends.web.reads import can_read_standby, read_standby
from kalends.web.routing import AnswerRequest, Endpoint, Method

Handler = Callable[[WebRequest, Context], Awaitable[Answer]]

ID_BOUND = 2**53
"""Every id is less than this, so that all JSON readers get it exactly."""


def keyed(methods: Method | Sequence[Method], path: str, handler: Handler, *, pooled: bool = False) -> Endpoint:
    """A route that requires a key. The handler is called with the request and the context of the key's account.

    With `pooled` the context has the pool: for handlers that wait for something else, such as the hash of a password,
    while no connection to the database is to be held. What is asked with GET is read from a standby, if there is one
    that has all of the account.
    When called the route raises Unauthenticated (no key, or an unknown one), Forbidden (a key for another door),
    Limited, TooLarge, Unavailable, and the errors of the handler.
    """

    async def authenticate_and_handle(request: WebRequest) -> Answer:
        call = call_of(request)
        call.operation = request.scope["path_template"]
        # The body is read first, so that a slow sender does not hold a connection to the database. One connection then
        # serves the whole request, because borrowing one for each statement takes time.
        await request.body()
        if pooled:
            return await handler(request, await authenticate(request, call.door, call.db))
        async with connection(call.db) as db:
            ctx = await authenticate(request, call.door, db)
            if not await can_read_standby(request, ctx):
                return await handler(request, ctx)
        return await read_standby(request, ctx, handler)

    return Endpoint(methods, path, authenticate_and_handle)


def unkeyed(methods: Method | Sequence[Method], path: str, handler: AnswerRequest) -> Endpoint:
    """A route that requires no key, such as a login. The handler borrows connections from the pool as it needs them.

    When called the route raises TooLarge and the errors of the handler.
    """

    async def handle(request: WebRequest) -> Answer:
        call_of(request).operation = request.scope["path_template"]
        await request.body()
        return await handler(request)

    return Endpoint(methods, path, handle)


async def authenticate(request: WebRequest, door: Door, pool: Db) -> Context:
    """The context for the caller and account of the request's key; counts the request against the limit per key.

    Raises Unauthenticated (no key, or an unknown one), Forbidden (a key for another door, or a publishable one that is
    not for pages of this origin), Limited.
    """
    secret = await door.key_of(request)
    if not secret:
        raise Unauthenticated
    call = call_of(request)
    ctx = await authenticate_secret(pool, call.now, door.name, secret)
    known = {"public_url": call.settings.public_url, "private_urls": call.settings.private_urls}
    ctx = msgspec.structs.replace(ctx, request_id=call.id, **known)
    call.key_id, call.locale = ctx.principal.token_id, ctx.account.locale
    check_origin(call, ctx.principal)
    if limit := limits.parse(call.settings.key_limit):
        # Many visitors share a publishable key, so each address has a limit of its own.
        visitor = f" {limits.address(call.address)}" if ctx.principal.is_publishable_key else ""
        await limits.count(pool, call, limit, "key", f"key {call.key_id}{visitor}")
    return ctx


async def authenticate_again(request: WebRequest, ctx: Context, elapsed: timedelta) -> Context | None:
    """The context of the request's key as the key is some time after the request, for answers that take long; None if
    it is not valid any more. It is not counted."""
    secret = await call_of(request).door.key_of(request) or ""
    try:
        return await authenticate_secret(ctx.db, ctx.now + elapsed, ctx.door, secret)
    except (Unauthenticated, Forbidden):
        return None


def bearer(request: WebRequest) -> str | None:
    """The key in `Authorization: Bearer KEY`; None if there is none."""
    return _credentials(request, "bearer")


def basic_user(request: WebRequest) -> str | None:
    """The user name in `Authorization: Basic`, as which some clients send the key; None if there is none.

    `Basic:` is accepted too, because there are clients that write it so.
    """
    return basic_credentials(request)[0].strip() or None


def basic_credentials(request: WebRequest) -> tuple[str, str]:
    """The user name and password in `Authorization: Basic`, "" for what is not there."""
    encoded = _credentials(request, "basic")
    try:
        decoded = base64.b64decode(encoded or "", validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    user, _, password = decoded.partition(":")
    return user, password


def _credentials(request: WebRequest, scheme: str) -> str | None:
    """What follows the scheme in the Authorization header; None if it is of another scheme or empty."""
    sent_scheme, _, credentials = header(request.scope["headers"], b"authorization").partition(" ")
    return credentials.strip() or None if sent_scheme.rstrip(":").lower() == scheme else None
