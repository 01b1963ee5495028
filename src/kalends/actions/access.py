"""Who may do what. This module alone decides.

Each action has its rule as a decorator:

    @allow("read")                          keys, users and the system, if they have the scope
    @allow("read", "customer", "guest")     customers and guests too, for what is their own
    @allow("manage", whole_account=True)    only callers who are not limited to some sites
    @logged_in                              users and customers, for their own login
    @on_device                              customers and guests with the token of a device, for that device
    @internal                               part of other actions; doors do not call it

The rule is checked once, when a door calls an action. Actions that it calls in turn are not checked again, so `book`
may add a customer for a caller who may not call `add_customer`. Refusals: Forbidden if the action is not allowed;
NotFound for ids of another account, another site or another customer. docs/access.md has the table of rules;
tests/rules/test_access.py checks it, and fails for an action without a rule.
"""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

import msgspec

from kalends.actions.context import Context
from kalends.engine.accounts.principal import Principal, Scope, system
from kalends.engine.all_refusals import AllRefusals
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import Forbidden, NotFound, WrongCode

P = ParamSpec("P")
T = TypeVar("T")
Action = Callable[Concatenate[Context, P], Coroutine[Any, Any, T]]
F = TypeVar("F", bound=Callable[..., Any])

Caller = Literal["key", "user", "customer", "guest", "system", "practitioner"]
"""Kinds of principals; of users, practitioners are let in less often."""
_STAFF: frozenset[Caller] = frozenset({"key", "user", "system"})
OWN_VERBS = frozenset({"verify", "cancel"})
"""The verbs that customers and guests may use on their own items."""
OWN_FIELDS = frozenset(
    {"starts_at", "ends_at", "service_id", "session_id", "resource_id", "site_id", "units", "title", "notes"}
    | {"reminder_at", "custom", "extras", "details", "remind", "customer_id"}
)
"""The fields of a line that customers may set. Staff alone set payment, attendance, overlaps, messages and series."""


class Rule(msgspec.Struct, frozen=True):
    """Who may call an action: these kinds of principals, with this scope; `whole_account`: not if limited to sites;
    `on_device`: only with the token of a device."""

    kinds: frozenset[Caller]
    scope: Scope
    whole_account: bool = False
    on_device: bool = False

    def allows(self, principal: Principal) -> bool:
        """Whether this principal may call the action."""
        caller: Caller = "practitioner" if principal.is_practitioner else principal.kind
        return (
            caller in self.kinds
            and self.scope in principal.scopes
            and not (self.whole_account and principal.site_ids is not None)
            and not (self.on_device and principal.device_id is None)
        )


RULES: dict[object, Rule | None] = {}
"""The rule of each action; None for internal ones. Used by tests/rules/test_access.py."""


def allow(
    scope: Scope, *also: Literal["customer", "guest", "practitioner"], whole_account: bool = False
) -> Callable[[Action[P, T]], Action[P, T]]:
    """Decorate an action with its rule; see the head of this file. The action then also raises Forbidden."""
    rule = Rule(_STAFF | set(also), scope, whole_account)
    return lambda act: _ruled(act, rule)


def logged_in(act: Action[P, T]) -> Action[P, T]:
    """Decorate an action that users and customers call for their own login. The action then also raises Forbidden."""
    return _ruled(act, Rule(frozenset({"user", "practitioner", "customer"}), "read"))


def on_device(act: Action[P, T]) -> Action[P, T]:
    """Decorate an action that is called with the token of a device, for that device. The action then also raises
    Forbidden."""
    return _ruled(act, Rule(frozenset({"customer", "guest"}), "read", on_device=True))


def internal(act: F) -> F:
    """Mark a function as a part of actions, whose rules apply. tests/rules checks that no door calls it."""
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


def may(ctx: Context, action: Callable[..., Any]) -> bool:
    """Whether the caller may call this action; for pages, which offer only what would not be refused."""
    rule = RULES[action]
    return rule is not None and rule.allows(ctx.principal)


def check_may(ctx: Context, action: Callable[..., Any]) -> None:
    """Raises Forbidden if the caller may not call this action; for a page with the form for it."""
    if not may(ctx, action):
        raise Forbidden()


def check_whole_account(ctx: Context) -> None:
    """Raises Forbidden if the caller is limited to some sites; for actions that affect all sites in some cases only."""
    if ctx.site_ids is not None:
        raise Forbidden()


