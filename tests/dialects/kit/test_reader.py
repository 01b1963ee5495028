"""Reading a request."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import WireContext
from kalends.dialects.kit.fields import Field, PassThrough
from kalends.dialects.kit.reader import Reader, parse_id
from kalends.engine.refusals import Fault, Invalid, NotFound
from tests.world import NOW

SIZE, COLOUR = Field("size", "units", codecs.number(1)), PassThrough("colour", codecs.text())
CTX: Any = WireContext(ZoneInfo("Europe/Oslo"), NOW)


@pytest.mark.parametrize("text", ["", "x", "-1", "1.0", "७", str(2**53), str(2**63), "9" * 5000])
def test_what_is_nobodys_id(text: str) -> None:
    assert (parse_id("007", "item"), parse_id(str(2**53 - 1), "item")) == (7, 2**53 - 1)
    with pytest.raises(NotFound):
        parse_id(text, "item")


def test_fields_are_read_of_the_request_or_of_an_object_in_it() -> None:
    reader = Reader(CTX, {"size": "2", "colour": "red"})
    assert [reader.fields((SIZE,), sent) for sent in (None, {"size": 3}, {})] == [{"units": 2}, {"units": 3}, {}]
    assert reader.details("toy", (COLOUR,)) == {"details": {"toy": {"colour": "red"}}}
    assert reader.details("toy", (COLOUR,), {}) == {}
    assert reader.only((SIZE,)) == {"units": 2}


@pytest.mark.parametrize(("sent", "reason"), [({}, "blank"), ({"size": None}, "blank"), ({"size": 0}, "not_positive")])
def test_what_must_be_sent_has_one_fault(sent: dict[str, Any], reason: str) -> None:
    reader = Reader(CTX, sent)
    assert reader.required(SIZE) is None
    with pytest.raises(Invalid) as no:
        reader.done()
    assert no.value.faults == (Fault("units", reason),)
