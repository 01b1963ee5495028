"""Requests that can be repeated safely: all that carry the same idempotency key have one effect and get one answer.

The answer is stored in the transaction of the effect, so there is never one without the other. Errors are not stored:
a repeated request that was refused is processed again.

The database tells nothing of secrets to who reads it: the digest of a request, which may have a password in it, is made
with the caller's own secret, and answers that have a secret are sealed with it. The database has neither.
Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any, TypeAlias

import msgspec

from kalends.actions.context import Context, transaction
from kalends.store.idempotency import RequestKey, StillRunning, StoredAnswer, claim_key, keep_answer, release_key
from kalends.web.auth import Handler
from kalends.web.body import read_form
from kalends.web.call import call_of, header
from kalends.web.door import Answer, WebRequest
from kalends.web.problems import IdempotencyKeyReused, Malformed, RequestInProgress

LONGEST_KEY = 255
"""Characters of an idempotency key."""
FORM_FIELD = "idempotency_key"
_HEADER = b"idempotency-key"
_REFUSED = 400
"""From this status on an answer says that nothing was done."""
_RANDOM_BYTES = 16


Headers: TypeAlias = tuple[tuple[str, str], ...]
SentKey: TypeAlias = Callable[[WebRequest], Awaitable[str | None]]


def idempotent(handler: Handler, replayed: Headers = (), *, sealed: bool = False) -> Handler:
    """A handler whose requests may carry a header Idempotency-Key; those without one are handled as before. The same
    key with another method or at another path is another key. Answers that are given once more have the headers
    `replayed` besides. `sealed`: the bodies of answers have secrets, and are stored so that only the caller's own
    secret opens them.

    With a key, the handler runs in one transaction, which its actions join. Raises Malformed (idempotency_key: empty,
    too long, or not printable ASCII), IdempotencyKeyReused (it came with another request before), RequestInProgress,
    and the errors of the handler.
    """

    async def sent_key(request: WebRequest) -> str | None:
        headers = call_of(request).headers
        return header(headers, _HEADER) if any(name == _HEADER for name, _ in headers) else None

    return _idempotent(handler, sent_key, replayed, sealed=sealed)


def idempotent_form(handler: Handler, *, sealed: bool = False) -> Handler:
    """A handler of a form, which was given a key in a field when it was drawn: however often it is sent, by a double
    click or by going back, it has one effect. What was refused had none: it can be mended and sent with the same key.
    Otherwise as `idempotent`, with `sealed` for pages that show secrets."""

    async def sent_key(request: WebRequest) -> str | None:
        return dict(await read_form(request)).get(FORM_FIELD)

    return _idempotent(handler, sent_key, (), sealed=sealed)


def new_form_key() -> str:
    """A key for a form that is drawn."""
    return secrets.token_urlsafe(_RANDOM_BYTES)


def key_scope(method: bytes, path: bytes) -> str:
    """What stands before the keys of one method and path: short, however long the path is."""
    return f"{hashlib.sha256(method + b' ' + path).hexdigest()} "


def _idempotent(handler: Handler, sent_key: SentKey, replayed: Headers, *, sealed: bool) -> Handler:
    async def handle(request: WebRequest, ctx: Context) -> Answer:
        client_key = await sent_key(request)
        if client_key is None:
            return await handler(request, ctx)
        if not 0 < len(client_key) <= LONGEST_KEY or not (client_key.isascii() and client_key.isprintable()):
            raise Malformed("idempotency_key")
        key = RequestKey(ctx.account.id, ctx.door, ctx.actor, f"{key_scope(*_target(request))}{client_key}")
        secret = await call_of(request).door.key_of(request) or ""
        digest = await _digest(request, secret)
        seal = _Seal(secret, digest) if sealed else None
        answer, is_new = await _handle_once(key, digest, handler, request, ctx, seal=seal)
        return answer if is_new else msgspec.structs.replace(answer, headers=answer.headers + replayed)

    return handle


class _Seal(msgspec.Struct, frozen=True):
    """How the body of an answer is sealed: by the caller's secret, for the request of this digest."""

    secret: str
    digest: bytes

    def close(self, body: bytes) -> bytes:
        box: bytes = _sealing().sealed(self.secret, body, self.digest)
        return box

    def open(self, box: bytes) -> bytes:
        body: bytes = _sealing().opened(self.secret, box, self.digest)
        return body


def _sealing() -> Any:
    return import_module("kalends.web.sealing")  # by its name, so that workers which seal nothing do not load it


async def _handle_once(
    key: RequestKey, digest: bytes, handler: Handler, request: WebRequest, ctx: Context, *, seal: _Seal | None
) -> tuple[Answer, bool]:
    """The answer, and whether it was made just now."""
    async with transaction(ctx) as tx:
        try:
            stored = await claim_key(tx.db, key, digest, ctx.now)
        except StillRunning as error:
            raise RequestInProgress from error
        if stored is None:
            answer = await handler(request, tx)
            if answer.status < _REFUSED:
                await keep_answer(tx.db, key, _stored(answer, digest, seal))
            else:
                await release_key(tx.db, key)
            return answer, True
    if stored.digest != digest:
        raise IdempotencyKeyReused
    names_and_values = iter(stored.headers)
    headers = tuple(zip(names_and_values, names_and_values, strict=True))
    body = seal.open(stored.body) if seal else stored.body
    return Answer(stored.status, body, stored.media_type, headers), False


async def _digest(request: WebRequest, secret: str) -> bytes:
    """HMAC-SHA-256, with the caller's secret, of everything that distinguishes a request from others, each part
    preceded by its length."""
    call = call_of(request)
    parts = (
        *_target(request),
        call.query,
        header(call.headers, b"content-type").encode(),
        await request.body(),
    )
    digest = hmac.new(secret.encode(errors="surrogatepass"), digestmod="sha256")
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()


def _target(request: WebRequest) -> tuple[bytes, bytes]:
    """Method and path."""
    return call_of(request).method.encode(), request.scope["path"].encode(errors="surrogatepass")


def _stored(answer: Answer, digest: bytes, seal: _Seal | None) -> StoredAnswer:
    headers = [text for pair in answer.headers for text in pair]
    body = seal.close(answer.body) if seal else answer.body
    return StoredAnswer(digest, answer.status, headers, answer.media_type, body)
