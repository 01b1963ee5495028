"""The result of applying a description: what was made, changed or left, and the error context of each entry."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from kalends.engine.refusals import Invalid
from kalends.notices.sentences import REASONS
from kalends.provision.description import InvalidDescription


class Applied(msgspec.Struct):
    """The outcome (made, changed, left) of each entry by name, such as `resource Hall / Left`; and secrets of new keys.

    Outcomes are in the order of the description; `keys` holds secrets by name of the entry.
    """

    outcomes: dict[str, str] = {}
    keys: dict[str, str] = {}

    def note(self, name: str, before: object, after: object) -> None:
        """Record the outcome of an entry that was `before` (None: it did not exist) and is `after` now."""
        if before is None:
            self.make(name)
        elif before != after:
            self.change(name)
        else:
            self.leave(name)

    def make(self, name: str) -> None:
        """Record that the entry was made."""
        self.outcomes[name] = "made"

    def change(self, name: str) -> None:
        """Record that the entry was changed; one that was made in the same run stays `made`."""
        if self.outcomes.get(name) != "made":
            self.outcomes[name] = "changed"

    def leave(self, name: str) -> None:
        """Record that the entry was as described already, unless it has another outcome."""
        self.outcomes.setdefault(name, "left")

    def named(self, outcome: str) -> list[str]:
        """Return the names of all entries with this outcome: made, changed or left."""
        return [name for name, entry_outcome in self.outcomes.items() if entry_outcome == outcome]


@contextmanager
def error_context(name: str) -> Iterator[None]:
    """Raise InvalidDescription with the entry's name in front, for InvalidDescription and Invalid inside the block."""
    try:
        yield
    except InvalidDescription as error:
        raise InvalidDescription(f"{name}: {error}") from error
    except Invalid as invalid:
        faults = ", ".join(f"{fault.field} {REASONS[fault.reason]}" for fault in invalid.faults)
        raise InvalidDescription(f"{name}: {faults}") from invalid
