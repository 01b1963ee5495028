"""Lists as tables: their columns and rows as a template gets them, and the pages of long ones."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias
from urllib.parse import urlencode

import msgspec

from kalends.console.views.item_look import Look
from kalends.engine.query import OffsetPage, numbered_page
from kalends.notices.texts import Message

Text: TypeAlias = str | Message
"""A text as it is, or a message in the language of the page."""
Tone = Literal["", "good", "waiting", "done", "wrong"]
PAGE_SIZE = 50
_MOST_PAGES = 10_000


class Cell(msgspec.Struct, frozen=True):
    """What stands in one field of a table, and below it, smaller, a hint. With a tone it is a state: a coloured chip
    with a sign; with a look that of an item, as in the calendar."""

    text: Text = ""
    hint: Text = ""
    tone: Tone = ""
    number: bool = False
    look: Look | None = None


class Row(msgspec.Struct, frozen=True):
    """A row, whose first cell is a link to `path`, or just a name without one."""

    cells: tuple[Cell, ...]
    path: str = ""


class Table(msgspec.Struct, frozen=True):
    """A table. `title`, `columns` and `empty`, which is said where there are no rows, are keys of texts."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    empty: str

    def linked(self, to_all: bool) -> "Table":
        """The table with the links of its rows, or without them for who may not open what they lead to."""
        rows = self.rows if to_all else tuple(Row(row.cells) for row in self.rows)
        return msgspec.structs.replace(self, rows=rows)


class Pager(msgspec.Struct, frozen=True):
    """Which rows of a long list are shown, and the paths of the pages before and after; "" if there is none."""

    shown: Message | None = None
    before: str = ""
    after: str = ""


class Choice(msgspec.Struct, frozen=True):
    """One of several lists that a page can show. `text` is a key."""

    text: str
    path: str
    current: bool


def page_number(sent: str) -> int:
    """The number of the page that was asked for, from 1 on."""
    return max(1, min(int(sent), _MOST_PAGES)) if sent.isascii() and sent.isdecimal() and len(sent) < 9 else 1


def page_of(number: int) -> OffsetPage:
    """The rows of the page with this number."""
    return numbered_page(number, PAGE_SIZE)


def pager_of(path: str, number: int, total: int, **query: str) -> Pager:
    """The links around a numbered page of so many rows in all; `query` is what else the list was asked for."""
    if total <= PAGE_SIZE and number == 1:
        return Pager()
    first = (number - 1) * PAGE_SIZE + 1
    last = min(number * PAGE_SIZE, total)
    shown = Message("list.shown", {"first": min(first, total), "last": last, "total": total})
    before = _page_path(path, number - 1, query) if number > 1 else ""
    return Pager(shown, before, _page_path(path, number + 1, query) if last < total else "")


def older(path: str, last: str, query: Mapping[str, str], *, newest: bool) -> Pager:
    """The links around a part of a list without a number of pages: to what is older than `last`, if there is anything,
    and to the newest unless this part is that."""
    kept = {name: value for name, value in query.items() if value}
    start = f"{path}?{urlencode(kept)}" if kept else path
    return Pager(before="" if newest else start, after=f"{path}?{urlencode(kept | {'before': last})}" if last else "")


def choices_of(path: str, name: str, current: str, texts: Sequence[tuple[str, str]]) -> tuple[Choice, ...]:
    """Links to the lists that a page can show, by the values of a parameter; "" is the usual one."""
    return tuple(
        Choice(text, f"{path}?{urlencode({name: value})}" if value else path, value == current) for value, text in texts
    )


def _page_path(path: str, number: int, query: dict[str, str]) -> str:
    return f"{path}?{urlencode({name: value for name, value in query.items() if value} | {'page': number})}"
