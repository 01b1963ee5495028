"""How a door says "no"."""

import pytest

from kalends.dialects.kit.answers import Answers, answering
from kalends.engine.refusals import Refusal, Stale
from kalends.web.door import Answer
from kalends.web.problems import Limited, MethodNotAllowed, Problem, Unavailable

TABLE: Answers = {
    Refusal: lambda no: Answer(400, b"no"),
    Stale: lambda no: Answer(409, no.code.encode()),
    Problem: lambda problem: Answer(500, headers=(("X-Own", "1"),)),
}
say = answering(TABLE)


def test_what_the_table_leaves_out_is_said_as_its_family() -> None:
    class Never(Refusal): ...

    assert [say(no).body for no in (Stale(), Never(), Refusal())] == [b"stale", b"no", b"no"]


@pytest.mark.parametrize(
    ("problem", "header"),
    [
        (Limited(7), [("Retry-After", "7")]),
        (Unavailable(5), [("Retry-After", "5")]),
        (MethodNotAllowed(("GET", "PUT")), [("Allow", "GET, PUT")]),
        (MethodNotAllowed(), []),
        (Problem(), []),
    ],
)
def test_what_http_has_a_header_for_stands_there_too(problem: Problem, header: list[tuple[str, str]]) -> None:
    assert list(say(problem).headers) == [("X-Own", "1"), *header]
