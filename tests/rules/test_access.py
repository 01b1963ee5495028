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

import msgspec
import pytest

import kalends.actions
from kalends.actions.access import RULES, allow, internal
from kalends.actions.context import Context
from kalends.engine.accounts.account import Account, Policy
from kalends.engine.accounts.principal import OWN_SCOPES, ROLE_SCOPES, Principal, Role, Scope, system
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
    "practitioner": msgspec.structs.replace(user("practitioner"), resource_ids=frozenset({9})),
    "customer": Principal(kind="customer", id=3, name="Kari", door="front", scopes=OWN, customer_id=3),
    "guest": Principal(kind="guest", id=4, name="", door="front", scopes=OWN, item_id=5),
    "customer on a device": Principal(
        kind="customer", id=3, name="Kari", door="front", scopes=OWN, customer_id=3, device_id=6
    ),
    "device": Principal(kind="guest", id=7, name="", door="front", scopes=frozenset({"read"}), device_id=6),
    "key that administers": key("read", "administer"),
    "publishable key": Principal(
        kind="guest", id=8, name="", door="front", scopes=OWN, origins=("https://shop.example",)
    ),
    "system": system("front"),
}
EVERYBODY = frozenset(PRINCIPALS)
PRACTITIONER = frozenset({"practitioner"})
USERS = frozenset({"owner", "manager", "manager of a site", "staff", "staff of a site", "readonly"}) | PRACTITIONER
DEVICES = frozenset({"customer on a device", "device"})
CUSTOMERS = frozenset({"customer", "customer on a device"})
READS = EVERYBODY - CUSTOMERS - PRACTITIONER - {"guest", "device", "publishable key"}
READS_OR_CUSTOMER = READS | CUSTOMERS
BOOKS = READS - {"key that reads", "key that manages", "key that administers", "readonly"}
MANAGES = READS - {"key that reads", "key that books", "key that administers", "staff", "staff of a site", "readonly"}
OF_SITES = frozenset({"key of a site", "manager of a site", "staff of a site"})
READS_ALL, MANAGES_ALL = READS - OF_SITES, MANAGES - OF_SITES
ADMINISTERS = frozenset({"owner", "key that administers", "system"})

