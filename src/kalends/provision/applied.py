"""What became of each thing that a description names."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from kalends.engine.refusals import Invalid
from kalends.provision.description import Misdescribed


class Applied(msgspec.Struct):
    """By name such as `resource Hall / Left`, in the order of the description: made, changed or left; and the secrets
    of the keys that were made."""

    outcomes: dict[str, str] = {}
    keys: dict[str, str] = {}

    def note(self, name: str, present: object, wanted: object) -> None:
        """It was `present` (None: it was not there) and is as `wanted` from now on."""
        if present is None:
            self.make(name)
        elif present != wanted:
            self.change(name)
        else:
            self.leave(name)

    def make(self, name: str) -> None:
        """There was none."""
        self.outcomes[name] = "made"

    def change(self, name: str) -> None:
        """It was otherwise; what was made in the same run stays made."""
        if self.outcomes.get(name) != "made":
            self.outcomes[name] = "changed"

    def leave(self, name: str) -> None:
        """It is as described; unless something else about it was not."""
        self.outcomes.setdefault(name, "left")

    def named(self, outcome: str) -> list[str]:
        """The names of all that was made, changed or left."""
        return [name for name, became in self.outcomes.items() if became == outcome]


@contextmanager
def error_context(name: str) -> Iterator[None]:
    """What is wrong inside the block is wrong with the thing of that name."""
    try:
        yield
    except Misdescribed as error:
        raise Misdescribed(f"{name}: {error}") from error
    except Invalid as refused:
        faults = ", ".join(f"{fault.field} is {fault.reason.replace('_', ' ')}" for fault in refused.faults)
        raise Misdescribed(f"{name}: {faults}") from refused
