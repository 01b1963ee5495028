"""Figures beside their bars: as a table for whoever looks, as JSON for whatever compares."""

import json
import platform
from collections.abc import Sequence
from pathlib import Path

import msgspec

RESULTS = Path(__file__).parent / "results.json"
HEAD = ("work", "figure", "unit", "against", "ratio", "bar", "")
WIDTHS = (50, 9, 4, 9, 6, 7, 4)


class Figure(msgspec.Struct, frozen=True):
    """One figure. With `against` the bar is on the ratio of both, else on the figure itself; `most` says whether the
    bar is the most it may be, or the least it must be. Without a bar it is only told."""

    work: str
    figure: float
    unit: str
    against: float | None = None
    bar: float | None = None
    most: bool = False

    @property
    def ratio(self) -> float | None:
        return None if not self.against else self.figure / self.against

    @property
    def passed(self) -> bool | None:
        measured = self.figure if self.against is None else self.ratio
        if self.bar is None or measured is None:
            return None
        return measured <= self.bar if self.most else measured >= self.bar


def show(figures: Sequence[Figure], head: bool = True) -> None:
    """Print the table, or some more of its rows."""
    for work, *cells in [*([HEAD] if head else []), *(_row(figure) for figure in figures)]:
        padded = (cell.rjust(width) for cell, width in zip(cells, WIDTHS[1:], strict=True))
        print(work.ljust(WIDTHS[0]), *padded)


def save(figures: Sequence[Figure], items: int) -> None:
    """Write them where the next ones can be compared with them."""
    told = [{**msgspec.to_builtins(one), "ratio": one.ratio, "passed": one.passed} for one in figures]
    said = {"items": items, "python": platform.python_version(), "machine": platform.machine(), "figures": told}
    RESULTS.write_text(json.dumps(said, indent=2) + "\n")


def _row(one: Figure) -> tuple[str, ...]:
    passed = {True: "PASS", False: "FAIL", None: ""}[one.passed]
    sign = "" if one.bar is None else ("<= " if one.most else ">= ") + f"{one.bar:g}"
    return one.work, _short(one.figure), one.unit, _short(one.against), _short(one.ratio), sign, passed


def _short(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
