"""The main menu: where a user can go from any page."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from kalends.actions.access import may
from kalends.actions.accounts.booking_page import change_booking_page
from kalends.actions.accounts.identity_provider import change_identity_provider
from kalends.actions.accounts.keys import list_keys
from kalends.actions.accounts.profile import change_profile
from kalends.actions.accounts.settings import change_settings
from kalends.actions.accounts.users import list_users
from kalends.actions.availability.exceptions import query_exceptions
from kalends.actions.billing.query import query_invoices
from kalends.actions.bookings.calendar import get_calendar
from kalends.actions.bookings.conflicts import has_conflicts
from kalends.actions.bookings.search import search_items
from kalends.actions.bookings.sessions import list_sessions
from kalends.actions.bookings.starts import next_starts
from kalends.actions.catalog.add_ons import list_linked_add_ons
from kalends.actions.catalog.custom_fields import add_field
from kalends.actions.catalog.prices import add_group
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import list_services
from kalends.actions.catalog.sites import list_sites
from kalends.actions.changes import query_journal
from kalends.actions.context import Context
from kalends.actions.customers.find import query_customers
from kalends.actions.messages.log import list_messages
from kalends.actions.messages.webhooks import add_webhook


class Entry(msgspec.Struct, frozen=True):
    """A screen of the console. `text` is a key. A path with `{site}` is one of the site that the page is about.

    `action` is what the screen is for: it is shown to whoever may call that. `in_bar`: there is a link in the header
    too, where the screen is wide enough.
    """

    text: str
    path: str
    action: Callable[..., Any]
    in_bar: bool = False


class Group(msgspec.Struct, frozen=True):
    """Screens that belong together. `title` is a key."""

    title: str
    entries: tuple[Entry, ...]


GROUPS = (
    Group(
        "menu.work",
        (
            Entry("menu.day", "/sites/{site}", get_calendar, in_bar=True),
            Entry("menu.requests", "/sites/{site}/requests", search_items, in_bar=True),
            Entry("menu.sessions", "/sites/{site}/sessions", list_sessions),
            Entry("menu.find", "/sites/{site}/find", next_starts),
            Entry("menu.conflicts", "/sites/{site}/conflicts", has_conflicts),
            Entry("blocks.title", "/sites/{site}/blocks", search_items),
        ),
    ),
    Group("menu.customers", (Entry("customers.title", "/customers", query_customers, in_bar=True),)),
    Group(
        "menu.office",
        (
            Entry("invoices.title", "/invoices", query_invoices, in_bar=True),
            Entry("messages.title", "/messages", list_messages),
        ),
    ),
    Group(
        "menu.setup",
        (
            Entry("services.list", "/services", list_services),
            Entry("resources.list", "/resources", list_resources),
            Entry("extras.list", "/extras", list_linked_add_ons),
            Entry("hours.title", "/sites/{site}/hours", query_exceptions),
            Entry("sites.list", "/settings/sites", list_sites),
            Entry("custom.list", "/custom-fields", add_field),
            Entry("sorts.title", "/sorts", add_group),
            Entry("settings.title", "/settings", change_settings),
            Entry("profile.title", "/settings/business", change_profile),
            Entry("rules.title", "/settings/rules", change_settings),
            Entry("bookingpage.title", "/settings/booking-page", change_booking_page),
            Entry("users.title", "/settings/users", list_users),
            Entry("openid.title", "/settings/identity-provider", change_identity_provider),
            Entry("keys.title", "/settings/keys", list_keys),
            Entry("webhooks.title", "/webhooks", add_webhook),
            Entry("journal.title", "/journal", query_journal),
        ),
    ),
)
"""The screens in the order of the menu. Whoever makes a screen adds it here."""


class MenuLink(msgspec.Struct, frozen=True):
    """A link of the menu. `text` is a key; `current`: it is to the page that is shown, or to what that is part of."""

    text: str
    path: str
    in_bar: bool
    current: bool = False


class MenuGroup(msgspec.Struct, frozen=True):
    """Links that belong together. `title` is a key."""

    title: str
    links: tuple[MenuLink, ...]


def menu_of(ctx: Context, site_id: int | None) -> tuple[MenuGroup, ...]:
    """The screens that the caller may see; those of a site are of this one, and left out if there is none."""
    groups = (MenuGroup(group.title, tuple(_links(ctx, group.entries, site_id))) for group in GROUPS)
    return tuple(group for group in groups if group.links)


def with_current(menu: Sequence[MenuGroup], path: str) -> tuple[MenuGroup, ...]:
    """The menu with the link marked that leads to this path, or to the nearest page above it."""
    above = [link.path for group in menu for link in group.links if f"{path}/".startswith(f"{link.path}/")]
    current = max(above, key=len, default=None)
    return tuple(
        MenuGroup(group.title, tuple(_marked(link, link.path == current) for link in group.links)) for group in menu
    )


def _links(ctx: Context, entries: Sequence[Entry], site_id: int | None) -> Iterator[MenuLink]:
    for entry in entries:
        if may(ctx, entry.action) and (site_id is not None or "{site}" not in entry.path):
            yield MenuLink(entry.text, entry.path.format(site=site_id), entry.in_bar)


def _marked(link: MenuLink, current: bool) -> MenuLink:
    return msgspec.structs.replace(link, current=current)
