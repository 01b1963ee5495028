"""The panel of a booking: who, when, with whom, what it costs, what was said, and what one can do next."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from babel.numbers import format_currency

from kalends.actions.access import may
from kalends.actions.billing.issue import issue_invoice
from kalends.actions.context import Context
from kalends.actions.messages.about_item import MessageSent
from kalends.actions.messages.waiting import reschedule_message
from kalends.console.at_site import AtSite
from kalends.console.item_records import ItemRecords, Visits
from kalends.console.views.bounced import bounced_text
from kalends.console.views.facts import Fact, facts_of
from kalends.console.views.item_history import Line, history
from kalends.console.views.item_look import Look, look_of
from kalends.console.views.item_steps import Steps, steps_of
from kalends.engine.billing.quote import Quote
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.telling import TOLD_BY
from kalends.engine.bookings.views import ItemView
from kalends.engine.customers.customer import Customer
from kalends.engine.time.clock import MINUTE
from kalends.notices.texts import Message
from kalends.web.idempotency import new_form_key

_MOST_SIBLINGS, _EARLIER_SIBLINGS = 12, 2
OVERLAP_REASON = ("console", "overlap_reason")
"""Where in its details an item has why it overlaps."""


class Sibling(msgspec.Struct, frozen=True):
    """Another time of the booking."""

    path: str
    when: str
    look: Look


class Consented(msgspec.Struct, frozen=True):
    """What the customer agreed to on the booking page: the text, its version, and when."""

    text: str
    version: int
    at: str


class MessageLine(msgspec.Struct, frozen=True):
    """A message; `template` and `channel` are keys of texts. `state` says what became of it, or will. `path`: where it
    is chosen whether and when it is sent; "" once that is done."""

    template: str
    channel: str
    state: str
    to_staff: bool
    path: str


class PanelView(msgspec.Struct, frozen=True, kw_only=True):
    """The panel. `path` is that of the item, `revision` the one that is shown; `more` how many times of the booking are
    not listed. `number` is the one that customers read in messages. `warning` is what is noted about the customer."""

    id: int
    path: str
    day_path: str
    revision: int
    key: str
    title: str
    customer_path: str
    customer_blocked: bool
    bounced: tuple[Message, ...]
    invoice_path: str
    look: Look
    number: int
    recurs: bool
    overlaps: bool
    overlap_reason: str
    facts: tuple[Fact, ...]
    notes: str
    comments: str
    consent: Consented | None
    warning: str
    custom: tuple[tuple[str, str], ...]
    siblings: tuple[Sibling, ...]
    more: int
    messages: tuple[MessageLine, ...]
    history: tuple[Line, ...]
    steps: Steps


def panel_view(ctx: Context, at: AtSite, records: ItemRecords) -> PanelView:
    """The panel for the caller, who is offered only what they may do."""
    view, item = records.view, records.view.item
    siblings = _siblings_near(view, records.booking.items) if records.booking else []
    customer = view.customer
    return PanelView(
        id=item.id,
        path=at.path_of(view),
        day_path=f"{at.path}/day/{item.starts_at.astimezone(at.zone).date()}",
        revision=item.revision,
        key=new_form_key(),
        title=title_of(at, view),
        customer_path=f"/customers/{customer.id}" if customer else "",
        customer_blocked=customer is not None and customer.blocked_at is not None,
        bounced=tuple(map(bounced_text, records.bounced)),
        invoice_path=f"/invoices/new?booking={item.booking_id}" if _is_priced(ctx, records) else "",
        look=look_of(item, ctx.now),
        number=item.id,
        recurs=view.recurs,
        overlaps=records.overlaps,
        overlap_reason=overlap_reason(item),
        facts=_facts(ctx, at, records),
        notes=item.notes or "",
        comments=records.booking.booking.comments if records.booking else "",
        consent=_consent(at, records),
        warning=customer.notes if customer else "",
        custom=tuple((name, str(value)) for name, value in (item.custom or {}).items() if value not in (None, "")),
        siblings=tuple(_sibling(ctx, at, each) for each in siblings),
        more=len(records.booking.items) - 1 - len(siblings) if records.booking else 0,
        messages=tuple(_message(ctx, at, records.view, message) for message in records.messages),
        history=history(at, records.changes, records.names, records.resources),
        steps=steps_of(ctx, view),
    )


def _consent(at: AtSite, records: ItemRecords) -> Consented | None:
    consent = records.booking.booking.consent if records.booking else None
    return Consented(consent.text, consent.version, _moment(at, consent.agreed_at)) if consent else None


def _is_priced(ctx: Context, records: ItemRecords) -> bool:
    return may(ctx, issue_invoice) and records.quote is not None and bool(records.quote.lines)


def title_of(at: AtSite, view: ItemView) -> str:
    """Who an item is for, else what it calls itself, else what it is."""
    named = customer_title(view.customer) if view.customer else ""
    named = named or view.item.title or (view.service.title if view.service else "")
    return named or at.say(Message("panel.blocked" if view.item.kind == "block" else "panel.nobody"))


def customer_title(customer: Customer) -> str:
    """A customer as lists name them: `Nils Lie, Bryggen Judo Club`; else by what else is known of them."""
    names = dict.fromkeys(name for name in (customer.name, customer.company) if name)
    return ", ".join(names) or customer.email or customer.phone or customer.number


def overlap_reason(item: Item) -> str:
    """Why an item overlaps, as somebody said who had it so; "" if nothing was said."""
    door, name = OVERLAP_REASON
    return str(item.details.get(door, {}).get(name, ""))


def money(at: AtSite, amount: Decimal, currency: str) -> str:
    """An amount as the language writes it."""
    return str(format_currency(amount, currency, locale=at.words.locale))


def _facts(ctx: Context, at: AtSite, records: ItemRecords) -> tuple[Fact, ...]:
    view, item = records.view, records.view.item
    customer = view.customer
    visits = "panel.visits_with_you" if ctx.principal.is_practitioner else "panel.visits"
    title = item.title or (records.booking.booking.title if records.booking else "")
    return facts_of(
        Fact("panel.when", at.when(view)),
        Fact("panel.with", _with(at, records)),
        Fact("panel.session", view.session.title if view.session else "", path=_session_path(at, view)),
        Fact("panel.service", _service(at, view)),
        Fact("panel.title", title if customer else ""),
        Fact("panel.units", str(item.units) if item.units > 1 else ""),
        Fact("panel.extras", _extras(records)),
        Fact("panel.price", _price(at, records)),
        Fact("panel.phone", (customer.phone or "") if customer else "", f"tel:{customer and customer.phone_e164}"),
        Fact("account.email", (customer.email or "") if customer else "", f"mailto:{customer and customer.email}"),
        Fact(visits, _visits(at, records.visits) if records.visits else ""),
        Fact("panel.held_until", _moment(at, item.expires_at) if look_of(item, ctx.now).name == "waiting" else ""),
        Fact("panel.reason", item.cancellation_reason or ""),
    )


def _moment(at: AtSite, moment: datetime | None) -> str:
    return at.words.moment(moment.astimezone(at.zone)) if moment else ""


def _with(at: AtSite, records: ItemRecords) -> str:
    item = records.view.item
    ids = [item.resource_id or 0, *item.also_resource_ids]
    titles = [records.resources[each].title for each in ids if each in records.resources]
    return ", ".join(titles) or at.site.name


def _session_path(at: AtSite, view: ItemView) -> str:
    return f"{at.path}/sessions/{view.session.id}" if view.session else ""


def _service(at: AtSite, view: ItemView) -> str:
    if view.service is None:
        return ""
    minutes = (view.item.ends_at - view.item.starts_at) // MINUTE
    said = at.say(Message("panel.minutes", {"title": view.service.title, "minutes": minutes}))
    buffers = (("panel.before", view.service.buffer_before), ("panel.after", view.service.buffer_after))
    return ", ".join([said, *(at.say(Message(key, {"minutes": length})) for key, length in buffers if length)])


def _extras(records: ItemRecords) -> str:
    named = (
        (extra.units, records.resources.get(extra.resource_id or 0) or records.services.get(extra.service_id or 0))
        for extra in records.view.item.extras
    )
    return ", ".join(f"{units} × {extra.title}" for units, extra in named if extra)


def price_of(at: AtSite, item: Item, quote: Quote | None) -> str:
    """What an item costs; "" if nothing is priced."""
    lines = [line for line in quote.lines if line.item_id == item.id] if quote else []
    return money(at, sum((line.total for line in lines), Decimal()), quote.currency) if lines and quote else ""


def _price(at: AtSite, records: ItemRecords) -> str:
    price = price_of(at, records.view.item, records.quote)
    paid_at = records.view.item.paid_at
    if paid_at is None or not price:
        return price
    return at.say(Message("panel.paid", {"price": price, "day": at.words.day(paid_at.astimezone(at.zone))}))


def _visits(at: AtSite, visits: Visits) -> str:
    if visits.last is None:
        return at.say(Message("panel.first_visit"))
    last = at.words.day(visits.last.item.starts_at.astimezone(at.zone).date())
    said = [at.say(Message("panel.last_visit", {"count": visits.count, "day": last}))]
    return ", ".join(said + ([at.say(Message("panel.missed", {"count": visits.missed}))] if visits.missed else []))


def _siblings_near(view: ItemView, items: Sequence[ItemView]) -> Sequence[ItemView]:
    """The other times of a booking, in their order; of many those that come next, and a few before."""
    others = [each for each in items if each.item.id != view.item.id]
    earlier = sum(each.item.starts_at < view.item.starts_at for each in others)
    first = max(0, min(earlier - _EARLIER_SIBLINGS, len(others) - _MOST_SIBLINGS))
    return others[first : first + _MOST_SIBLINGS]


def _sibling(ctx: Context, at: AtSite, view: ItemView) -> Sibling:
    return Sibling(at.path_of(view), at.when(view), look_of(view.item, ctx.now))


def _message(ctx: Context, at: AtSite, view: ItemView, message: MessageSent) -> MessageLine:
    is_waiting = message.state == "waiting" and not message.reason
    to_customer = message.audience == "customer" and message.template in TOLD_BY.values()
    may_choose = may(ctx, reschedule_message) and message.item_id == view.item.id and message.is_whole
    return MessageLine(
        f"template.{message.template}",
        f"channel.{message.channel}",
        _delivery(at, message),
        message.audience == "staff",
        f"{at.path_of(view)}/message" if is_waiting and to_customer and may_choose else "",
    )


def _delivery(at: AtSite, message: MessageSent) -> str:
    """What became of a message and when, or why nothing will."""
    when, why = at.words.brief(message.at.astimezone(at.zone)), Message(f"dropped.{message.reason}")
    if message.reason is None or message.reason == "withdrawn":
        return f"{at.say(Message(f'delivery.{message.reason or message.state}'))}, {when}"
    if message.state == "waiting":
        return f"{at.say(Message('delivery.unsent'))}. {at.say(why)}."
    return f"{at.say(Message(f'delivery.{message.state}'))}, {when}. {at.say(why)}."
