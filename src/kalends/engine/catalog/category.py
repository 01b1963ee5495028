"""Categories, by which an account sorts its resources."""

import msgspec

from kalends.engine.limits import LONGEST_LINE, raise_if_faults, text_faults


class Category(msgspec.Struct, frozen=True):
    """A category of resources, identified by its title."""

    account_id: int
    id: int
    title: str
    revision: int = 0


def unique_title(title: str) -> str:
    """The title without surrounding white space. Raises Invalid(title: blank, invalid, too_long)."""
    title = title.strip()
    raise_if_faults(text_faults("title", title, LONGEST_LINE, required=True))
    return title
