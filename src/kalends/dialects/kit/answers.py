"""How a door says "no": by its own table, in which `tests/rules` looks for every refusal and problem there is."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from kalends.engine.refusals import Refusal, TooManyAttempts
from kalends.web.door import Answer
from kalends.web.problems import Limited, MethodNotAllowed, Problem, Unavailable

Answers: TypeAlias = Mapping[type[Exception], Callable[[Any], Answer]]


def answering(answers: Answers) -> Callable[[Exception], Answer]:
    """What says any refusal or problem as the table has it; one that it does not have, as the family.

    When to try again, and with which methods, stands in the headers that HTTP has for it. Source: RFC 9110, 10.2.
    """

    def answer(error: Exception) -> Answer:
        say = answers.get(type(error)) or answers[Refusal if isinstance(error, Refusal) else Problem]
        said, headers = say(error), _headers(error)
        return msgspec.structs.replace(said, headers=said.headers + headers) if headers else said

    return answer


def _headers(error: Exception) -> tuple[tuple[str, str], ...]:
    match error:
        case Limited() | Unavailable() | TooManyAttempts():
            return (("Retry-After", str(error.retry_after)),)
        case MethodNotAllowed() if error.allowed:
            return (("Allow", ", ".join(error.allowed)),)
    return ()
