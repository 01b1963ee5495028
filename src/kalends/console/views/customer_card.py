"""The card of a customer: who they are, what they have booked, and what can be done about them."""

from collections.abc import Sequence

import msgspec

from kalends.actions.access import may
from kalends.actions.bookings.cases import add_case_of_items
from kalends.actions.context import Context
from kalends.actions.customers.change import change_customer, remove_customer
from kalends.actions.customers.erase import erase_customer
from kalends.actions.customers.export import export_customer
from kalends.actions.customers.history import customer_history
from kalends.actions.messages.bounces import clear_bounced
from kalends.console.views.bounced import bounced_text
from kalends.console.views.cases import CaseLink, case_link
from kalends.console.views.customers import PATH, customer_name, path_of, standing
from kalends.console.views.facts import Fact, facts_of
from kalends.console.views.tables import Cell, Pager, Table, Text
from kalends.console.views.times import Times
from kalends.console.views.visits import visits_table
from kalends.engine.bookings.views import ItemView
from kalends.engine.customers.case import CustomerCase
from kalends.engine.customers.customer import Customer
from kalends.engine.messages.bounce import BouncedAddress
from kalends.notices.countries import country_name
from kalends.notices.texts import Message
from kalends.web.idempotency import new_form_key


class Relatives(msgspec.Struct, frozen=True):
    """Whose customer somebody is, who are theirs, whose double they are, and their group; None or empty if nobody."""

    parent: Customer | None = None
    children: Sequence[Customer] = ()
    kept: Customer | None = None
    group: str = ""


class Visits(msgspec.Struct, frozen=True):
    """What somebody has booked: what is to come, a page of what was, how much was in all and what of it was missed."""

    coming: Sequence[ItemView]
    past: Sequence[ItemView]
    past_total: int
    missed: int


class Act(msgspec.Struct, frozen=True):
    """What can be done about a customer: a link to a page or, with a `form_key`, a button. `hint` says what comes of
    it."""

    text: str
    hint: str
    path: str
    form_key: str = ""


class CustomerCard(msgspec.Struct, frozen=True):
    """The card. `edit` is the path of the form to change it, `new_case` of that to add a case, "" if it can't be;
    `only_own`: of what they booked that is shown which takes place with the caller; `missed`: how often they did not
    come, `bounced`: which addresses take no messages, and why; `trust` has them used
    again, None if the caller may not."""

    name: Text
    standing: Cell
    facts: tuple[Fact, ...]
    notes: str
    custom: tuple[tuple[str, str], ...]
    missed: Message | None
    bounced: tuple[Message, ...]
    trust: Act | None
    relatives: tuple[tuple[str, tuple[tuple[Text, str], ...]], ...]
    only_own: bool
    coming: Table
    past: Table
    pager: Pager
    cases: tuple[CaseLink, ...]
    new_case: str
    edit: str
    acts: tuple[Act, ...]


def customer_card(
    ctx: Context,
    customer: Customer,
    relatives: Relatives,
    visits: Visits,
    *,
    cases: Sequence[CustomerCase],
    bounced: Sequence[BouncedAddress],
    times: Times,
    pager: Pager,
) -> CustomerCard:
    """The card as the caller sees it."""
    may_book = may(ctx, change_customer)
    keeps_cases = may(ctx, add_case_of_items)
    may_change = may_book and customer.deleted_at is None
    return CustomerCard(
        name=customer_name(customer),
        standing=standing(customer),
        facts=_facts(customer, relatives, times),
        notes=customer.notes,
        custom=tuple((name, _words(value)) for name, value in (customer.custom or {}).items()),
        missed=Message("customers.missed", {"count": visits.missed}) if visits.missed else None,
        bounced=tuple(map(bounced_text, bounced)),
        relatives=tuple(_relatives(relatives)),
        only_own=ctx.principal.is_practitioner,
        coming=visits_table(ctx, "customers.coming", "customers.nothing_coming", visits.coming, times),
        past=visits_table(ctx, "customers.past", "customers.nothing_past", visits.past, times),
        pager=pager,
        cases=tuple(case_link(case, times, may_change=keeps_cases) for case in cases),
        new_case=path_of(customer.id, "cases/new") if may_change and keeps_cases else "",
        edit=path_of(customer.id, "edit") if may_change else "",
        trust=_button(customer, "trust", "customers.trust", "") if bounced and may(ctx, clear_bounced) else None,
        acts=tuple(_acts(ctx, customer)),
    )


