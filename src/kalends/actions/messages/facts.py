"""Loads what a message tells, as it is when the message is sent."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import msgspec

from kalends.actions.access import internal
from kalends.actions.accounts.profile import get_profile
from kalends.actions.catalog.add_ons import list_linked_add_ons
from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.catalog.site import Site
from kalends.engine.messages.facts import MessageFacts, MessageItem
from kalends.engine.messages.history import PastChange, time_before
from kalends.engine.messages.refusal import can_be_refused
from kalends.engine.refusals import NotFound
from kalends.store.bookings.items import find_views
from kalends.store.messages.history import find_past_changes

_TELL_TIME_BEFORE = ("modification", "cancellation", "digest")


class MessageRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A message whose facts to load.

    `items`: the ids of the items that it tells of, each with its revision when the message was asked for; a
    modification or cancellation tells when the item was before that revision. `customer_id`: which of their customers
    it is for or about; None is that of the first. `locale` "" is the customer's language, else the account's. For the
    other fields see MessageFacts.
    """

    kind: str
    channel: str
    audience: str = "customer"
    customer_id: int | None = None
    locale: str = ""
    items: Mapping[int, int]
    sender: str = ""
    told: tuple[str, ...] = ()


@internal
async def load_facts(ctx: Context, request: MessageRequest) -> MessageFacts:
    """Load the facts of a message. Raises NotFound(item) if it is about items and none of them exists."""
    item_ids = list(request.items)
    views = await find_views(ctx.db, ctx.account.id, item_ids)
    if item_ids and not views:
        raise NotFound("item", item_ids[0])
    sites = {site.id: site for site in await list_sites(ctx)}
    past = await find_past_changes(ctx.db, ctx.account.id, item_ids)
    has_extras = any(view.item.extras for view in views)
    add_ons = await list_linked_add_ons(ctx, with_inactive=True) if has_extras else []
    customers = [view.customer for view in views if request.customer_id in (None, view.item.customer_id)]
    customer = next(iter(customers), None)
    facts = MessageFacts(
        kind=request.kind,
        channel=request.channel,
        audience=request.audience,
        locale=request.locale or (customer.locale if customer else "") or ctx.account.locale,
        account=ctx.account,
        profile=await get_profile(ctx),
        customer=customer,
        items=tuple(_message_item(view, sites, past, add_ons, request) for view in views),
        sender=request.sender,
        now=ctx.now,
        told=request.told,
    )
    return msgspec.structs.replace(facts, unsubscribe=_unsubscribe(facts))


def _unsubscribe(facts: MessageFacts) -> str:
    """A mail to the site or the account, whose staff then note what the customer does not want."""
    customer, reply_to = facts.customer, facts.reply_to
    can_refuse = facts.audience == "customer" and can_be_refused(facts.kind, "email")
    if facts.channel != "email" or customer is None or not (can_refuse and reply_to):
        return ""
    return f"mailto:{quote(reply_to, safe='@')}?subject={quote(f'unsubscribe {facts.kind} {customer.id}')}"


def _message_item(
    view: ItemView,
    sites: Mapping[int, Site],
    past: Sequence[PastChange],
    add_ons: Sequence[LinkedAddOn],
    request: MessageRequest,
) -> MessageItem:
    own = [change for change in past if change.item_id == view.item.id]
    tells_before = request.kind in _TELL_TIME_BEFORE
    return MessageItem(
        view,
        sites.get(view.site_id or 0),
        sequence=len(own),
        was=time_before(view.item, own, request.items[view.item.id]) if tells_before else None,
        was_confirmed=any(change.before.get("state") == "confirmed" for change in own),
        add_ons=tuple(each for each in add_ons if any(map(each.is_in, view.item.extras))),
    )
