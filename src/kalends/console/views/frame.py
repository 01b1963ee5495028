"""What is around every page: whose account it is, the sites, the menu, the user."""

from collections.abc import Sequence

import msgspec

from kalends.actions.context import Context
from kalends.console.views.menu import MenuGroup, menu_of
from kalends.engine.catalog.site import Site


class Link(msgspec.Struct, frozen=True):
    """A link to a path below the console; `current`: it is the page that is shown, or what that is about."""

    text: str
    path: str
    current: bool = False


class Frame(msgspec.Struct, frozen=True):
    """The header of a page. `site` is the name of the site that it is about, "" if it is about none.

    `menu` leads to screens of this site, or else of the first one.
    """

    account: str
    user: str
    site: str
    sites: tuple[Link, ...]
    menu: tuple[MenuGroup, ...]


def frame_of(ctx: Context, sites: Sequence[Site], site: Site | None = None) -> Frame:
    """The frame for the caller, who sees these sites, on a page about one of them."""
    links = [Link(each.name, f"/sites/{each.id}", site is not None and each.id == site.id) for each in sites]
    menu_site = site or next(iter(sites), None)
    menu = menu_of(ctx, menu_site.id if menu_site else None)
    return Frame(ctx.account.name, ctx.principal.name, site.name if site else "", tuple(links), menu)