def _facts(customer: Customer, relatives: Relatives, times: Times) -> tuple[Fact, ...]:
    place = " ".join(part for part in (customer.postcode, customer.city) if part)
    country = country_name(customer.country, times.words.code) if customer.country else ""
    address = ", ".join(part for part in (customer.street, place, customer.state, country) if part)
    company = customer.company if customer.company != customer.name else ""
    return facts_of(
        Fact("customers.phone", customer.phone or "", f"tel:{customer.phone_e164}" if customer.phone_e164 else ""),
        Fact("customers.email", customer.email or "", f"mailto:{customer.email}" if customer.email else ""),
        Fact("customers.company", company),
        Fact("customers.preferred_first_name", customer.preferred_first_name),
        Fact("customers.address", address),
        Fact("customers.date_of_birth", times.day(customer.date_of_birth)),
        Fact("customers.gender", customer.gender or ""),
        Fact("customers.national_id", customer.national_id or ""),
        Fact("customers.external_id", customer.external_id or ""),
        Fact("customers.group_id", relatives.group),
        Fact("customers.number", customer.number),
        Fact("customers.vat_id", customer.vat_id),
        Fact("customers.reference", customer.reference),
        Fact("customers.since", times.day(customer.created_at)),
    )


def _relatives(relatives: Relatives) -> list[tuple[str, tuple[tuple[Text, str], ...]]]:
    groups = (
        ("customers.kept", (relatives.kept,) if relatives.kept else ()),
        ("customers.parent", (relatives.parent,) if relatives.parent else ()),
        ("customers.children", relatives.children),
    )
    return [(key, tuple((customer_name(one), path_of(one.id)) for one in people)) for key, people in groups if people]


def _acts(ctx: Context, customer: Customer) -> list[Act]:
    """What the caller may do, the harmless first."""
    acts: list[Act] = []
    if may(ctx, remove_customer) and customer.erased_at is None:
        acts += _usual(customer)
    if may(ctx, customer_history):
        acts.append(Act("customers.history", "customers.history_hint", path_of(customer.id, "history")))
    if may(ctx, export_customer):
        acts.append(Act("customers.export", "customers.export_hint", path_of(customer.id, "export")))
    if may(ctx, erase_customer) and customer.erased_at is None:
        acts.append(Act("customers.erase", "customers.erase_hint", path_of(customer.id, "erase")))
    return acts


def _usual(customer: Customer) -> list[Act]:
    if customer.deleted_at:
        return [_button(customer, "undelete", "customers.undelete", "customers.undelete_hint")]
    block = _button(customer, "block", "customers.block", "customers.block_hint")
    if customer.blocked_at:
        block = _button(customer, "unblock", "customers.unblock", "customers.unblock_hint")
    remove = _button(customer, "remove", "customers.remove", "customers.remove_hint")
    return [
        Act("customers.invoice", "customers.invoice_hint", f"/invoices/new?customer={customer.id}"),
        Act("customers.set_parent", "customers.parent_hint", path_of(customer.id, "parent")),
        Act("customers.add_child", "customers.add_child_hint", f"{PATH}/new?parent={customer.id}"),
        Act("customerlogin.title", "customerlogin.hint", path_of(customer.id, "login")),
        Act("customers.merge", "customers.merge_hint", path_of(customer.id, "merge")),
        block,
        remove,
    ]


def _button(customer: Customer, verb: str, text: str, hint: str) -> Act:
    return Act(text, hint, path_of(customer.id, verb), new_form_key())


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
