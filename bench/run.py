"""One run of the benchmark: where it happens, and what was found so far."""

import sys
from pathlib import Path

import msgspec

from bench.fill import FIRST_DAY
from bench.report import Figure, show

YEAR = 365 * 86400
CREATED_FROM = int(FIRST_DAY.timestamp()) + 20 * YEAR


class Bench(msgspec.Struct):
    """One run: where, how long each load lasts, with how many web processes, and what was found so far."""

    data: Path
    url: str
    seconds: int
    workers: int
    figures: list[Figure] = []
    runs: int = 0

    def add(self, *figures: Figure) -> None:
        """Keep figures, and show them as they come."""
        self.figures.extend(figures)
        show(figures, head=len(self.figures) == len(figures))
        sys.stdout.flush()

    def base(self) -> int:
        """From when on a run may book: each has two years of its own."""
        self.runs += 1
        return CREATED_FROM + self.runs * 2 * YEAR
