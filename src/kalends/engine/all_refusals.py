"""Collects what is refused, so that a request is told all that is wrong with it at once."""

from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TypeAlias

import msgspec
from msgspec import UnsetType

from kalends.engine.refusals import Forbidden, Full, NotFound, Outdated, Refusal, Stale

_ALONE = (Forbidden, Outdated, Stale)
"""Refusals after which nothing else counts."""


Named: TypeAlias = tuple[str, Iterable[int | UnsetType | None], Container[int]]
"""Ids that a request names: (what, such as `resource`; the ids; those that are there). None and UNSET name nothing."""


class Several(Refusal):
    """The request is turned down for several reasons: `refusals` are all of them, none of which is a Several."""

    code = "several"

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(*refusals)
        self.refusals = tuple(refusals)


def all_of(refusal: Refusal) -> tuple[Refusal, ...]:
    """Each of several refusals; the refusal itself if it is one."""
    return refusal.refusals if isinstance(refusal, Several) else (refusal,)


class AllRefusals:
    """Collects the refusals of its `with` blocks. Forbidden, Outdated and Stale are raised at once.

        refusals = AllRefusals()
        with refusals:
            check_service(service)
        with refusals.of_line(2):
            check_line(line)
        refusals.raise_any()

    What is set in a block is set after it only if nothing was refused.
    """

    def __init__(self) -> None:
        self._refusals: dict[object, Refusal] = {}
        self._line: int | None = None

    def of_line(self, index: int) -> "AllRefusals":
        """These refusals, for a block about the line with this index."""
        self._line = index
        return self

    def add(self, refusal: Refusal) -> None:
        """Add one refusal, or each of several; the same one is kept once."""
        for single in all_of(refusal):
            self._refusals.setdefault((type(single), single.args, single.line), single)

    def as_one(self) -> Refusal | None:
        """The refusal if there is one, Several if there are more, else None."""
        refusals = list(self._refusals.values())
        if len(refusals) > 1:
            return Several(refusals)
        return refusals[0] if refusals else None

    def raise_any(self) -> None:
        """Raise what was refused, if anything was."""
        if refusal := self.as_one():
            raise refusal

    def __bool__(self) -> bool:
        return bool(self._refusals)

    def __enter__(self) -> None:
        """Nothing is set up."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        line, self._line = self._line, None
        if not isinstance(error, Refusal) or isinstance(error, _ALONE):
            return False
        if line is not None:
            for refusal in all_of(error):
                refusal.line = line
        self.add(error)
        return True


@contextmanager
def of_line(index: int | None) -> Iterator[None]:
    """Say of a refusal of the block that it is about this line; what it says of a line is about the only one there."""
    try:
        yield
    except Refusal as refusal:
        for single in all_of(refusal):
            single.line = index
            if isinstance(single, Full) and index is not None:
                single.lines = tuple(msgspec.structs.replace(line, line=index) for line in single.lines)
        raise


def check_found(*named: Named) -> None:
    """Whether all that is named is there.

    Raises NotFound(`what`) for each that is not.
    """
    refusals = AllRefusals()
    for what, ids, present in named:
        for which in ids:
            if isinstance(which, int) and which not in present:
                refusals.add(NotFound(what, which))
    refusals.raise_any()
