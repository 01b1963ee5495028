"""What is around every page: whose account it is, the sites, the user."""

from collections.abc import Sequence

import msgspec

from kalends.actions.context import Context
from kalends.engine.catalog.site import Site


class Link(msgspec.Struct, frozen=True):
    """A link to a path below the console; `current`: it is the page that is shown, or what that is about."""

    text: str
    path: str
    current: bool = False


class Frame(msgspec.Struct, frozen=True):
    """The header of a page. `site` is the name of the site that it is about, "" if it is about none."""

    account: str
    user: str
    site: str
    sites: tuple[Link, ...]


def frame_of(ctx: Context, sites: Sequence[Site], site: Site | None = None) -> Frame:
    """The frame for the caller, who sees these sites, on a page about one of them."""
    links = [Link(each.name, f"/sites/{each.id}", site is not None and each.id == site.id) for each in sites]
    return Frame(ctx.account.name, ctx.principal.name, site.name if site else "", tuple(links))
