"""Reads the fields of a form that a page has sent."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TypeVar

import msgspec

from kalends.actions.context import Context, rolled_back, transaction
from kalends.console.complaints import complaint_of, joined
from kalends.console.values import Values
from kalends.console.views.forms import BETWEEN, Complaint
from kalends.engine.refusals import Refusal
from kalends.engine.version import Expected
from kalends.notices.texts import Message
from kalends.web.body import read_form, read_query
from kalends.web.door import WebRequest

T = TypeVar("T")


async def read_fields(request: WebRequest, *names: str, many: Collection[str] = ()) -> dict[str, str]:
    """These fields of the form, "" for those that are not there; of one that is there twice, the last. Of those that
    may have many values, all of them, with BETWEEN between them.

    Raises Malformed (encoding, character, request), UnsupportedMedia, TooLarge, TooManyParameters, TooDeep.
    """
    pairs = await read_form(request)
    sent = dict(pairs)
    single = {name: sent.get(name, "") for name in names}
    return single | {name: BETWEEN.join(value for key, value in pairs if key == name) for name in many}


def query_fields(request: WebRequest, *names: str) -> dict[str, str]:
    """These parameters of the query, "" for those that are not there; otherwise as `read_fields`."""
    sent = dict(read_query(request))
    return {name: sent.get(name, "") for name in names}


def missing(sent: Mapping[str, str], names: Collection[str]) -> Complaint | None:
    """The complaint that some of these fields are empty; None if none is."""
    blank = {name: Message("fault.blank") for name in names if not sent[name].strip()}
    return Complaint(blank) if blank else None


async def attempt(
    ctx: Context, values: Values, act: Callable[[Context], Awaitable[T]], names: Mapping[str, str] | None = None
) -> tuple[T | None, Complaint | None]:
    """Do what a form asks for: what comes of it, or all that is wrong with it. `names` are those of the form's fields
    by what the action calls them.

    Where a value could not be read, the action is done and taken back, as it may find more that is wrong. Raises
    the refusals that no form has words for, such as Forbidden.
    """
    try:
        if not values.faults:
            async with transaction(ctx) as tx:  # what is refused is taken back, so that the page can still be drawn
                return await act(tx), None
        async with rolled_back(ctx) as tx:
            await act(tx)
    except Refusal as refusal:
        found = complaint_of(refusal, names or {})
        if found is None:
            raise
        return None, joined(values.complaint, found)
    return None, values.complaint


def expecting(ctx: Context, kind: str, record_id: int, version: str) -> Context:
    """The context in which this record is changed only if it is still at the version that the form was drawn for; at
    any, if the form does not say."""
    return msgspec.structs.replace(ctx, expected=Expected(kind, record_id, frozenset({version}))) if version else ctx
