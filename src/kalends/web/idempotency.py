"""Requests that may be sent again: a key that the client chose makes one effect, and every retry gets the same answer.

The answer is kept in the transaction of the effect, so there is none without the other, also when the process is killed
in between. What is refused leaves nothing behind, and a retry of it is decided anew.
Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

import hashlib

from kalends.actions.context import Context, transaction
from kalends.store.idempotency import RequestKey, StillRunning, StoredAnswer, claim_key, keep_answer
from kalends.web.auth import Handler
from kalends.web.call import call_of, header
from kalends.web.door import Answer, WebRequest
from kalends.web.problems import IdempotencyKeyReused, Malformed, RequestInProgress

LONGEST_KEY = 255


def idempotent(handler: Handler, header_name: str = "Idempotency-Key") -> Handler:
    """The handler, whose requests may carry a key in this header. Without one nothing changes.

    With one the handler runs in a transaction that the writes of its actions join. Raises Malformed (idempotency_key),
    IdempotencyKeyReused (the key came with another request before), RequestInProgress, and what the handler raises.
    """
    name = header_name.lower().encode("latin-1")

    async def handle(request: WebRequest, ctx: Context) -> Answer:
        sent = header(call_of(request).headers, name)
        if not sent:
            return await handler(request, ctx)
        if len(sent) > LONGEST_KEY or not (sent.isascii() and sent.isprintable()):
            raise Malformed("idempotency_key")
        key = RequestKey(ctx.account.id, ctx.door, ctx.actor, sent)
        return await _once(key, await _digest(request), handler, request, ctx)

    return handle


async def _once(key: RequestKey, digest: bytes, handler: Handler, request: WebRequest, ctx: Context) -> Answer:
    async with transaction(ctx) as within:
        try:
            stored = await claim_key(within.db, key, digest, ctx.now)
        except StillRunning as error:
            raise RequestInProgress from error
        if stored is None:
            answer = await handler(request, within)
            await keep_answer(within.db, key, _stored(answer, digest))
            return answer
    if stored.digest != digest:
        raise IdempotencyKeyReused
    names = iter(stored.headers)
    return Answer(stored.status, stored.body, stored.media_type, tuple(zip(names, names, strict=True)))


async def _digest(request: WebRequest) -> bytes:
    """SHA-256 of all that makes the request what it is, each part after its length."""
    call = call_of(request)
    path = request.scope["path"].encode(errors="surrogatepass")
    parts = (
        call.method.encode(),
        path,
        call.query,
        header(call.headers, b"content-type").encode(),
        await request.body(),
    )
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()


def _stored(answer: Answer, digest: bytes) -> StoredAnswer:
    headers = [text for pair in answer.headers for text in pair]
    return StoredAnswer(digest, answer.status, headers, answer.media_type, answer.body)
