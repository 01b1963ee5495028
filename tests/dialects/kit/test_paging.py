"""Pages by number."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.dialects.kit.paging import LAST, LONGEST_LINKS, Paging, links, parse_page, without_page
from kalends.dialects.kit.paths import no_suffix

NAMES = (("first", "first"), ("prev", "previous"), ("next", "next"), ("last", "last"))


@pytest.mark.parametrize(
    ("asked", "page"),
    [(None, 1), ("", 1), ("2", 2), (3, 3), ("0", 1), ("-1", 1), ("x", 1), ("9" * 30, 1), ("٢", 1), (True, 1), ([2], 1)],
)
def test_a_page_is_asked_for(asked: Any, page: int) -> None:
    assert parse_page(asked, 50).page == page


def test_no_page_is_too_far() -> None:
    assert parse_page("9999999999", 750).page == LAST


@given(st.integers(1, 50), st.integers(1, 10), st.integers(0, 200))
def test_links_lead_to_pages_that_are_there(page: int, size: int, total: int) -> None:
    paging = Paging(page, size, total)
    shown = links(paging, lambda number: f"/{number}", NAMES)
    numbers = [int(part[2 : part.index(">")]) for part in shown.split(", ")]
    assert all(1 <= number <= paging.pages for number in numbers)
    assert ('rel="next"' in shown) == (paging.offset + size < total)
    assert ('rel="prev"' in shown) == (page > 1)


def test_links_are_short_enough_for_proxies() -> None:
    def shown(length: int) -> list[str]:
        header = links(Paging(2, 10, 50), lambda number: "x" * length, NAMES)
        assert len(header) <= LONGEST_LINKS
        return [part.partition('rel="')[2].rstrip('"') for part in header.split(", ") if part]

    assert [shown(length) for length in (700, 900, 1400, 2900, 4000)] == [
        ["first", "prev", "next", "last"],
        ["prev", "next", "last"],
        ["prev", "next"],
        ["next"],
        [],
    ]


def test_links_keep_the_question() -> None:
    assert without_page("page=2&a%5B%5D=1&a%5B%5D=%C3%A6&b=") == "a%5B%5D=1&a%5B%5D=%C3%A6&b=&"
    assert without_page("page=1") == ""


def test_a_suffix_is_not_part_of_the_path() -> None:
    paths = {
        "/bookings.json": "/bookings",
        "//bookings//7.json/": "/bookings/7",
        "/.json": "/",
        "/a.json/b": "/a.json/b",
    }
    assert {path: no_suffix(path) for path in paths} == paths
