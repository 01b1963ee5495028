"""What a service is called in other languages is written in the console."""

from kalends.actions.catalog.services import change_service, get_service
from kalends.engine.catalog.service import ServicePatch
from tests.console.browsing import Visitor
from tests.world import World


async def test_a_service_is_called_otherwise_in_german(clinic: World, marit: Visitor) -> None:
    await change_service(clinic.ctx(), clinic.massage, ServicePatch(texts={"cs": {"title": "Masáž"}}))
    await marit.open(f"/services/{clinic.massage}")
    await marit.page.click("main table a:text-is('German')")
    await marit.page.fill("[name=title]", "Rückenmassage")
    await marit.page.press("[name=title]", "Enter")
    await marit.page.wait_for_url("**note=saved")
    await marit.check()
    texts = (await get_service(clinic.ctx(), clinic.massage)).texts
    assert texts == {"cs": {"title": "Masáž"}, "de": {"title": "Rückenmassage"}}
    await marit.open(f"/services/{clinic.massage}")
    assert "Rückenmassage" in await marit.text("main")


async def test_what_is_emptied_is_called_as_usual_again(clinic: World, marit: Visitor) -> None:
    await change_service(clinic.ctx(), clinic.massage, ServicePatch(texts={"de": {"title": "Rückenmassage"}}))
    await marit.open(f"/services/{clinic.massage}/texts/de")
    await marit.page.fill("[name=title]", "")
    await marit.page.press("[name=title]", "Enter")
    await marit.page.wait_for_url("**note=saved")
    assert (await get_service(clinic.ctx(), clinic.massage)).texts == {}


async def test_what_is_too_long_stands_as_it_was_typed(clinic: World, marit: Visitor) -> None:
    await marit.open(f"/services/{clinic.massage}/texts/de")
    await marit.page.evaluate("document.querySelector('[name=title]').removeAttribute('maxlength')")
    await marit.page.fill("[name=title]", "x" * 300)
    await marit.page.press("[name=title]", "Enter")
    await marit.page.wait_for_selector("#summary")
    assert await marit.page.input_value("[name=title]") == "x" * 300
    assert await marit.open(f"/services/{clinic.massage}/texts/xx") == 404
