"""Rows of a label and what is to be said of it."""

import msgspec


class Fact(msgspec.Struct, frozen=True):
    """`label` is the key of a text; `text` may have several lines. `link` is an address such as `tel:+4722334455`,
    `path` one below the console; "" for what leads nowhere."""

    label: str
    text: str
    link: str = ""
    path: str = ""


def facts_of(*facts: Fact) -> tuple[Fact, ...]:
    """Those that say something."""
    return tuple(fact for fact in facts if fact.text)
