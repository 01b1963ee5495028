"""Who is logged in."""

from collections.abc import Sequence

import msgspec

from kalends.engine.accounts.user import StaffUser
from kalends.engine.catalog.site import Site


class AccountView(msgspec.Struct, frozen=True):
    """The user; `role` is the key of a text. `sites` are the names of those that they see, empty for all."""

    name: str
    email: str
    role: str
    sites: tuple[str, ...]


def account_view(user: StaffUser, sites: Sequence[Site]) -> AccountView:
    """The user as the page shows them; `sites` are those that they see."""
    names = () if user.site_ids is None else tuple(site.name for site in sites)
    return AccountView(user.name, user.email, f"role.{user.role}", names)
