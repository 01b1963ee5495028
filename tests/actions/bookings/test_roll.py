"""The roll of a class: who came and who did not."""

import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.roll import call_roll
from kalends.actions.bookings.sessions import remove_session
from kalends.engine.refusals import Invalid, NotFound, Retired
from tests.desk import made, seat, visit
from tests.world import World


async def test_the_roll_is_called_at_once(clinic: World) -> None:
    yoga = await clinic.class_of(3)
    kari, ola = [await made(clinic, seat(clinic, yoga, customer_id=who)) for who in (clinic.kari, clinic.ola)]
    seats = await call_roll(clinic.ctx(), yoga, {kari.id: "checked_in", ola.id: "no_show"})
    assert [(view.item.status, view.item.revision) for view in seats] == [("checked_in", 1), ("no_show", 1)]
    seats = await call_roll(clinic.ctx(), yoga, {kari.id: None, ola.id: "no_show"})
    assert [(view.item.status, view.item.revision) for view in seats] == [(None, 2), ("no_show", 1)]


async def test_it_is_called_as_a_whole_or_not_at_all(clinic: World) -> None:
    yoga = await clinic.class_of(3)
    kari = await made(clinic, seat(clinic, yoga))
    elsewhere = await made(clinic, visit(clinic))
    for statuses, refusal in (
        ({kari.id: "checked_in", elsewhere.id: "checked_in"}, NotFound),
        ({kari.id: "asleep"}, Invalid),
    ):
        with pytest.raises(refusal):
            await call_roll(clinic.ctx(), yoga, statuses)
    with pytest.raises(NotFound):
        await call_roll(clinic.ctx(), yoga + 10**6, {})
    assert [view.item.status for view in await call_roll(clinic.ctx(), yoga, {})] == [None]


async def test_a_seat_is_not_taken_again_in_a_class_that_is_removed(clinic: World) -> None:
    yoga = await clinic.class_of(3)
    kari = await made(clinic, seat(clinic, yoga))
    await change_item_state(clinic.ctx(), kari.id, "cancel")
    reopened = await change_item_state(clinic.ctx(), kari.id, "reopen")
    assert reopened.item.state == "confirmed"
    await remove_session(clinic.ctx(), yoga)
    with pytest.raises(Retired):
        await change_item_state(clinic.ctx(), kari.id, "reopen")
