"""People at a terminal read sentences, never codes."""

import ast

import pytest

from kalends.cli.faults import FAULTS
from kalends.engine.all_refusals import Several
from kalends.engine.conflict import Conflict, InTheWay
from kalends.engine.refusals import Duplicate, Fault, Full, InUse, Invalid, NotFound, Refusal
from kalends.engine.time.span import Span
from kalends.notices.sentences import REASONS, SENTENCES, fault_sentences, sentence
from tests.rules.source import HOUSE, Source, python, snippet
from tests.rules.test_answers import family, load
from tests.world import NOW

DAY = f"{NOW:%Y-%m-%d}"
NINE_TO_TEN = Span(NOW.replace(hour=9, minute=0), NOW.replace(hour=10, minute=0))


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        (NotFound("customer_group", "Clubs"), "There is no customer group Clubs."),
        (NotFound("site"), "There is no site."),
        (Several([NotFound("booking", 7), NotFound("booking", 9)]), "There is no booking 7. There is no booking 9."),
        (Duplicate("email"), "Another one has this e-mail address already."),
        (
            Invalid(Fault("time_zone", "unknown"), Fault("resource_id", "blank")),
            "Time zone is not known; resource is missing.",
        ),
        (Invalid(Fault("first", "blank"), Fault("until", "blank")), FAULTS["first", "blank"]),
        (
            Invalid(Fault("text", "too_long"), Fault("kind", "cancelled"), Fault("reference", "too_long")),
            "Text is too long; reference is too long. It is cancelled already.",
        ),
        (InUse("resource", 3, NOW), f"The resource is needed until {NOW:%Y-%m-%d}: 3 are booked."),
        (
            Full("resource", 7, conflicts=[Conflict("resource", 7, (InTheWay(NINE_TO_TEN),))], count=2),
            f"Too little is left of resource 7: {DAY} 09:00 to 10:00 (UTC) is taken. There is 1 more conflict.",
        ),
    ],
)
def test_a_refusal_reads_as_a_sentence(refusal: Refusal, text: str) -> None:
    assert sentence(refusal, FAULTS) == text


def test_every_refusal_has_a_sentence() -> None:
    load("kalends.engine", "kalends.store", "kalends.actions")
    assert set(family(Refusal)) == {*SENTENCES, Invalid, Several}


def test_what_is_missing_is_a_sentence_for_each_fault() -> None:
    faults = [Fault("title", "blank"), Fault("issuer.name", "blank"), Fault("title", "blank")]
    assert fault_sentences(faults, FAULTS) == ["Title is missing.", FAULTS["issuer.name", "blank"]]


def reasons(source: Source) -> set[str]:
    """The reasons of faults that are written out in a call of Fault."""
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    named = [call.args[1] for call in calls if getattr(call.func, "id", "") == "Fault" and len(call.args) > 1]
    return {str(arg.value) for arg in named if isinstance(arg, ast.Constant)}


def test_every_reason_has_words() -> None:
    below_the_doors = [f"kalends/{floor}/" for floor in ("engine", "store", "actions")]
    every = [source for source in python(HOUSE) if source.path.startswith(tuple(below_the_doors))]
    assert set().union(*map(reasons, every)) - set(REASONS) == set()


def test_a_reason_is_found() -> None:
    assert reasons(snippet("raise Invalid(Fault('title', 'blank'), Fault(name, reason))")) == {"blank"}
