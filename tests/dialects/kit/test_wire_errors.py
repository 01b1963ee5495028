"""How a door answers errors."""

import pytest

from kalends.dialects.kit.error_names import ErrorNames, with_error_names
from kalends.dialects.kit.wire_errors import Answers, Translate, WireError, WireFault, always, answering
from kalends.engine.refusals import Fault, Invalid, Refusal, Stale
from kalends.notices.texts import Catalogue, Message
from kalends.web.call import Call
from kalends.web.door import Answer, WebRequest
from kalends.web.languages import account_locale, first_of, parameter
from kalends.web.problems import Limited, MethodNotAllowed, Problem, Unavailable
from tests.web.calls import call_with, request_of
from tests.world import World


def render(wire: WireError, say: Translate) -> Answer:
    faults = ",".join(f"{fault.field} {say(fault.message)}" for fault in wire.faults)
    return Answer(wire.status, (faults or say(wire.message or Message("no"))).encode(), headers=(("X-Own", "1"),))


def invalid(refusal: Invalid, names: ErrorNames) -> WireError:
    return WireError(422, faults=tuple(WireFault(names.field(fault), Message("no")) for fault in refusal.faults))


def reset(error: Exception, call: Call) -> tuple[tuple[str, str], ...]:
    at = int(call.now.timestamp()) + error.retry_after if isinstance(error, Limited) else None
    return () if at is None else (("X-RateLimit-Reset", str(at)),)


TABLE: Answers = {Refusal: always(400, "no"), Stale: always(409, "stale"), Invalid: invalid, Problem: always(500, "no")}
TEXTS = {
    "en": Catalogue({"no": ("no",), "stale": ("stale",)}, lambda n: 0),
    "de": Catalogue({"no": ("nein",), "stale": ("alt",)}, lambda n: 0),
}
answer = answering(
    TABLE,
    render,
    names=ErrorNames(),
    catalogues=TEXTS,
    language=first_of(parameter("lang"), account_locale),
    headers=reset,
)


def test_what_the_table_leaves_out_is_answered_as_its_family() -> None:
    class Never(Refusal): ...

    assert [answer(error, call_with()).body for error in (Stale(), Never(), Refusal())] == [b"stale", b"no", b"no"]


@pytest.mark.parametrize(
    ("problem", "header"),
    [
        (Limited(7), [("Retry-After", "7"), ("X-RateLimit-Reset", "1803891607")]),
        (Unavailable(5), [("Retry-After", "5")]),
        (MethodNotAllowed(("GET", "PUT")), [("Allow", "GET, PUT")]),
        (MethodNotAllowed(), []),
        (Problem(), []),
    ],
)
def test_what_http_has_a_header_for_stands_there_too(problem: Problem, header: list[tuple[str, str]]) -> None:
    assert list(answer(problem, call_with()).headers) == [("X-Own", "1"), *header]


def test_the_language_is_the_callers() -> None:
    calls = (call_with(), call_with("lang=de"), call_with("lang=xx"), call_with(locale="de-AT"))
    assert [answer(Stale(), call).body for call in calls] == [b"stale", b"alt", b"stale", b"alt"]


def test_a_language_without_texts_falls_back_to_english() -> None:
    assert answer(Stale(), call_with("lang=sk")).body == b"stale"


async def test_a_refusal_passes_unchanged_and_is_named_as_its_route_names_it(clinic: World) -> None:
    refusal = Invalid(Fault("starts_at", "blank"))

    async def refuse(request: WebRequest, ctx: object) -> Answer:
        raise refusal

    call = call_with()
    assert answer(refusal, call).body == b"starts_at no"
    with pytest.raises(Invalid) as raised:
        await with_error_names(ErrorNames({"starts_at": "from"}), refuse)(request_of(call), clinic.ctx())
    assert raised.value is refusal
    assert answer(refusal, call).body == b"from no"
