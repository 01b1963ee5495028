"""Whatever staff can do in the console, programs can do through the API: each action that the console calls, the API
calls too, or another one that does the same."""

import ast
from collections.abc import Iterator, Mapping

from tests.rules.source import HOUSE, Source, aliases, python, qualified, snippet
from tests.rules.test_access import ACTIONS, PACKAGE

SAME: Mapping[str, str] = {
    "accounts.keys.list_keys": "accounts.keys.query_keys",
    "accounts.users.list_users": "accounts.users.query_users",
    "availability.hours.opening_hours": "availability.weekly_hours.get_weekly_hours",
    "billing.invoices.find_invoice": "billing.query.query_invoices",
    "billing.invoices.list_invoices": "billing.query.query_invoices",
    "billing.quotes.quotes": "billing.quotes.quote_request",
    "bookings.add_sessions.repeat_session": "bookings.add_sessions.add_sessions",
    "bookings.appointments.with_repeats": "billing.quotes.quote_request",
    "bookings.blocks.add_repeated_blocks": "bookings.blocks.add_block",
    "bookings.blocks.remove_blocks_from": "bookings.remove.remove_item",
    "bookings.book.book": "bookings.suggest.book_or_suggest",
    "bookings.book.preview": "billing.quotes.quote_request",
    "bookings.calendar.get_calendar": "bookings.search.search_items",
    "bookings.cases.list_cases_of": "customers.cases.query_cases",
    "bookings.change_item.change_item": "bookings.suggest.change_or_suggest",
    "bookings.change_state.set_status": "bookings.change_state.change_item_state",
    "bookings.find.get_booking": "bookings.find.get_whole_booking",
    "bookings.find.list_bookings": "bookings.search.search_bookings",
    "bookings.find.list_items": "bookings.search.search_items",
    "bookings.history.item_history": "changes.query_journal",
    "bookings.live.calendar_position": "changes.present_position",
    "bookings.live.touched_after": "changes.changes",
    "bookings.outside.booked_outside": "bookings.search.search_items",
    "bookings.outside.booked_outside_at": "bookings.search.search_items",
    "bookings.query.query_items": "bookings.search.search_items",
    "bookings.sessions.list_sessions": "bookings.query.query_sessions",
    "bookings.undo.find_undoable": "bookings.undo.undo_change",
    "catalog.assignments.list_assignments": "catalog.serving.get_providers",
    "catalog.custom_fields.list_fields": "catalog.query.query_fields",
    "catalog.custom_fields.list_questions": "catalog.query.query_fields",
    "catalog.custom_fields.list_service_fields": "catalog.query.query_fields",
    "catalog.custom_fields.list_service_values": "catalog.described.get_described_service",
    "catalog.custom_fields.list_values": "catalog.described.get_described_resource",
    "catalog.prices.list_prices": "catalog.price_rules.query_prices",
    "catalog.query.query_resources": "catalog.described.query_described_resources",
    "catalog.query.query_services": "catalog.described.query_described_services",
    "catalog.resources.add_resource": "catalog.described.add_described_resource",
    "catalog.resources.change_resource": "catalog.described.change_described_resource",
    "catalog.resources.list_openings": "availability.weekly_hours.get_weekly_hours",
    "catalog.resources.list_resources": "catalog.described.query_described_resources",
    "catalog.services.add_service": "catalog.described.add_described_service",
    "catalog.services.change_service": "catalog.described.change_described_service",
    "catalog.services.get_service": "catalog.described.get_described_service",
    "catalog.services.list_services": "catalog.described.query_described_services",
    "catalog.services.list_services_of": "catalog.serving.get_providers",
    "customers.find.find_doubles": "customers.find.query_customers",
    "customers.find.list_children": "customers.find.query_customers",
    "customers.find.list_customers": "customers.find.query_customers",
    "messages.about_item.draw_notice": "messages.preview.preview_message",
    "messages.about_item.find_unsendable": "messages.log.get_message",
    "messages.about_item.list_messages_about": "messages.log.list_messages",
    "messages.bounces.list_bounced_of": "messages.bounces.list_bounced",
    "messages.reach.find_reach": "messages.bounces.list_bounced",
    "messages.waiting.find_untold_change": "messages.waiting.tell_of_change",
    "messages.waiting.find_waiting_message": "messages.waiting.get_waiting_notice",
    "messages.webhooks.list_webhooks": "messages.webhooks.query_webhooks",
}
"""What the console calls -> what the API calls, which tells or does as much."""
OF_LOGINS: Mapping[str, str] = {
    "accounts.calendar_look.get_calendar_look": "a key looks at no calendar",
    "accounts.calendar_look.keep_calendar_look": "a key looks at no calendar",
    "accounts.identity_provider.change_identity_provider": "by a provider of its own a key would become an owner",
    "accounts.logins.change_password": "a key has no password",
    "accounts.logins.end_session": "a key has no session",
    "accounts.logins.keep_logged_in": "a key has no session",
    "accounts.logins.log_out": "a key has no session",
    "accounts.logins.log_out_everywhere": "a key has no session",
    "accounts.passkeys.add_passkey": "a key has no passkey",
    "accounts.passkeys.ask_for_passkey": "a key has no passkey",
    "accounts.passkeys.list_passkeys": "a key has no passkey",
    "accounts.passkeys.remove_passkey": "a key has no passkey",
    "accounts.users.get_own_user": "a key is no user",
    "customers.history.record_reads": "what keys read is counted by their limits, and looked up in the log of requests",
}
"""What people alone do -> why no program does it."""
BY_NAME = {f"{PACKAGE}{name}" for name in ACTIONS}


def actions_of(source: Source) -> Iterator[str]:
    """The actions that a file names, as `module.name`."""
    names = aliases(source.tree)
    mentions = (node for node in ast.walk(source.tree) if isinstance(node, ast.Name | ast.Attribute))
    qualified_names = {qualified(node, names) for node in mentions}
    yield from sorted(name.removeprefix(PACKAGE) for name in qualified_names if name in BY_NAME)


def called_in(room: str) -> set[str]:
    """The actions that the files of a room name."""
    return {action for source in python(HOUSE / room) for action in actions_of(source)}


def test_what_the_console_can_do_the_api_can() -> None:
    by_api = called_in("api")
    assert sorted(called_in("console") - by_api - SAME.keys() - OF_LOGINS.keys()) == []
    assert sorted(set(SAME.values()) - by_api) == []


def test_an_action_is_found_however_it_is_imported() -> None:
    texts = (
        "from kalends.actions.catalog.sites import add_site\nadd_site(ctx, patch)\n",
        "from kalends.actions.catalog.sites import add_site as add\nadd(ctx, patch)\n",
        "from kalends.actions.catalog import sites\nsites.add_site(ctx, patch)\n",
        "import kalends.actions.catalog.sites\nkalends.actions.catalog.sites.add_site(ctx, patch)\n",
    )
    assert [list(actions_of(snippet(text))) for text in texts] == [["catalog.sites.add_site"]] * len(texts)
    assert list(actions_of(snippet("from kalends.actions.context import Context\nContext()\n"))) == []
