"""What is wrong with a body that can't be read, besides: texts that are not in form, by the engine's own checks, and
ids of nothing.

A body that can be read is left to its action, which says all of that itself. A schema tells of the form of a text by
`Meta(extra={"form": "email"})`.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from kalends.actions.bookings.unknown_ids import find_unknown_ids
from kalends.actions.context import Context
from kalends.api.id_fields import ids_at, values_at
from kalends.api.places import ENGINE_KINDS, Asked, named_ids
from kalends.engine.accounts.account import account_text_faults
from kalends.engine.contacts import normalized_email, phone_key
from kalends.engine.limits import raise_if_faults
from kalends.engine.messages.bounce import address_key
from kalends.engine.messages.webhook import url_faults
from kalends.engine.refusals import BadRecurrence, Fault, Forbidden, Invalid
from kalends.engine.time.clock import zone
from kalends.engine.time.rrule import parse_rule


async def with_unknown_ids(ctx: Context, asked: Asked, faults: Collection[Fault]) -> list[Fault]:
    """The faults, some of which are ids of nothing, and all other ids of body and query that are of nothing."""
    return list(dict.fromkeys([*faults, *await _unknown_ids(ctx, list(named_ids(asked)))]))


async def more_faults(ctx: Context, asked: Asked, faults: Collection[Fault]) -> list[Fault]:
    """The faults of a body besides those that it could not be read for."""
    kind, faulty = asked.operation.body, {fault.field for fault in faults}
    if kind is None:
        return []
    more = [
        Fault(place, reason)
        for place, form, value in values_at(kind, asked.body, "form")
        if place not in faulty and isinstance(value, str)
        for reason in _reasons(form, value, ctx.account.country)
    ]
    return [*more, *await _unknown_ids(ctx, [each for each in ids_at(kind, asked.body) if each[0] not in faulty])]


async def _unknown_ids(ctx: Context, placed: Collection[tuple[str, str, int]]) -> list[Fault]:
    named: dict[str, set[int]] = {}
    for _, kind, number in placed:
        named.setdefault(ENGINE_KINDS.get(kind, kind), set()).add(number)
    try:
        unknown = await find_unknown_ids(ctx, named)
    except Forbidden:  # who may read nothing is told of nothing
        return []
    return [
        Fault(place, "unknown")
        for place, kind, number in placed
        if number in unknown.get(ENGINE_KINDS.get(kind, kind), ())
    ]


def _reasons(form: str, text: str, country: str) -> list[str]:
    try:
        _FORMS[form](text, country)
    except Invalid as invalid:
        return [fault.reason for fault in invalid.faults]
    except BadRecurrence:
        return ["invalid"]
    return []


def _check_named(text: str, country: str) -> None:
    raise_if_faults([] if text.strip() else [Fault("", "blank")])


def _check_url(text: str, country: str) -> None:
    raise_if_faults(url_faults(text, private_urls=True))  # whether private ones may be called is the action's to say


def _check_of_account(name: str) -> Callable[[str, str], None]:
    return lambda text, country: raise_if_faults(account_text_faults(name, text))


_FORMS: Mapping[str, Callable[[str, str], Any]] = {
    **{name: _check_of_account(name) for name in ("country", "currency", "locale")},
    "address": address_key,
    "email": lambda text, country: normalized_email(text),
    "named": _check_named,
    "phone": phone_key,
    "rrule": lambda text, country: parse_rule(text),
    "time_zone": lambda text, country: zone(text),
    "url": _check_url,
}
"""What checks a text of each form, as an account in this country has it; `named` is what must not be blank."""
