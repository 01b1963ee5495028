"""Every action has a rule, and the rule lets in whom the table below names: each action x each kind of principal.

An action is a public async function in `actions` whose first parameter is a Context. What several actions share is
marked `@internal`, and no door uses it.
"""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

import kalends.actions
from kalends.actions.access import RULES, allow, internal
from kalends.actions.context import Context
from kalends.engine.accounts.principal import OWN_SCOPES, ROLE_SCOPES, Principal, Role, Scope, system
from kalends.engine.policy import Account, Policy
from kalends.engine.refusals import Forbidden
from tests.rules.source import HOUSE, Source, python, snippet

ACCOUNT = Account(1, "clinic", "Clinic", "Europe/Oslo", "nb", "NOK", "NO", Policy())
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
HERE = frozenset({7})
PACKAGE = "kalends.actions."


def key(*scopes: Scope, site_ids: frozenset[int] | None = None) -> Principal:
    return Principal(kind="key", id=1, name="shop", door="front", scopes=frozenset(scopes), site_ids=site_ids)


def user(role: Role, site_ids: frozenset[int] | None = None) -> Principal:
    scopes = frozenset(ROLE_SCOPES[role])
    return Principal(kind="user", id=2, name="Olga", door="front", role=role, scopes=scopes, site_ids=site_ids)


OWN = frozenset(OWN_SCOPES)
PRINCIPALS: Mapping[str, Principal] = {
    "key that reads": key("read"),
    "key that books": key("read", "book"),
    "key that manages": key("read", "manage"),
    "key": key("read", "book", "manage"),
    "key of a site": key("read", "book", "manage", site_ids=HERE),
    "owner": user("owner"),
    "manager": user("manager"),
    "manager of a site": user("manager", HERE),
    "staff": user("staff"),
    "staff of a site": user("staff", HERE),
    "readonly": user("readonly"),
    "customer": Principal(kind="customer", id=3, name="Kari", door="front", scopes=OWN, customer_id=3),
    "guest": Principal(kind="guest", id=4, name="", door="front", scopes=OWN, item_id=5),
    "system": system("front"),
}
EVERYBODY = frozenset(PRINCIPALS)
USERS = frozenset({"owner", "manager", "manager of a site", "staff", "staff of a site", "readonly"})
READS = EVERYBODY - {"customer", "guest"}
READS_OR_CUSTOMER = EVERYBODY - {"guest"}
BOOKS = READS - {"key that reads", "key that manages", "readonly"}
MANAGES = READS - {"key that reads", "key that books", "staff", "staff of a site", "readonly"}
OF_SITES = frozenset({"key of a site", "manager of a site", "staff of a site"})
READS_ALL, MANAGES_ALL = READS - OF_SITES, MANAGES - OF_SITES
ADMINISTERS = frozenset({"owner", "system"})

# Who may call which action. What customers, guests and those of some sites then see is narrowed further: that is tested
# in tests/actions (test_access.py, test_sites.py).
TABLE: Mapping[frozenset[str], str] = {
    EVERYBODY: """
        catalogue.get_resource catalogue.get_service catalogue.list_resources catalogue.list_services
        catalogue.list_sites catalogue.openings_of custom_fields.list_categories events.get_event events.list_events
        free_times.free_times free_times.list_bookable hours.opening_hours bookings.find.get_item
        services.get_assignment services.list_services_of services.list_assignments services.openings_of_assignments
        bookings.sessions.get_session bookings.sessions.list_sessions bookings.sessions.seats_taken settings.holidays
        slots.available_dates slots.next_available_date
        slots.slots slots.slots_on today.get_today""",
    READS_OR_CUSTOMER: "bookings.find.list_items customers.get_customer",
    READS: """
        actors.actor_names bookings.find.find_by_external_id custom_fields.list_fields custom_fields.values_of
        customers.list_children customers.list_customers documents.get_occasion hours.get_exception_day
        hours.list_exception_days inventory.links inventory.list_added_services inventory.list_inventory
        invoices.draw_invoice invoices.find_invoice invoices.find_invoice_by_file invoices.get_invoice
        invoices.list_invoices bookings.find.get_booking bookings.find.list_bookings prices.list_groups
        prices.list_prices prices.quotes profile.get_profile profile.get_profile_since bookings.series.occurrences
        bookings.series.outcomes
        settings.get_settings""",
    READS_ALL: "changes.changes",
    BOOKS | {"customer", "guest"}: "bookings.advance.advance_item",
    BOOKS | {"customer"}: "bookings.book.book",
    BOOKS: """
        bookings.change.change_item bookings.advance.set_status bookings.advance.advance_collection
        customers.add_customer customers.block_customer customers.change_customer customers.append_details
        customers.remove_customer customers.unblock_customer customers.undelete_customer documents.add_document
        documents.process_document guests.create_booking_link guests.create_item_link invoices.issue_invoice
        invoices.pay_invoice logins.set_customer_login merge.merge_customers bookings.change_booking.change_booking
        bookings.sessions.change_session bookings.sessions.remove_session bookings.sessions.remove_sessions
        bookings.series.start_series bookings.sessions.add_session
        bookings.sessions.add_sessions""",
    MANAGES: """
        catalogue.add_resource custom_fields.set_values hours.remove_exception_day hours.set_all_exception_days
        hours.set_exception_days inventory.set_inventory_resources prices.set_prices resources.change_resource
        resources.remove_resource services.add_assignment services.change_assignment services.remove_assignment
        webhooks.get_webhook webhooks.list_webhooks""",
    MANAGES_ALL: """
        catalogue.add_service catalogue.add_site catalogue.change_site custom_fields.add_category
        custom_fields.add_field custom_fields.change_field events.add_event events.change_event prices.add_group
        profile.change_profile services.change_service services.remove_service settings.change_settings
        webhooks.add_webhook webhooks.change_webhook
        webhooks.remove_webhook""",
    ADMINISTERS: """
        keys.create_key keys.list_keys users.create_user users.disable_user users.list_users users.reset_password""",
    USERS | {"customer"}: "logins.change_password logins.log_out logins.log_out_everywhere",
}
ALLOWED = {action: who for who, actions in TABLE.items() for action in actions.split()}


