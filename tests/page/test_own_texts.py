"""Services are called in each language as the account says, on the page and in messages; else as they are called."""

import msgspec
import pytest

from kalends.actions.catalog.services import add_service, change_service
from kalends.engine.catalog.service import Service, ServicePatch
from kalends.engine.refusals import Fault, Invalid
from kalends.notices.messages.render import render
from tests.notices.messages.facts import MASSAGE, entry, facts
from tests.page.booking import Booker
from tests.world import World

GERMAN = {"de": {"title": "Rückenmassage", "description": "Für den Rücken."}}


async def test_the_page_calls_a_service_as_its_language_does(studio: World, booker: Booker) -> None:
    await change_service(studio.ctx(), studio.massage, ServicePatch(texts=GERMAN))
    services = await booker.client.get("", params={"lang": "de"})
    assert "Rückenmassage" in services.text
    assert "Für den Rücken." in services.text
    assert "Rückenmassage" in (await booker.look(studio.massage, lang="de")).text
    assert "Rückenmassage" not in (await booker.look(studio.massage, lang="nb")).text


async def test_what_goes_with_it_is_called_so_too(studio: World, booker: Booker) -> None:
    texts = {"de": {"title": "Handtuch"}}
    towel = await add_service(studio.ctx(), ServicePatch(title="Towel", kind="product", texts=texts))
    await booker.choose(studio.massage)
    booker.own += "?lang=de"
    form = await booker.client.get(booker.own)
    done = await booker.send(**{f"extra-service-{towel.id}": "2"})
    assert ("Handtuch" in form.text, "2 × Handtuch" in done.text) == (True, True)


def test_messages_do_so_too() -> None:
    told = facts("confirmation", entry(service=_in_german()))
    assert "Massage" in render(told).subject
    german = facts("confirmation", entry(service=_in_german()), locale="de-AT")
    assert "Rückenmassage" in render(german).subject


def _in_german() -> Service:
    return msgspec.structs.replace(MASSAGE, texts=GERMAN)


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ({"german": {"title": "Massage"}}, "unknown"),
        ({"de": {"name": "Massage"}}, "unknown"),
        ({"de": {"title": "x" * 256}}, "too_long"),
    ],
)
async def test_texts_that_make_no_sense(clinic: World, texts: dict[str, dict[str, str]], reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        await change_service(clinic.ctx(), clinic.massage, ServicePatch(texts=texts))
    assert refused.value.faults == (Fault("texts", reason),)
