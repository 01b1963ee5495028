"""All that is refused is told at once, each with the line that it is about, and none twice."""

import pytest

from kalends.engine.all_refusals import AllRefusals, Several, check_found
from kalends.engine.refusals import Fault, Forbidden, Invalid, NotFound, Refusal, Stale

BLANK = Invalid(Fault("title", "blank"))


def test_nothing_is_raised_if_nothing_was_refused() -> None:
    refusals = AllRefusals()
    with refusals:
        pass
    refusals.raise_any()
    assert not refusals


def test_one_refusal_is_raised_as_it_is() -> None:
    refusals = AllRefusals()
    with refusals:
        raise BLANK
    refusals.add(Invalid(Fault("title", "blank")))
    with pytest.raises(Invalid) as refused:
        refusals.raise_any()
    assert refused.value is BLANK


def test_several_refusals_are_raised_together_with_their_lines() -> None:
    refusals, inner = AllRefusals(), AllRefusals()
    inner.add(NotFound("session", 7))
    inner.add(NotFound("customer", 7))
    with refusals:
        raise BLANK
    with refusals.of_line(2):
        inner.raise_any()
    with refusals, pytest.raises(KeyError):
        raise KeyError
    with pytest.raises(Several) as refused:
        refusals.raise_any()
    assert [(type(refusal), refusal.line) for refusal in refused.value.refusals] == [
        (Invalid, None),
        (NotFound, 2),
        (NotFound, 2),
    ]


@pytest.mark.parametrize("alone", [Forbidden(), Stale()])
def test_after_some_nothing_else_counts(alone: Refusal) -> None:
    refusals = AllRefusals()
    refusals.add(BLANK)
    with pytest.raises(type(alone)), refusals:
        raise alone


def test_each_id_of_nothing_is_told() -> None:
    with pytest.raises(Several) as refused:
        check_found(("resource", [1, 2, None, 3], {1}), ("site", [4], {}))
    assert [(no.what, no.which) for no in refused.value.refusals if isinstance(no, NotFound)] == [
        ("resource", 2),
        ("resource", 3),
        ("site", 4),
    ]
    check_found(("resource", [1, None], {1}))
