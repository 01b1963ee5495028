"""Why not then? All reasons through the API, in the words of the problems that a booking would be refused with."""

from typing import Any

import httpx

from kalends.actions.catalog.services import change_service
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.service import ServicePatch
from tests.acts import book_item, request
from tests.desk import HOUR, SOON, made, visit
from tests.world import World

ELEVEN = "2027-03-01T11:00:00"


async def explained(api: httpx.AsyncClient, **params: Any) -> Any:
    answer = await api.get("/availability/explain", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def codes(explanation: Any) -> list[list[str]]:
    return [[reason["code"] for reason in option["reasons"]] for option in explanation["options"]]


async def test_a_free_time_is_bookable_and_offered(api: httpx.AsyncClient, clinic: World) -> None:
    free = await explained(api, service=f"svc_{clinic.massage}", at=ELEVEN)
    assert (free["bookable"], free["offered"], codes(free), free["nearest"]) == (True, True, [[], []], [])
    assert free["options"][0] == {
        "resource": f"res_{clinic.ada}",
        "session": None,
        "also": [],
        "from": "2027-03-01T11:00:00+01:00",
        "to": "2027-03-01T12:00:00+01:00",
        "time_zone": "Europe/Oslo",
        "bookable": True,
        "offered": True,
        "reasons": [],
    }


async def test_what_is_in_the_way_is_named_with_the_nearest_free_times(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    taken = await explained(api, service=f"svc_{clinic.massage}", resource=f"res_{clinic.ada}", at=ELEVEN)
    assert (taken["bookable"], codes(taken)) == (False, [["taken"]])
    (conflict,) = taken["options"][0]["reasons"][0]["conflicts"]
    assert (conflict["item"], conflict["from"]) == (f"item_{item.id}", "2027-03-01T11:00:00+01:00")
    assert [time["from"][11:16] for time in taken["nearest"]] == ["12:00", "13:00", "14:00"]


async def test_extras_are_in_the_way_as_well(api: httpx.AsyncClient, clinic: World) -> None:
    asked = {"service": f"svc_{clinic.massage}", "resource": f"res_{clinic.ada}", "at": ELEVEN}
    projector = f"res_{clinic.projectors}"
    await made(clinic, visit(clinic, resource_id=clinic.bo, extras=(Extra(2, resource_id=clinic.projectors),)))
    one = await explained(api, **asked, extra_resource=[projector])
    assert (one["bookable"], codes(one)) == (True, [[]])
    two = await explained(api, **asked, extra_resource=[projector] * 2)
    assert (two["bookable"], codes(two)) == (False, [["taken"]])


async def test_an_extra_that_does_not_go_with_it_is_named_as_it_was_sent(api: httpx.AsyncClient, clinic: World) -> None:
    asked = {"service": f"svc_{clinic.massage}", "resource": f"res_{clinic.ada}", "at": ELEVEN}
    for name, extra in (("extra_resource", f"res_{clinic.bo}"), ("extra_service", f"svc_{clinic.physio}")):
        (reason,) = (await explained(api, **asked, **{name: [extra]}))["options"][0]["reasons"]
        assert [(each["parameter"], each["code"]) for each in reason["errors"]] == [(name, "not_served")]


async def test_all_reasons_are_given(api: httpx.AsyncClient, clinic: World) -> None:
    await change_service(clinic.ctx(), clinic.massage, ServicePatch(notice=24 * 60))
    await made(clinic, visit(clinic, starts_at=SOON + 4.5 * HOUR))
    late = {"service": f"svc_{clinic.massage}", "at": "2027-03-01T15:30:00"}
    assert codes(await explained(api, **late)) == [["too-soon", "closed", "taken"], ["too-soon", "closed"]]
    assert codes(await explained(api, **late, public="false")) == [["taken"], []]


async def test_off_the_steps_it_can_be_booked_but_is_not_offered(api: httpx.AsyncClient, clinic: World) -> None:
    odd = await explained(api, service=f"svc_{clinic.massage}", resource=f"res_{clinic.ada}", at="2027-03-01T11:15:00")
    assert (odd["bookable"], odd["offered"], codes(odd)) == (True, False, [["off-step"]])


async def test_each_resource_that_is_named_is_an_option(api: httpx.AsyncClient, clinic: World) -> None:
    named = f"res_{clinic.ada},res_{clinic.hall}"
    both = await explained(api, service=f"svc_{clinic.massage}", resource=named, at=ELEVEN, units=2)
    assert codes(both) == [["too-many"], ["too-many", "not-served"]]
    assert both["options"][1]["resource"] == f"res_{clinic.hall}"
    free = await explained(api, resource=f"res_{clinic.hall}", at=ELEVEN, to="2027-03-01T13:00:00")
    assert (free["bookable"], free["options"][0]["to"]) == (True, "2027-03-01T13:00:00+01:00")


async def test_seats_of_a_session(api: httpx.AsyncClient, clinic: World) -> None:
    session_id = await clinic.class_of(1, SOON)
    other = await clinic.class_of(1, SOON + HOUR)
    free = await explained(api, session=f"ses_{session_id}")
    assert (free["bookable"], free["options"][0]["session"]) == (True, f"ses_{session_id}")
    await book_item(clinic.ctx(), request(session_id=session_id, customer_id=clinic.kari))
    full = await explained(api, session=f"ses_{session_id}")
    assert (codes(full), [time["session"] for time in full["nearest"]]) == ([["taken"]], [f"ses_{other}"])


async def test_what_is_taken_as_well_must_be_free_too(api: httpx.AsyncClient, clinic: World) -> None:
    params = {"service": f"svc_{clinic.massage}", "resource": f"res_{clinic.ada}", "also": f"res_{clinic.hall}"}
    assert (await explained(api, **params, at=ELEVEN))["bookable"]
    await book_item(clinic.ctx(), request(resource_id=clinic.hall, starts_at=SOON, ends_at=SOON + HOUR))
    taken = await explained(api, **params, at=ELEVEN)
    assert (taken["bookable"], codes(taken)) == (False, [["taken"]])


async def test_reasons_are_in_the_language_of_the_caller(api: httpx.AsyncClient, clinic: World) -> None:
    params = {"service": f"svc_{clinic.massage}", "at": "2027-03-01T23:00:00"}
    texts = set()
    for language in ("en", "de", "nb"):
        answer = await api.get("/availability/explain", params=params, headers={"accept-language": language})
        texts.add(answer.json()["options"][0]["reasons"][0]["detail"])
    assert len(texts) == 3


async def test_what_is_asked_wrong_is_a_fault_of_its_parameter(api: httpx.AsyncClient, clinic: World) -> None:
    async def faults(**params: Any) -> set[tuple[str, str]]:
        answer = await api.get("/availability/explain", params=params)
        assert answer.status_code == 422, answer.text
        return {(fault["parameter"], fault["code"]) for fault in answer.json()["errors"]}

    assert await faults(at="soon") == {("at", "invalid")}
    assert await faults(at=ELEVEN) == {("to", "blank"), ("resource", "blank")}
    assert await faults(service=f"svc_{clinic.massage}") == {("at", "blank")}
    assert await faults(session="ses_999999") == {("session", "unknown")}
    assert await faults(at=ELEVEN, service="svc_999999") == {("service", "unknown")}
    assert await faults(at=ELEVEN, to="2027-03-01T10:00:00", resource=f"res_{clinic.ada}") == {("to", "before_start")}
