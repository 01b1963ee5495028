"""Who may do what: the one place that decides.

Each action says its rule in one line above it, and the line means:

    @allow("read")                          keys, users and the system, if they have the scope
    @allow("read", "customer", "guest")     customers and guests too; what they see is narrowed to what is their own
    @allow("manage", whole_account=True)    not whoever is limited to some sites: it concerns all of them
    @logged_in                              users and customers, about their own login
    @internal                               part of other actions; no door calls it

The rule is asked once, where a door calls an action. What that action calls in turn is part of what was allowed, so
`book` may add the customer though a customer may not call `add_customer`. Refusals: Forbidden for what is known to be
there and not allowed; NotFound for ids of another account, another site or another customer. docs/access.md has the
table for people; tests/rules/test_access.py has it as a program, and fails for an action without a rule.
"""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

import msgspec

from kalends.actions.context import Context
from kalends.engine.accounts.principal import Kind, Principal, Scope, system
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import Forbidden, NotFound, WrongCode

P = ParamSpec("P")
T = TypeVar("T")
Action = Callable[Concatenate[Context, P], Coroutine[Any, Any, T]]
F = TypeVar("F", bound=Callable[..., Any])

_STAFF: frozenset[Kind] = frozenset({"key", "user", "system"})
OWN_VERBS = frozenset({"verify", "cancel"})
"""What customers and guests may do with an item of theirs; to confirm or decline it is for the staff."""
OWN_FIELDS = frozenset(
    {"starts_at", "ends_at", "service_id", "session_id", "resource_id", "site_id", "units", "title", "notes"}
    | {"reminder_at", "custom", "extras", "details", "remind"}
)
"""What customers may say when they book. The rest is the staff's: money, attendance, overlaps, messages, series."""


class Rule(msgspec.Struct, frozen=True):
    """Who may call an action: these kinds of principals, with this scope, and if so only those who see every site."""

    kinds: frozenset[Kind]
    scope: Scope
    whole_account: bool = False

    def allows(self, principal: Principal) -> bool:
        """Whether this principal may call the action."""
        return (
            principal.kind in self.kinds
            and self.scope in principal.scopes
            and not (self.whole_account and principal.site_ids is not None)
        )


RULES: dict[object, Rule | None] = {}
"""The rule of each action; shared parts have none. For tests/rules/test_access.py."""


def allow(
    scope: Scope, *also: Literal["customer", "guest"], whole_account: bool = False
) -> Callable[[Action[P, T]], Action[P, T]]:
    """The rule of an action: see the head of this file. The action then also raises Forbidden."""
    rule = Rule(_STAFF | set(also), scope, whole_account)
    return lambda act: _ruled(act, rule)


def logged_in(act: Action[P, T]) -> Action[P, T]:
    """The rule of what people do with their own login: staff users and customers may. The action then also raises
    Forbidden."""
    return _ruled(act, Rule(frozenset({"user", "customer"}), "read"))


def internal(act: F) -> F:
    """A part that several actions share: its callers have the rule. tests/rules proves that no door calls it."""
    RULES[act] = None
    return act


def _ruled(act: Action[P, T], rule: Rule) -> Action[P, T]:
    @wraps(act)
    async def checked(ctx: Context, /, *args: P.args, **kwargs: P.kwargs) -> T:
        if ctx.granted:
            return await act(ctx, *args, **kwargs)
        if not rule.allows(ctx.principal):
            raise Forbidden()
        return await act(msgspec.structs.replace(ctx, granted=True), *args, **kwargs)

    RULES[checked] = rule
    return checked


def check_whole_account(ctx: Context) -> None:
    """For actions that concern all sites only in some cases. Raises Forbidden to whoever is limited to some sites."""
    if ctx.site_ids is not None:
        raise Forbidden()


def sees_item(ctx: Context, view: ItemView) -> bool:
    """Whether an item may be seen: it is at a site of theirs and, for customers and guests, their own."""
    item = view.item
    own = ctx.principal.sees_item(item.id, item.booking_id, item.customer_id, item.booked_by_customer_id)
    return own and ctx.sees(view.site_id)


def own_items(ctx: Context, query: ItemQuery) -> ItemQuery:
    """The query, narrowed for customers to the items that are for them or booked by them."""
    if ctx.principal.kind != "customer":
        return query
    return msgspec.structs.replace(query, of_customer_id=ctx.principal.customer_id)


def check_own_customer(ctx: Context, customer_id: int | None) -> None:
    """Customers are only ever themselves. Raises NotFound(customer) for another one."""
    if ctx.principal.kind == "customer" and customer_id != ctx.principal.customer_id:
        raise NotFound("customer", customer_id)


def own_request(ctx: Context, request: BookingRequest) -> BookingRequest:
    """What a customer asks to book: for themselves, and by the rules that bind the public. Staff book as they ask.

    Raises NotFound(customer) for another customer, Forbidden for what only the staff may say.
    """
    if ctx.principal.kind != "customer":
        return request
    if request.customer_id is not None:
        check_own_customer(ctx, request.customer_id)
    said = {
        name for name in _set_fields(request) if name not in ("lines", "customer_id", "public", "initiate", "details")
    }
    if said or any(_set_fields(line) - OWN_FIELDS for line in request.lines):
        raise Forbidden()
    return msgspec.structs.replace(request, customer_id=ctx.principal.customer_id, public=True, initiate=True)


def acting_as(ctx: Context, actor: str, site_ids: frozenset[int] | None) -> Context:
    """The context in which Kalends carries on what somebody began: in their name, at the sites that they may see."""
    return msgspec.structs.replace(ctx, principal=system(ctx.door, actor, site_ids))


def _set_fields(struct: msgspec.Struct) -> set[str]:
    """The fields of a struct that differ from their defaults."""
    plain = type(struct)(**{one.name: () for one in msgspec.structs.fields(type(struct)) if one.required})
    return {name for name in struct.__struct_fields__ if getattr(struct, name) != getattr(plain, name)}


def check_verb(ctx: Context, verb: str, code: str | None) -> None:
    """Customers and guests may verify and cancel what is theirs. A guest's link was sent to the address that is to be
    verified; customers must know the code that was.

    Raises Forbidden for any other verb, WrongCode for a customer without a code.
    """
    kind = ctx.principal.kind
    if kind in ("customer", "guest") and verb not in OWN_VERBS:
        raise Forbidden()
    if kind == "customer" and verb == "verify" and code is None:
        raise WrongCode()