# Who may call which action. What customers, guests and those of some sites then see is narrowed further: that is tested
# in tests/actions (test_access.py, test_sites.py).
TABLE: Mapping[frozenset[str], str] = {
    EVERYBODY: """
        accounts.booking_page.get_booking_page billing.quotes.quotes catalog.add_ons.list_linked_add_ons
        bookings.unknown_ids.with_unknown_ids availability.free_times.free_times
        availability.free_times.list_bookable availability.holidays.list_holidays
        availability.weekly_hours.get_weekly_hours availability.hours.opening_hours availability.today.get_today
        bookings.find.get_item bookings.suggest.as_seen bookings.statuses.list_statuses
        catalog.custom_fields.list_questions bookings.courses.list_courses
        catalog.custom_fields.list_service_fields catalog.custom_fields.list_service_values
        bookings.sessions.get_session bookings.sessions.list_sessions bookings.sessions.seats_taken
        bookings.slots.available_dates bookings.slots.next_available_date bookings.slots.slots
        bookings.slots.slots_on catalog.assignments.get_assignment catalog.assignments.get_assignment_of
        catalog.assignments.list_assignments catalog.assignments.openings_of_assignments
        catalog.custom_fields.get_category catalog.custom_fields.list_categories catalog.resources.get_resource
        catalog.resources.get_tree catalog.resources.list_resources catalog.resources.list_openings
        catalog.services.get_service catalog.services.list_services catalog.services.list_services_of
        bookings.starts.list_days bookings.starts.check_start bookings.starts.list_starts
        bookings.starts.next_starts catalog.sites.get_site catalog.sites.list_sites catalog.sites.zone_where
        catalog.sites.zones_of""",
    EVERYBODY - PRACTITIONER: """
        billing.occasions.find_occasion billing.occasions.get_occasion billing.occasions.list_occasions
        bookings.attended.average_busy_times bookings.attended.get_attended_service
        bookings.attended.list_attended_services bookings.attended.list_seats_of""",
    READS_OR_CUSTOMER: """
        bookings.seats.get_booking_with_seats bookings.seats.list_bookings_with_seats""",
    READS_OR_CUSTOMER | PRACTITIONER: """
        bookings.find.list_items customers.find.get_customer customers.find.query_customers
        messages.refusals.list_refusals""",
    READS: """
        bookings.feeds.draw_feed bookings.feeds.feed_version accounts.profile.get_profile_since
        availability.busy.busy_times availability.closings.closings_of
        availability.extra_openings.query_extra_openings availability.extra_openings.query_weekday_hours
        availability.holidays.is_closed_for_holidays bookings.outside.booked_outside
        bookings.outside.booked_outside_at availability.hours.get_exception_day
        availability.hours.list_exception_days billing.documents.get_occasion_with_documents
        billing.correct.draft_credit billing.invoices.draw_invoice billing.invoices.find_invoice
        billing.invoices.find_invoice_by_file billing.invoices.get_invoice billing.invoices.list_invoices
        billing.query.query_invoices billing.query.standings_of billing.query.subjects_of
        billing.issue.draft_invoice bookings.find.find_by_external_id bookings.find.get_booking
        bookings.find.list_bookings bookings.search.search_bookings bookings.recurring.get_series
        bookings.unknown_ids.find_unknown_ids availability.offerings.list_offerings bookings.sync.confirm_sync
        bookings.sync.find_own_id bookings.sync.follow_items bookings.sync.list_to_follow
        bookings.sync.locate_item bookings.series.occurrences bookings.series.outcomes
        customers.logins.find_customer_login catalog.inventory.list_inventory_links
        catalog.inventory.list_added_services bookings.query.query_items bookings.query.query_items_and_sessions
        bookings.query.query_sessions bookings.repeats.repeated_from bookings.sessions.customers_in
        messages.reminders.reminders_sent catalog.inventory.list_inventory catalog.query.query_resources
        catalog.query.query_services bookings.slots.starts_at_site catalog.query.query_sites
        catalog.query.services_at catalog.prices.get_group catalog.prices.list_prices
        catalog.price_rules.get_price catalog.price_rules.query_prices availability.exceptions.get_exception
        availability.exceptions.query_exceptions catalog.add_ons.get_inventory catalog.add_ons.get_product
        catalog.custom_fields.get_field catalog.query.query_fields catalog.serving.get_providers
        catalog.described.get_described_resource catalog.described.get_described_service
        catalog.described.query_described_resources catalog.described.query_described_services
        accounts.users.get_user accounts.users.query_users changes.query_journal bookings.cases.list_case_items
        customers.cases.get_case customers.cases.query_cases
        messages.templates.list_templates messages.bounces.list_bounced""",
    READS | PRACTITIONER: """
        accounts.actors.actor_names accounts.profile.get_profile accounts.settings.get_settings
        availability.holidays.list_calendars bookings.blocks.find_block bookings.calendar.get_calendar
        bookings.live.calendar_position bookings.live.touched_after bookings.search.search_items
        catalog.custom_fields.list_fields catalog.custom_fields.list_values bookings.conflicts.has_conflicts
        bookings.history.item_history bookings.explain.explain catalog.prices.list_groups customers.history.record_reads
        bookings.cases.list_cases_of customers.find.list_children
        customers.find.list_customers customers.find.find_doubles messages.about_item.list_messages_about
        messages.bounces.list_bounced_of""",
    READS | {"guest", "device", "publishable key"}: """
        bookings.holds.get_hold bookings.suggest.explain_to_visitor messages.calendar.draw_booking_calendar
        bookings.own.find_own_customer bookings.agreed.list_agreed_lengths
        bookings.agreed.list_agreed_extras""",
    READS | {"guest", "device", "publishable key"} | PRACTITIONER: """
        bookings.find.get_whole_booking""",
    BOOKS | {"guest", "publishable key"}: """
        bookings.holds.add_hold bookings.holds.book_hold bookings.holds.change_hold bookings.holds.hold_instead
        bookings.holds.release_hold bookings.own.cancel_own bookings.move_own.move_own bookings.own.verify_own
        bookings.own.correct_own bookings.own.give_up_own""",
    READS_ALL: """
        bookings.usage.get_usage changes.changes changes.present_position messages.preview.preview_message""",
    BOOKS | CUSTOMERS | {"guest", "publishable key"}: """
        bookings.verification.send_new_code""",
    BOOKS | CUSTOMERS | {"guest", "publishable key"} | PRACTITIONER: """
        bookings.change_state.change_item_state""",
    BOOKS | CUSTOMERS: """
        bookings.statuses.book_with_status messages.refusals.accept_messages messages.refusals.refuse_messages""",
    BOOKS | CUSTOMERS | PRACTITIONER: """
        billing.quotes.quote_request bookings.book.book bookings.book.preview
        bookings.change_state.change_booking_state bookings.suggest.book_or_suggest""",
    BOOKS: """
        accounts.logins.set_customer_login customers.logins.give_customer_login
        customers.logins.end_customer_login billing.documents.add_document billing.documents.process_document
        billing.correct.cancel_invoice billing.correct.credit_invoice billing.invoices.pay_invoice
        billing.issue.issue_invoice bookings.change_state.set_outcome bookings.blocks.add_block
        bookings.blocks.add_repeated_blocks bookings.holds.confirm_hold bookings.recurring.change_series
        bookings.recurring.cancel_series bookings.recurring.start_recurring
        bookings.appointments.change_appointment bookings.blocks.move_block bookings.blocks.remove_block
        bookings.sync.book_as bookings.change_booking.change_booking bookings.statuses.change_booking_with_status
        bookings.guest_links.create_booking_link bookings.guest_links.create_item_link
        bookings.series.start_series bookings.add_sessions.add_session bookings.add_sessions.add_sessions
        bookings.add_sessions.repeat_session bookings.sessions.change_session bookings.sessions.remove_session
        bookings.sessions.remove_sessions bookings.cases.add_case_of_items bookings.cases.change_case_of_items
        customers.cases.add_case customers.cases.archive_case customers.cases.change_case
        customers.change.append_details customers.change.block_customer customers.change.remove_customer
        customers.change.unblock_customer customers.change.undelete_customer customers.merge.merge_customers
        customers.passwords.add_customer_with_password customers.passwords.change_customer_with_password
        messages.bounces.clear_bounced messages.bounces.mark_bounced""",
    BOOKS | PRACTITIONER: """
        bookings.change_state.set_status bookings.undo.find_undoable bookings.undo.undo_change
        bookings.blocks.remove_blocks_from bookings.cancel.cancel_item bookings.roll.call_roll
        bookings.appointments.book_appointments bookings.appointments.with_repeats
        bookings.resource_blocks.add_resource_blocks bookings.remove.remove_item
        bookings.resource_blocks.change_block bookings.change_item.change_item bookings.suggest.change_or_suggest
        bookings.suggest.change_state_or_suggest customers.add.add_customer customers.change.change_customer
        messages.about_item.draw_notice messages.waiting.find_waiting_message messages.waiting.get_waiting_notice
        messages.waiting.find_untold_change messages.waiting.tell_of_change messages.waiting.reschedule_message
        messages.waiting.withdraw_message messages.reach.find_reach""",
    MANAGES: """
        availability.exceptions.set_resource_exceptions availability.extra_openings.add_extra_openings
        availability.extra_openings.remove_extra_opening availability.hours.remove_exception_day
        availability.weekly_hours.set_weekly_hours availability.hours.set_all_exception_days
        availability.hours.set_exception_days catalog.assignments.add_assignment
        catalog.assignments.change_assignment catalog.assignments.remove_assignment
        bookings.offerings.add_offering bookings.offerings.end_offering bookings.offerings.replace_offering
        catalog.custom_fields.set_values catalog.inventory.set_inventory_resources catalog.prices.set_prices
        catalog.price_rules.add_price catalog.price_rules.change_price catalog.price_rules.remove_price
        availability.exceptions.add_exception availability.exceptions.change_exception
        availability.exceptions.remove_exception catalog.add_ons.add_inventory catalog.add_ons.change_inventory
        catalog.described.add_described_resource catalog.described.change_described_resource
        catalog.resources.add_resource catalog.resources.change_resource catalog.resources.lock_trees
        catalog.resources.remove_resource messages.webhooks.get_delivery messages.webhooks.get_webhook
        messages.webhooks.list_deliveries messages.webhooks.list_webhooks messages.webhooks.query_deliveries
        messages.webhooks.query_webhooks bookings.feeds.add_feed bookings.feeds.change_feed
        bookings.feeds.get_feed bookings.feeds.remove_feed bookings.feeds.rotate_feed""",
    MANAGES_ALL: """
        bookings.feeds.query_feeds catalog.add_ons.add_product catalog.add_ons.change_product
        catalog.serving.set_providers catalog.described.add_described_service
        catalog.described.change_described_service catalog.serving.add_served catalog.serving.add_site_offering
        catalog.serving.change_served catalog.serving.change_site_offering customers.erase.erase_customer
        customers.export.export_customer accounts.booking_page.change_booking_page accounts.profile.change_profile
        accounts.settings.change_settings availability.exceptions.set_site_exceptions
        availability.holidays.change_settings_and_closing availability.holidays.set_calendar
        billing.occasions.add_occasion billing.occasions.change_occasion bookings.statuses.add_standard_statuses
        bookings.statuses.add_status bookings.statuses.change_status catalog.custom_fields.set_service_values
        catalog.custom_fields.add_category catalog.custom_fields.rename_category catalog.custom_fields.add_field
        catalog.custom_fields.change_field catalog.prices.add_group catalog.prices.rename_group
        catalog.services.add_service catalog.services.change_service catalog.services.remove_service
        catalog.services.set_overrides catalog.sites.add_site catalog.sites.change_site messages.log.get_message
        messages.about_item.find_unsendable messages.log.list_messages messages.log.resend_message
        messages.templates.set_template
        messages.webhooks.add_webhook messages.webhooks.call_for_test messages.webhooks.change_webhook
        messages.webhooks.remove_webhook messages.webhooks.redeliver messages.webhooks.rotate_secret
        messages.webhooks.send_again""",
    ADMINISTERS: """
        customers.history.customer_history accounts.identity_provider.get_identity_provider
        accounts.identity_provider.change_identity_provider accounts.keys.change_key accounts.keys.create_key
        accounts.keys.get_key accounts.keys.list_keys accounts.keys.query_keys accounts.keys.revoke_key
        accounts.users.create_program_user accounts.users.create_user accounts.users.list_users
        accounts.change_user.change_user accounts.change_user.disable_user accounts.change_user.enable_user
        accounts.change_user.reset_password""",
    DEVICES: """
        accounts.devices.change_device accounts.devices.log_in_on_device accounts.devices.log_out_on_device""",
    USERS | CUSTOMERS: """
        accounts.logins.change_password accounts.logins.end_session accounts.logins.keep_logged_in
        accounts.logins.log_out accounts.passkeys.add_passkey accounts.passkeys.ask_for_passkey
        accounts.passkeys.list_passkeys accounts.passkeys.remove_passkey accounts.logins.log_out_everywhere
        accounts.users.get_own_user accounts.calendar_look.get_calendar_look
        accounts.calendar_look.keep_calendar_look""",
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
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(PACKAGE):
            names = {alias: f"{node.module}.{alias.name}".removeprefix(PACKAGE) for alias in node.names}
            modules.update({alias.asname or alias.name: name for alias, name in names.items()})
            found += [(node, name) for name in names.values()]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            found.append((node, f"{modules[node.value.id]}.{node.attr}"))
    return [source.at(node, f"{name} is internal") for node, name in found if name in EVERY and name not in ACTIONS]


def test_doors_call_whole_actions_only() -> None:
    doors = [source for source in python(HOUSE) if not source.path.startswith("kalends/actions/")]
    assert [finding for source in doors for finding in shared_parts_used(source)] == []


def test_what_is_internal_is_found() -> None:
    bad = (
        "from kalends.actions import bookings, journal as notes\n"
        "from kalends.actions.journal import add_journal_entry\n"
        "notes.add_journal_images(ctx)\nbookings.get(ctx)\n"
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
