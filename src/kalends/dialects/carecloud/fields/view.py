"""The door's name, and the context of requests and responses: opaque ids, the zone, the language; local times."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.catalog.sites import zones_of
from kalends.actions.context import Context
from kalends.dialects.kit.codecs import Codec, WireContext, moment
from kalends.dialects.kit.opaque_ids import OpaqueIds, opaque_ids
from kalends.engine.time.clock import to_wall
from kalends.web.call import Call, call_of, header
from kalends.web.door import WebRequest
from kalends.web.installation import secret_of
from kalends.web.languages import accept_language, account_locale, first_of

DOOR = "carecloud"
"""The door's name: logins are made for it, and `details` store under it what only this door knows."""
USUAL_LANGUAGE = "cs"
"""Of a request without Accept-Language. Source: CareCloud reference, Get all bookings, headers."""


class RenderContext(WireContext, frozen=True, kw_only=True):
    """The account's zone, the moment of the request, the account's opaque ids, the language of texts, and the account's
    locale and country.

    `zones`: those of the resources of what is shown; what is at none of them is shown by the account's clock.
    """

    opaque_ids: OpaqueIds
    zones: Mapping[int, ZoneInfo] = {}
    language: str = "en"
    locale: str = "en"
    country: str = ""


C = TypeVar("C", bound=RenderContext)


def _without_header(call: Call) -> str | None:
    return None if header(call.headers, b"accept-language") else USUAL_LANGUAGE


language = first_of(accept_language, _without_header, account_locale)
"""The language of a request: that of Accept-Language, Czech without it, else the account's, else English."""


async def load_context(request: WebRequest, ctx: Context) -> RenderContext:
    """The context of a request."""
    call = call_of(request)
    return context_of(ctx, await secret_of(call, ctx), language(call))


def context_of(ctx: Context, secret: bytes, language: str = "en") -> RenderContext:
    """The context in which an account's values are read and written, with the installation's secret."""
    ids = opaque_ids(secret, ctx.account.id)
    account = ctx.account
    return RenderContext(
        ctx.zone, ctx.now, opaque_ids=ids, language=language, locale=account.locale, country=account.country
    )


async def with_zones(ctx: Context, context: C, resource_ids: Collection[int | None]) -> C:
    """The context, with the zones in which these resources stand."""
    known = {resource_id for resource_id in resource_ids if resource_id is not None}
    return msgspec.structs.replace(context, zones=await zones_of(ctx, known)) if known else context


def local(at: datetime, zone: ZoneInfo) -> str:
    """A time as the wire has it, without offset: `2018-06-29 12:00:00`."""
    return to_wall(at, zone).isoformat(" ", "seconds")


def _write_local(context: WireContext) -> Callable[[datetime], str]:
    return lambda at: local(at, context.zone)


local_time = Codec(moment.read, _write_local)
"""A time by the clock of the account, `YYYY-MM-DD HH:MM:SS`; requests may have a `T`, or an offset of their own."""


def local_writer(
    value_of: Callable[[Any], datetime], resource_of: Callable[[Any], int | None]
) -> Callable[[RenderContext], Callable[[Any], str]]:
    """The maker of a Computed field with a time of a row, by the clock where the row's resource stands."""

    def bind(context: RenderContext) -> Callable[[Any], str]:
        return lambda row: local(value_of(row), context.zones.get(resource_of(row) or 0, context.zone))

    return bind
