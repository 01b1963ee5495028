"""Services ask whoever books them: on the form, checked with all the rest, and kept with the booking."""

import json
from typing import Any

import pytest

from kalends.actions.catalog.custom_fields import add_field
from kalends.engine.catalog.custom_field import CustomField, CustomFieldPatch
from tests.page.booking import Booker, hidden
from tests.page.conftest import Visit
from tests.world import World


@pytest.fixture
async def allergic(studio: World) -> CustomField:
    return await ask(studio, "Allergic?", kind="select", options=("Yes", "No"), required=True)


@pytest.fixture
async def to_what(studio: World, allergic: CustomField) -> CustomField:
    return await ask(studio, "To what?", required=True, asked_if_id=allergic.id, asked_if_value="Yes")


async def ask(studio: World, title: str, **fields: Any) -> CustomField:
    return await add_field(studio.ctx(), CustomFieldPatch(title=title, subject="booking", **fields))


async def kept(studio: World) -> dict[str, str]:
    """The answers that the booking keeps."""
    custom = await studio.db.fetchval(
        "select custom::text from item where account_id = $1 and state = 'confirmed'", studio.account.id
    )
    answers: dict[str, str] = json.loads(custom)
    return answers


async def test_answers_go_along_in_the_same_four_requests(
    studio: World, booker: Booker, allergic: CustomField, to_what: CustomField
) -> None:
    size = await ask(studio, "Height", kind="numeric", service_ids=frozenset({studio.massage}))
    await ask(studio, "Shoe size", service_ids=frozenset({studio.yoga}))
    form = await booker.choose(studio.massage)
    assert "Only if the answer to “Allergic?” is “Yes”." in form.text
    assert "Shoe size" not in form.text
    done = await booker.send(**{f"q-{allergic.id}": "Yes", f"q-{to_what.id}": "Cats", f"q-{size.id}": "1,75"})
    assert "You are booked in" in done.text
    assert await kept(studio) == {"Allergic?": "Yes", "To what?": "Cats", "Height": "1.75"}


async def test_what_is_wrong_with_answers_is_said_with_the_rest_and_nothing_is_lost(
    studio: World, booker: Booker, allergic: CustomField, to_what: CustomField
) -> None:
    terms = await ask(studio, "I have read the rules of the house.", kind="checkbox", required=True)
    await booker.choose(studio.massage)
    page = await booker.send(name="", **{f"q-{allergic.id}": "Yes"})
    assert page.status_code == 422
    for said in ("Enter your name.", f'href="#q-{to_what.id}"', f'href="#q-{terms.id}"', "<option selected>Yes"):
        assert said in page.text
    assert f'href="#q-{allergic.id}"' not in page.text
    await booker.send(**{f"q-{allergic.id}": "No", f"q-{to_what.id}": "Cats", f"q-{terms.id}": "on"})
    assert await kept(studio) == {"Allergic?": "No", "I have read the rules of the house.": "on"}


async def test_an_answer_that_is_too_long_is_not_cut(studio: World, booker: Booker) -> None:
    why = await ask(studio, "Why?")
    await booker.choose(studio.massage)
    page = await booker.send(**{f"q-{why.id}": "So. " * 20_000})
    assert ("“Why?”: this is too long." in page.text, "So. " * 20_000 in page.text) == (True, True)


async def test_answers_stay_when_another_time_is_chosen_and_never_stand_in_an_address(
    studio: World, booker: Booker, allergic: CustomField
) -> None:
    page = await booker.look(studio.massage)
    taken = {"start": "2027-03-01T12:07:00+01:00", f"q-{allergic.id}": "No"}
    again = await booker.client.post(f"/{studio.massage}", data={**hidden(page), **taken})
    assert again.status_code == 409
    assert hidden(again)[f"q-{allergic.id}"] == "No"
    assert f"q-{allergic.id}" not in again.text.partition('id="why"')[2]


async def test_a_question_shows_once_the_other_is_answered_so(
    studio: World, visit: Visit, allergic: CustomField, to_what: CustomField
) -> None:
    kari = await visit()
    await kari.open(f"/{studio.massage}")
    await kari.page.locator("button[name=start]").first.click()
    await kari.page.get_by_label("Allergic?").wait_for()
    await kari.page.get_by_label("To what?").wait_for(state="hidden")
    await kari.page.get_by_label("Allergic?").select_option("Yes")
    await kari.page.get_by_label("To what?").wait_for()
