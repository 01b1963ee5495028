"""The frame of all operations: from a request to the handler, and from what it answers to a response."""

from collections.abc import Mapping
from email.utils import format_datetime
from functools import cache, partial
from typing import Any

import msgspec

from kalends.actions.accounts.installation import load_opaque_id_secret
from kalends.actions.bookings.suggest import as_seen
from kalends.actions.context import Context, transaction
from kalends.api.conditions import etag, expected_versions, is_unchanged
from kalends.api.conflicts import by_local_clocks
from kalends.api.expand import expand_faults, expanded
from kalends.api.forms import more_faults, with_unknown_ids
from kalends.api.ids import read_any_id, read_id
from kalends.api.lists import Paging
from kalends.api.operations import Answered, Operation, Received
from kalends.api.places import Asked, with_place
from kalends.api.reading import below, field_kinds, read_body, read_parameters
from kalends.engine.refusals import Fault, Full, Invalid, NotFound, Outdated
from kalends.engine.version import Expected
from kalends.web import body as web_body
from kalends.web.auth import Handler, keyed
from kalends.web.body import read_query
from kalends.web.call import call_of, header, url
from kalends.web.door import Answer, WebRequest
from kalends.web.idempotency import idempotent
from kalends.web.problems import Malformed, PreconditionFailed, PreconditionRequired, UnsupportedMedia
from kalends.web.routing import Endpoint

REPLAYED = (("Idempotency-Replayed", "true"),)
CACHED = ("Cache-Control", "private, no-cache")
"""Answers may be kept by the client alone, which asks each time whether they are still right."""


def endpoint(operation: Operation) -> Endpoint:
    """The route of an operation."""
    handle: Handler = partial(_handle, operation)
    if operation.writes:
        handle = idempotent(handle, replayed=REPLAYED, sealed=operation.has_secret)
    return keyed(operation.method, operation.path, handle, pooled=operation.pooled)


async def _handle(operation: Operation, request: WebRequest, ctx: Context) -> Answer:
    received = await _receive(operation, request, ctx)
    try:
        expecting = await _expecting(operation, request, received, ctx)
        result = await _act(operation, expecting, received)
    except Outdated:
        raise await _precondition_failed(operation, ctx, received) from None
    except Full as full:
        raise await by_local_clocks(ctx, await as_seen(ctx, full)) from None
    except Invalid as invalid:
        raise await _completed(request, ctx, invalid) from None
    except NotFound as missing:
        raise await _with_all_unknown(request, ctx, missing) from None
    return result if isinstance(result, Answer) else await _render(operation, request, ctx, result, received)


async def _completed(request: WebRequest, ctx: Context, invalid: Invalid) -> Invalid:
    """The refusal with all that is wrong with the body, if it comes from the handler's parsing, which names places.
    Actions name fields, and have looked at the rest themselves."""
    asked = call_of(request).error_names
    if not isinstance(asked, Asked) or not all(fault.field.startswith("/") for fault in invalid.faults):
        return invalid
    return Invalid(*dict.fromkeys([*invalid.faults, *await more_faults(ctx, asked, invalid.faults)]))


async def _with_all_unknown(request: WebRequest, ctx: Context, missing: NotFound) -> Exception:
    """The refusal with all ids that are of nothing, if the body or the query names what is missing."""
    asked = call_of(request).error_names
    placed = with_place(missing, asked) if isinstance(asked, Asked) else missing
    if not isinstance(asked, Asked) or not isinstance(placed, Invalid):
        return missing
    return Invalid(*await with_unknown_ids(ctx, asked, placed.faults))


async def _act(operation: Operation, ctx: Context, received: Received[Any, Any]) -> Answered | Answer:
    """What the handler answers. Where a version is expected, nothing is kept unless the action has compared it."""
    if ctx.expected is None:
        return await operation.handler(ctx, received)
    async with transaction(ctx) as tx:
        result = await operation.handler(tx, received)
        if not ctx.expected.checked:
            raise AssertionError(f"{operation.id}: the action does not check the version")
    return result


