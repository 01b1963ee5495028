"""Pages by number."""

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.dialects.kit.paging import (
    LAST,
    Paging,
    links,
    page_links,
    parse_offset_page,
    parse_page,
    parse_sized_page,
)
from kalends.dialects.kit.paths import no_suffix
from kalends.engine.query import OffsetPage
from kalends.engine.refusals import Fault
from kalends.web.door import WebRequest
from kalends.web.links import link_to, same_request
from tests.web.calls import call_with, request_of

NAMES = (("first", "first"), ("prev", "previous"), ("next", "next"), ("last", "last"))


@pytest.mark.parametrize(
    ("value", "page"),
    [(None, 1), ("", 1), ("2", 2), (3, 3), ("0", 1), ("-1", 1), ("x", 1), ("9" * 30, 1), ("٢", 1), (True, 1), ([2], 1)],
)
def test_a_page_is_asked_for(value: Any, page: int) -> None:
    assert parse_page(value, 50).page == page


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


def test_a_link_header_is_short_whatever_was_asked() -> None:
    for length, relations in ((10, 4), (900, 3), (2900, 1), (5000, 0)):
        header = links(Paging(3, 10, 60), partial("/{}?page={}".format, "x" * length), NAMES)
        assert len(header) <= 3000
        assert header.count("rel=") == relations
        assert ('rel="next"' in header) == (relations > 0)


def request_with(query: str, path: str = "/things") -> WebRequest:
    request = request_of(call_with(query))
    request.scope["path"] = path
    return request


def test_links_keep_the_question_and_say_each_parameter_once() -> None:
    request = request_with("page=2&a%5B%5D=1&a%5B%5D=%C3%A6&b=&page=3")
    assert same_request(request, {"page": 4}) == "https://here/api/things?a%5B%5D=1&a%5B%5D=%C3%A6&b=&page=4"
    assert same_request(request_with("page=1"), {}) == "https://here/api/things?page=1"


def test_links_lead_to_the_door_wherever_it_is_mounted() -> None:
    request = request_with("")
    assert link_to(request, "bookings", 7) == "https://here/api/bookings/7"
    assert link_to(request, "people", "a/b ü", q="x y") == "https://here/api/people/a%2Fb%20%C3%BC?q=x+y"


@pytest.mark.parametrize(
    ("page", "names"), [(1, ["self", "next"]), (2, ["self", "next", "previous"]), (3, ["self", "previous"])]
)
def test_a_body_links_to_its_neighbours(page: int, names: list[str]) -> None:
    shown = page_links(request_with("q=1&page=9"), Paging(page, 10, 25))
    assert list(shown) == names
    assert shown["self"] == f"https://here/api/things?q=1&page={page}&per_page=10"


@pytest.mark.parametrize(
    ("params", "page", "reasons"),
    [
        ({}, Paging(1, 50), []),
        ({"page": "2", "per_page": "100"}, Paging(2, 100), []),
        ({"page": "0", "per_page": "101"}, Paging(1, 50), ["page not_positive", "per_page out_of_range"]),
        ({"page": "x"}, Paging(1, 50), ["page not_a_number"]),
    ],
)
def test_pages_with_a_size(params: dict[str, str], page: Paging, reasons: list[str]) -> None:
    faults: list[Fault] = []
    assert parse_sized_page(params, faults, usual=50, most=100) == page
    assert [f"{fault.field} {fault.reason}" for fault in faults] == reasons


@pytest.mark.parametrize(
    ("params", "page", "reasons"),
    [
        ({}, OffsetPage(100, 0), []),
        ({"count": "0", "offset": "7"}, OffsetPage(0, 7), []),
        ({"count": "101", "offset": "-1"}, OffsetPage(100, 0), ["count out_of_range", "offset out_of_range"]),
    ],
)
def test_pages_by_offset(params: dict[str, str], page: OffsetPage, reasons: list[str]) -> None:
    faults: list[Fault] = []
    assert parse_offset_page(params, faults, limit="count", usual=100, least=0, most=100) == page
    assert [f"{fault.field} {fault.reason}" for fault in faults] == reasons


def test_a_suffix_is_not_part_of_the_path() -> None:
    paths = {
        "/bookings.json": "/bookings",
        "//bookings//7.json/": "/bookings/7",
        "/.json": "/",
        "/a.json/b": "/a.json/b",
    }
    assert {path: no_suffix(path) for path in paths} == paths