def public(module: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The module's own public async functions that take a Context first, by name."""
    for name, function in inspect.getmembers(module, inspect.iscoroutinefunction):
        if function.__module__ == module.__name__ and not name.startswith("_"):
            first = next(iter(inspect.signature(function).parameters.values()), None)
            if first is not None and first.annotation is Context:
                yield name, function


def every() -> dict[str, Callable[..., Any]]:
    """All of them, as `module.name`."""
    found = {}
    for info in pkgutil.walk_packages(kalends.actions.__path__, PACKAGE):
        for name, act in public(importlib.import_module(info.name)):
            found[f"{info.name.removeprefix(PACKAGE)}.{name}"] = act
    return found


EVERY = every()
ACTIONS = {name: act for name, act in EVERY.items() if RULES.get(act) is not None}


async def is_let_in(act: Callable[..., Any], principal: Principal) -> bool:
    """Whether the action gets beyond its rule; without its arguments or a database it can't get much further."""
    ctx = Context(principal, ACCOUNT, NOW, None)  # type: ignore[arg-type]  # never asked by who is turned away
    try:
        await act(ctx)
    except Forbidden:
        return False
    except (TypeError, AttributeError):
        return True
    return True


def test_every_action_has_a_rule() -> None:
    assert [name for name, act in EVERY.items() if act not in RULES] == []


def test_the_table_names_every_action_once() -> None:
    named = [action for actions in TABLE.values() for action in actions.split()]
    assert sorted(named) == sorted(ACTIONS)


@pytest.mark.parametrize("principal", PRINCIPALS)
async def test_who_may_do_what(principal: str) -> None:
    let_in = {name for name, act in ACTIONS.items() if await is_let_in(act, PRINCIPALS[principal])}
    assert let_in == {name for name, who in ALLOWED.items() if principal in who}


def shared_parts_used(source: Source) -> list[str]:
    """Uses of `@internal` functions, imported by name or as an attribute of their module."""
    modules: dict[str, str] = {}
    found: list[tuple[ast.AST, str]] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module == "kalends.actions":
            modules.update({alias.asname or alias.name: alias.name for alias in node.names})
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            room = (node.module or "").removeprefix(PACKAGE)
            found += [(node, f"{room}.{alias.name}") for alias in node.names]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            found.append((node, f"{modules[node.value.id]}.{node.attr}"))
    return [source.at(node, f"{name} is internal") for node, name in found if name in EVERY and name not in ACTIONS]


def test_doors_call_whole_actions_only() -> None:
    doors = [source for source in python(HOUSE) if not source.path.startswith("kalends/actions/")]
    assert [finding for source in doors for finding in shared_parts_used(source)] == []


def test_what_is_internal_is_found() -> None:
    bad = (
        "from kalends.actions import bookings, noting as notes\nfrom kalends.actions.noting import note\n"
        "notes.note_images(ctx)\nbookings.get(ctx)\n"
    )
    assert [finding.split(":")[1] for finding in shared_parts_used(snippet(bad))] == ["2", "3"]


async def test_an_action_that_another_calls_is_part_of_it() -> None:
    @allow("administer")
    async def inner(ctx: Context) -> str:
        return ctx.actor

    @allow("read")
    async def outer(ctx: Context) -> str:
        return await inner(ctx)

    @internal
    async def shared(ctx: Context) -> str:
        return await inner(ctx)

    ctx = Context(PRINCIPALS["readonly"], ACCOUNT, NOW, None)  # type: ignore[arg-type]  # asked for nothing
    assert await outer(ctx) == "user:2"
    for act in (inner, shared):
        with pytest.raises(Forbidden):
            await act(ctx)
