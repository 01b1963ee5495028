"""The main menu: where a user can go from any page."""

from collections.abc import Iterator, Sequence

import msgspec

from kalends.actions.context import Context
from kalends.engine.accounts.principal import Scope


class Entry(msgspec.Struct, frozen=True):
    """A screen of the console. `text` is a key. A path with `{site}` is one of the site that the page is about.

    `scope` is what a user must be allowed for it; `everywhere`: it is not for users who are limited to sites; `of_all`:
    it is about everybody, and not for practitioners. `in_bar`: there is a link in the header too, where the screen is
    wide enough.
    """

    text: str
    path: str
    scope: Scope = "read"
    everywhere: bool = False
    of_all: bool = False
    in_bar: bool = False


class Group(msgspec.Struct, frozen=True):
    """Screens that belong together. `title` is a key."""

    title: str
    entries: tuple[Entry, ...]


GROUPS = (
    Group(
        "menu.work",
        (
            Entry("menu.day", "/sites/{site}", in_bar=True),
            Entry("menu.requests", "/sites/{site}/requests", in_bar=True),
            Entry("menu.sessions", "/sites/{site}/sessions"),
            Entry("menu.find", "/sites/{site}/find"),
            Entry("menu.conflicts", "/sites/{site}/conflicts"),
            Entry("blocks.title", "/sites/{site}/blocks"),
        ),
    ),
    Group("menu.customers", (Entry("customers.title", "/customers", in_bar=True),)),
    Group(
        "menu.office",
        (
            Entry("invoices.title", "/invoices", of_all=True, in_bar=True),
            Entry("messages.title", "/messages", "manage", everywhere=True),
        ),
    ),
    Group(
        "menu.setup",
        (
            Entry("services.list", "/services"),
            Entry("resources.list", "/resources"),
            Entry("extras.list", "/extras"),
            Entry("hours.title", "/sites/{site}/hours", of_all=True),
            Entry("sites.list", "/settings/sites"),
            Entry("custom.list", "/custom-fields", "manage"),
            Entry("sorts.title", "/sorts", "manage"),
            Entry("settings.title", "/settings", "manage", everywhere=True),
            Entry("profile.title", "/settings/business", "manage", everywhere=True),
            Entry("rules.title", "/settings/rules", "manage", everywhere=True),
            Entry("bookingpage.title", "/settings/booking-page", "manage", everywhere=True),
            Entry("users.title", "/settings/users", "administer", everywhere=True),
            Entry("openid.title", "/settings/identity-provider", "administer", everywhere=True),
            Entry("keys.title", "/settings/keys", "administer", everywhere=True),
            Entry("webhooks.title", "/webhooks", "manage", everywhere=True),
            Entry("journal.title", "/journal", "manage"),
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
        if entry.scope not in ctx.principal.scopes or (entry.everywhere and ctx.site_ids is not None):
            continue
        if entry.of_all and ctx.principal.is_practitioner:
            continue
        if site_id is not None or "{site}" not in entry.path:
            yield MenuLink(entry.text, entry.path.format(site=site_id), entry.in_bar)


def _marked(link: MenuLink, current: bool) -> MenuLink:
    return msgspec.structs.replace(link, current=current)
