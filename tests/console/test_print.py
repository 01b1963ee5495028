"""On paper: what takes place, for each resource, the week, the roll of a session, and a plan for the door without
names; nothing that can only be clicked."""

from kalends.engine.bookings.views import ItemView
from tests.acts import book_item, request
from tests.console.browsing import Visitor
from tests.console.screens import physio
from tests.world import World

TO_BE_CLICKED = """
    [...document.querySelectorAll("button, summary, select, textarea, input:not([type=radio]), a.button")]
        .filter((each) => each.checkVisibility())
        .map((each) => each.innerText || each.name)
"""


async def _print(visitor: Visitor, path: str) -> str:
    """What is to be read on paper."""
    await visitor.open(path)
    await visitor.page.emulate_media(media="print")
    assert await visitor.page.evaluate(TO_BE_CLICKED) == []
    return await visitor.text()


async def _seat(clinic: World, session_id: int) -> ItemView:
    return await book_item(clinic.ctx(), request(session_id=session_id, customer_id=clinic.ola))


async def test_what_is_printed_has_nothing_to_be_clicked(clinic: World, marit: Visitor) -> None:
    await physio(clinic)
    for view in ("day", "week", "agenda"):
        assert "Kari Nordmann" in await _print(marit, f"/sites/{clinic.site}/{view}/2027-03-01")
    assert "Kari" not in await _print(marit, f"/sites/{clinic.site}/door/2027-03-01")


async def test_the_roll_of_a_session_is_printed_to_be_called(clinic: World, marit: Visitor) -> None:
    session_id = await clinic.class_of(4)
    await _seat(clinic, session_id)
    roll = await _print(marit, f"/sites/{clinic.site}/sessions/{session_id}")
    assert [words in roll for words in ("Ola Nordmann", "No-show", "Add somebody")] == [True, True, False]
