"""Every door answers every refusal of the house and every problem of the web, each in its own form."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator

import pytest

import kalends
from tests.rules.source import HOUSE

DOORS = sorted(routes.parent.name for routes in (HOUSE / "dialects").glob("*/routes.py"))
# Where a refusal or problem may be born; migrations are programs of their own.
BIRTHPLACES = ("kalends.engine", "kalends.store", "kalends.actions", "kalends.web")


def family(root: type[Exception]) -> Iterator[type[Exception]]:
    """All that descend from the root, without it."""
    for child in root.__subclasses__():
        yield child
        yield from family(child)


def unanswered(answers: Iterable[type[Exception]], *roots: type[Exception]) -> list[str]:
    answered = set(answers)
    return sorted({child.__qualname__ for root in roots for child in family(root) if child not in answered})


def load(*rooms: str) -> None:
    """Import all modules of the rooms, so that every member of a family is known."""
    for module in pkgutil.walk_packages(kalends.__path__, "kalends."):
        if module.name.startswith(rooms) and ".migrations" not in module.name:
            importlib.import_module(module.name)


def test_there_is_a_door() -> None:
    assert DOORS != []


@pytest.mark.parametrize("door", DOORS)
def test_every_no_is_answered(door: str) -> None:
    load(*BIRTHPLACES)
    refusal = importlib.import_module("kalends.engine.refusals").Refusal
    problem = importlib.import_module("kalends.web.problems").Problem
    answers = importlib.import_module(f"kalends.dialects.{door}.errors").ANSWERS
    assert unanswered(answers, refusal, problem) == []


def test_a_missing_answer_is_found() -> None:
    class No(Exception): ...

    class Never(No): ...

    class NotNow(Never): ...

    assert unanswered({Never: 400}, No) == ["test_a_missing_answer_is_found.<locals>.NotNow"]
    assert unanswered({Never: 400, NotNow: 409}, No) == []
