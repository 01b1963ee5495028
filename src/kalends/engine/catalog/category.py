"""Categories: the sorts of resources that an account has."""

import msgspec

from kalends.engine.limits import LONGEST_LINE, refuse, text_faults


class Category(msgspec.Struct, frozen=True):
    """A sort of resources, known by its title."""

    account_id: int
    id: int
    title: str


def unique_title(title: str) -> str:
    """The title, without space around it, of something that is known by it. Raises Invalid(title: blank, invalid or
    too_long)."""
    title = title.strip()
    refuse(text_faults("title", title, LONGEST_LINE, required=True))
    return title
