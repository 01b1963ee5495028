"""Addresses for vendors who know fewer of them."""

import re

import pytest

from kalends.dialects.kit.codecs import Unreadable
from kalends.dialects.kit.text_forms import text_like

ASCII = text_like(re.compile(r"[a-z]+@[a-z]+", re.ASCII), str.upper)


def test_what_has_the_form_is_read_and_written() -> None:
    assert ASCII.writer is not None
    assert (ASCII.read("kari@oslo", None), ASCII.writer(None)("kari@oslo")) == ("kari@oslo", "KARI@OSLO")


def test_what_has_not_is_written_as_null_and_can_not_be_read() -> None:
    assert ASCII.writer is not None
    assert ASCII.writer(None)("k\u00e4the@oslo") is None
    with pytest.raises(Unreadable, match="invalid"):
        ASCII.read("k\u00e4the@oslo", None)


@pytest.mark.parametrize("blank", [None, "", " "])
def test_a_blank_is_no_address(blank: str | None) -> None:
    assert not (ASCII.read(blank, None) or "").strip()