async def _receive(operation: Operation, request: WebRequest, ctx: Context) -> Received[Any, Any]:
    """What was sent. The call is told of it, so that errors have names and places of the operation.

    Raises NotFound (for ids in the path), Invalid, SkippedTime, RepeatedTime, Malformed, UnsupportedMedia.
    """
    faults: list[Fault] = []
    params = body = None
    call_of(request).error_names = asked = Asked(operation)
    if operation.params is not None:
        path = _path_values(operation, request)
        asked.path, asked.query = _by_kind(operation, path), read_query(request)
        params = read_parameters(operation.params, asked.query, path, faults)
        faults += expand_faults(operation, params) if not faults else []
    elif request.scope["query_string"]:
        faults += [Fault(f"?{name}", "unsupported") for name, _ in read_query(request)]
    if operation.body is not None:
        asked.body = await _json_object(request)
        body = read_body(operation.body, asked.body, faults)
    elif operation.writes and await request.body():
        faults += [Fault(below("", name), "unsupported") for name in await _json_object(request)]
    if faults:
        raise Invalid(*dict.fromkeys([*faults, *await more_faults(ctx, asked, faults)]))
    secret = await load_opaque_id_secret(ctx.db) if isinstance(params, Paging) else b""
    return Received(params, body, request, secret)


async def _json_object(request: WebRequest) -> dict[str, Any]:
    if await request.body() and not await web_body.is_json(request):
        raise UnsupportedMedia
    sent = await web_body.read_json(request)
    if not isinstance(sent, dict):
        raise Malformed("json")
    return sent


def _path_values(operation: Operation, request: WebRequest) -> dict[str, Any]:
    """The values of the path's parameters. Raises NotFound(kind) for what is no id of the kind."""
    assert operation.params is not None
    kinds, values = field_kinds(operation.params), dict[str, Any]()
    for name, text in request.path_params.items():
        kind = kinds.get(name)
        number = read_id(kind, text) if kind else None
        if kind and number is None:
            raise NotFound(kind, text)
        values[name] = text if number is None else number
    return values


def _by_kind(operation: Operation, path: Mapping[str, Any]) -> dict[str, Any]:
    """The ids of the path by the kind of what they are of."""
    kinds = field_kinds(operation.params) if operation.params else {}
    return {kinds[name]: value for name, value in path.items() if name in kinds}


async def _expecting(operation: Operation, request: WebRequest, received: Received[Any, Any], ctx: Context) -> Context:
    """The context with the version that If-Match expects of what the operation changes.

    Raises PreconditionRequired if the account wants one and there is none, NotFound if there is nothing to change.
    """
    tracked = operation.tracked
    if tracked is None or not operation.writes:
        return ctx
    if_match = header(call_of(request).headers, b"if-match")
    if not if_match and ctx.account.policy.require_versions:
        raise PreconditionRequired
    versions = expected_versions(if_match)
    if versions is None:
        return ctx
    if tracked.find is not None:
        record_id = await tracked.find(ctx, received.params)
    else:
        record_id = getattr(received.params, tracked.parameter) if tracked.parameter else ctx.account.id
    kind, number = (tracked.kind, record_id) if tracked.kind else next(iter(read_any_id(record_id).items()), ("", 0))
    return msgspec.structs.replace(ctx, expected=Expected(kind, number, versions))


async def _precondition_failed(
    operation: Operation, ctx: Context, received: Received[Any, Any]
) -> PreconditionFailed | Outdated:
    if operation.tracked is None:
        return Outdated()
    current = await operation.tracked.show(ctx, received)
    assert isinstance(current, Answered)
    body = msgspec.json.encode(current.value)
    return PreconditionFailed(body, etag(current.version, body))


async def _render(
    operation: Operation, request: WebRequest, ctx: Context, result: Answered, received: Received[Any, Any]
) -> Answer:
    """The response with its headers; 304 if the client has it already."""
    value = result.value if result.value is None else await expanded(operation, ctx, received.params, result.value)
    body = b"" if value is None else msgspec.json.encode(value)
    headers = list(_lasting_headers(operation) + result.headers)
    if result.location:
        headers.append(("Location", url(request, result.location)))
    if value is not None and (result.version or not operation.writes):
        tag = etag(result.version, body)
        headers += [("ETag", tag), CACHED]
        if not operation.writes and is_unchanged(header(call_of(request).headers, b"if-none-match"), tag):
            return Answer(304, headers=tuple(headers))
    return Answer(result.status or operation.status, body, headers=tuple(headers))


@cache
def _lasting_headers_of(deprecated: Any, sunset: Any) -> tuple[tuple[str, str], ...]:
    """Deprecation (RFC 9745) and Sunset (RFC 8594)."""
    headers = [("Deprecation", f"@{int(deprecated.timestamp())}")] if deprecated else []
    if sunset:
        headers.append(("Sunset", format_datetime(sunset, usegmt=True)))
    return tuple(headers)


def _lasting_headers(operation: Operation) -> tuple[tuple[str, str], ...]:
    return _lasting_headers_of(operation.deprecated_at, operation.sunset_at)