def sees_item(ctx: Context, view: ItemView) -> bool:
    """Whether the caller may see an item: it is at one of their sites and, for customers, guests and practitioners,
    their own."""
    item = view.item
    if not ctx.principal.sees_resources(*view.resource_ids):
        return False
    own = ctx.principal.sees_item(item.id, item.booking_id, item.customer_id, item.booked_by_customer_id)
    return own and ctx.sees(view.site_id)


def changes_item(ctx: Context, view: ItemView) -> bool:
    """Whether the caller may change an item that they see: what blocks a whole site is not for practitioners."""
    return view.item.kind != "block" or view.item.resource_id is not None or not ctx.principal.is_practitioner


def own_items(ctx: Context, query: ItemQuery) -> ItemQuery:
    """The query; for a customer limited to items booked for or by them, for a practitioner to those with them."""
    query = msgspec.structs.replace(query, with_resource_ids=ctx.principal.resource_ids)
    if ctx.principal.kind != "customer":
        return query
    return msgspec.structs.replace(query, of_customer_id=ctx.principal.customer_id)


def check_own_customer(ctx: Context, customer_id: int | None) -> None:
    """Raises NotFound(customer) if a customer names another customer."""
    if ctx.principal.kind == "customer" and customer_id != ctx.principal.customer_id:
        raise NotFound("customer", customer_id)


def own_request(ctx: Context, request: BookingRequest) -> BookingRequest:
    """The request; for a customer's login made for that customer and under the rules for the public.

    Raises NotFound(customer) if it is for another customer, Forbidden if it sets fields that are for staff.
    """
    if ctx.principal.kind != "customer":
        return request
    _check_own_customers(ctx, request)
    allowed = {"lines", "customer_id", "public", "initiate", "details", "booking_status_id"}
    allowed |= {"state"} if request.state == "awaiting_confirmation" else set()
    if _set_fields(request) - allowed or any(_set_fields(line) - OWN_FIELDS for line in request.lines):
        raise Forbidden()
    return msgspec.structs.replace(request, customer_id=ctx.principal.customer_id, public=True, initiate=True)


def _check_own_customers(ctx: Context, request: BookingRequest) -> None:
    refusals = AllRefusals()
    if request.customer_id is not None:
        with refusals:
            check_own_customer(ctx, request.customer_id)
    for index, line in enumerate(request.lines):
        if line.customer_id is not None:
            with refusals.of_line(index):
                check_own_customer(ctx, line.customer_id)
    refusals.raise_any()


def own_hold(ctx: Context, request: BookingRequest) -> BookingRequest:
    """The request for a hold; of a visitor of a page under the rules for the public.

    Raises Forbidden to guests with a link, and to visitors if it sets fields that are for staff.
    """
    if ctx.principal.kind != "guest":
        return request
    allowed = {"lines", "public", "on_conflict"}
    of_staff = any(_set_fields(line) - OWN_FIELDS for line in request.lines)
    if not ctx.principal.is_publishable_key or request.on_conflict == "overlap" or of_staff:
        raise Forbidden()
    if _set_fields(request) - allowed or any(line.customer_id is not None for line in request.lines):
        raise Forbidden()
    return msgspec.structs.replace(request, public=True)


def acting_as(ctx: Context, actor: str, site_ids: frozenset[int] | None) -> Context:
    """The context for work that Kalends continues in the name of `actor`, at the sites that they may see."""
    return msgspec.structs.replace(ctx, principal=system(ctx.door, actor, site_ids))


def _set_fields(struct: msgspec.Struct) -> set[str]:
    """The fields of a struct that differ from their defaults."""
    required = [field.name for field in msgspec.structs.fields(type(struct)) if field.required]
    defaults = type(struct)(**dict.fromkeys(required, ()))
    return {name for name in struct.__struct_fields__ if getattr(struct, name) != getattr(defaults, name)}


def check_verb(ctx: Context, verb: str, code: str | None) -> None:
    """Check the verb of a customer or guest: only OWN_VERBS; they need the code to verify.

    A guest whose link was sent to the address that is verified does not. Raises Forbidden, WrongCode.
    """
    if ctx.principal.kind not in ("customer", "guest"):
        return
    if verb not in OWN_VERBS:
        raise Forbidden()
    if verb == "verify" and code is None and not ctx.principal.proves_contact:
        raise WrongCode()
