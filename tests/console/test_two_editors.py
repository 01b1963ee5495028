"""Two people change the same at a time: who is second is told, and overwrites nothing unseen."""

import html
import re
from typing import Any

from kalends.actions.catalog.custom_fields import add_category
from kalends.actions.messages.templates import set_template
from kalends.engine.messages.template import TemplateKey, TemplatePatch
from tests.console.office import office_of, office_screens
from tests.console.setting_up import customer_screens, setup_screens
from tests.console.walking import Page, below, route_of
from tests.world import World

GUARDS = {"version", "revision", "idempotency_key"}
SHOW_NOTHING = {
    "/account/passkeys",
    "/invoices/{invoice_id:int}/pay",
    "/messages/texts",
    "/resources/{resource_id:int}/hours/limited",
}
"""Forms that do not show what is there, so that nothing can be overwritten."""
PROVIDER = {"issuer": "https://id.example.org", "client_id": "kalends", "client_secret": "0123456789abcdef"}
TYPED: dict[str, dict[str, str]] = {
    "/settings/business": {"company": "Fjord Clinic AS"},
    "/settings/booking-page": {"intro": "Welcome."},
    "/settings/identity-provider": {"name": "Entra"},
}
"""What is typed into forms of which there is one."""


async def test_all_forms_know_the_version_that_they_show(clinic: World, address: str) -> None:
    paths = [*await office_screens(clinic), *await setup_screens(clinic), *await customer_screens(clinic)]
    text, category = await _named(clinic)
    unguarded = set()
    async with office_of(clinic, address) as office:
        for path in (*paths, text, category):
            for form in Page((await office.client.get(path)).text).forms:
                names = {name for name, _ in form.fields}
                if names and not names & GUARDS:
                    unguarded.add(route_of("POST", below(form.path)))
    assert unguarded == SHOW_NOTHING


async def test_who_is_second_is_told_and_can_send_it_again(clinic: World, address: str) -> None:
    text, category = await _named(clinic)
    forms = {**TYPED, text: {"subject": "Hello"}, category: {"title": "Halls"}}
    async with office_of(clinic, address) as office:
        await office.done("/settings/identity-provider", "/settings/identity-provider", **PROVIDER)
        for path, typed in forms.items():
            first, second = _sent(await _page(office, path), path), _sent(await _page(office, path), path)
            assert (await office.client.post(path, data={**first, **typed})).status_code == 303
            refused = await office.client.post(path, data=second)
            assert refused.status_code == 422
            assert "Somebody else changed this meanwhile" in refused.text
            assert (await office.client.post(path, data=_sent(refused.text, path))).status_code == 303


async def _named(clinic: World) -> tuple[str, str]:
    """The paths of a text and of a category."""
    key, patch = TemplateKey(kind="confirmation", channel="email"), TemplatePatch(subject="Hi", body="See you.")
    text, category = await set_template(clinic.ctx(), key, patch), await add_category(clinic.ctx(), "Rooms")
    return f"/messages/texts/{text.id}", f"/sorts/category/{category.id}"


async def _page(office: Any, path: str) -> str:
    page: str = (await office.client.get(path)).text
    return page


def _sent(page: str, path: str) -> dict[str, str]:
    """What the form of the page that goes to this path would send."""
    form = next(each for each in Page(page).forms if below(each.path) == path)
    texts = re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    return {**dict(form.fields), **{name: html.unescape(value) for name, value in texts}}
