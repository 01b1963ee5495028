"""Managers write the texts of messages, and see them as they would be sent."""

from kalends.actions.messages.templates import list_templates
from tests.console.office import office_of
from tests.console.screens import physio
from tests.world import World

PAGE = "/messages/texts"
TEXT = {
    "kind": "confirmation",
    "channel": "email",
    "subject": "See you",
    "body": "Dear {{ customer.name }}",
    "active": "yes",
}


async def test_a_text_is_written_seen_and_changed(clinic: World, address: str) -> None:
    await physio(clinic)
    async with office_of(clinic, address, "manager") as office:
        page = await office.done(PAGE, **TEXT)
        assert "Dear Kari Nordmann" in await office.open(page)
        assert await office.done(page, subject="Hello", body="Hello {{ customer.first_name }}") == page
        assert "Not used" in await office.open(PAGE)
    (template,) = await list_templates(clinic.ctx())
    assert (template.subject, template.active) == ("Hello", False)


async def test_what_is_wrong_with_a_text_is_told(clinic: World, address: str) -> None:
    async with office_of(clinic, address) as office:
        for wrong in (
            {"body": ""},
            {"body": "{{ secret.key }}"},
            {"body": "{% for %}"},
            {"kind": "x"},
            {"locale": "xx"},
        ):
            await office.refused(PAGE, **{**TEXT, **wrong})
        await office.open(f"{PAGE}/999999", 404)
    assert await list_templates(clinic.ctx()) == []


async def test_texts_are_not_for_all_staff(clinic: World, address: str) -> None:
    async with office_of(clinic, address, "staff") as office:
        await office.open(PAGE, 403)
        await office.open(f"{PAGE}/new", 403)
