"""Every door answers every refusal of the house and every problem of the web, each in its own form."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pytest

import kalends
from kalends.engine.all_refusals import Several
from kalends.engine.refusals import Fault, Invalid
from kalends.engine.time.span import Span
from kalends.engine.time.wall_time import WallTime
from kalends.notices.texts import LANGUAGES
from kalends.web.door import Answer
from tests.rules.source import HOUSE
from tests.web.calls import call_with
from tests.world import NOW

DIALECTS = sorted(routes.parent.name for routes in (HOUSE / "dialects").glob("*/routes.py"))
DOORS = ["api", *DIALECTS]
PAGES = ["console", "page"]
# Where a refusal or problem may be born; migrations are programs of their own.
BIRTHPLACES = ("kalends.engine", "kalends.store", "kalends.actions", "kalends.web")

SAMPLES: Mapping[str, Any] = {
    "allowed": ("GET",),
    "count": 3,
    "current": b"",
    "etag": "",
    "field": "email",
    "in_the_way": [Span(NOW, NOW.replace(hour=23))],
    "maybe_kept": True,
    "most": 3,
    "part": "rrule",
    "readings": (NOW, NOW.replace(hour=23)),
    "reason": "json",
    "retry_after": 7,
    "times": [WallTime(NOW.date(), 540, NOW.date(), 600)],
    "state": "confirmed",
    "until": NOW,
    "verb": "confirm",
    "what": "resource",
    "which": 7,
}


def family(root: type[Exception]) -> Iterator[type[Exception]]:
    """All that descend from the root, without it."""
    for child in root.__subclasses__():
        yield child
        yield from family(child)


def unanswered(answers: Iterable[type[Exception]], *roots: type[Exception]) -> list[str]:
    answered = set(answers)
    return sorted({child.__qualname__ for root in roots for child in family(root) if child not in answered})


def answering(door: str) -> tuple[Iterable[type[Exception]], Callable[..., Answer]]:
    """What a door answers, and the function that does."""
    if door in PAGES:
        pages = importlib.import_module(f"kalends.{door}.errors")
        return pages.ANSWERS, pages.answer
    if door == "api":
        problem_types = importlib.import_module("kalends.api.problem_types")
        return problem_types.PROBLEMS, importlib.import_module("kalends.api.problems").answer
    errors = importlib.import_module(f"kalends.dialects.{door}.errors")
    return errors.ANSWERS, errors.answer


def load(*rooms: str) -> None:
    """Import all modules of the rooms, so that every member of a family is known."""
    for module in pkgutil.walk_packages(kalends.__path__, "kalends."):
        if module.name.startswith(rooms) and ".migrations" not in module.name:
            importlib.import_module(module.name)


def test_there_is_a_door() -> None:
    assert DIALECTS != []


@pytest.mark.parametrize("door", [*DOORS, *PAGES])
def test_every_no_is_answered(door: str) -> None:
    load(*BIRTHPLACES)
    refusal = importlib.import_module("kalends.engine.refusals").Refusal
    problem = importlib.import_module("kalends.web.problems").Problem
    answers, _ = answering(door)
    # The answer to Several is put together from those to its refusals: dialects/kit/wire_errors.py, api/problems.py.
    assert unanswered([*answers, Several], refusal, problem) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("door", [*DOORS, *PAGES])
def test_every_no_can_be_written_in_every_language(door: str, language: str) -> None:
    load(*BIRTHPLACES)
    answers, answer = answering(door)
    for kind in answers:
        answered = answer(sample(kind), call_with(accept_language=language))
        assert answered.status >= 400 or dict(answered.headers)["location"]  # a page to log in on
        assert b"{" not in answered.body.replace(b'{"', b"").replace(b"{}", b""), kind


@pytest.mark.parametrize("door", DOORS)
def test_several_nos_are_answered_with_the_faults_of_each(door: str) -> None:
    load(*BIRTHPLACES)
    _, answer = answering(door)
    blank = Invalid(Fault("zebra", "blank"))
    alone = answer(blank, call_with(accept_language="en"))
    text = next(part for part in alone.body.decode().split('"') if "zebra" in part)
    for kind in family(importlib.import_module("kalends.engine.refusals").Refusal):
        if kind is not Several:
            answered = answer(Several([sample(kind), blank]), call_with(accept_language="en"))
            assert answered.status >= 400
            assert text in answered.body.decode(), kind


def sample(kind: type[Exception]) -> Any:
    """One of its kind; what it is told goes by the names of its parameters."""
    if kind is Invalid:
        return Invalid(Fault("title", "blank"), Fault("title", "never heard of"))
    names = [name for name in inspect.signature(kind.__init__).parameters if name in SAMPLES]
    return kind(**{name: SAMPLES[name] for name in names})


def test_a_missing_answer_is_found() -> None:
    class No(Exception): ...

    class Never(No): ...

    class NotNow(Never): ...

    assert unanswered({Never: 400}, No) == ["test_a_missing_answer_is_found.<locals>.NotNow"]
    assert unanswered({Never: 400, NotNow: 409}, No) == []
