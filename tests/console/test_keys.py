"""Keys are made, changed and revoked by owners, and their secrets shown once."""

import httpx
import pytest

from kalends.actions.accounts.keys import create_key, get_key, list_keys
from tests.console.office import office_of, readable
from tests.desk import PATIENCE
from tests.world import World

FORM = "/settings/keys/new"


async def test_a_new_key_is_shown_once_and_opens_the_api(clinic: World, address: str) -> None:
    async with office_of(clinic, address) as office:
        answer = await office.send("/settings/keys", FORM, name="Till", door="api", scopes=["read", "book"])
        secret = answer.text.partition('data-copied="Copied">')[2].partition("<")[0]
        assert "it is not shown again" in readable(answer.text)
        assert "Till" in await office.open("/settings/keys")
    async with httpx.AsyncClient(base_url=f"{address}/api/v1", timeout=PATIENCE) as api:
        answer = await api.get("/sites", headers={"authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    (key,) = [key for key in await list_keys(clinic.ctx()) if key.name == "Till"]
    assert (set(key.scopes), key.site_ids, key.expires_at) == ({"read", "book"}, None, None)


async def test_a_form_that_is_sent_twice_makes_one_key(clinic: World, address: str) -> None:
    sent = {"name": "Till", "door": "api", "scopes": "read", "idempotency_key": "once"}
    async with office_of(clinic, address) as office:
        first, second = [await office.send("/settings/keys", **sent) for _ in range(2)]
    assert first.text == second.text
    assert len([key for key in await list_keys(clinic.ctx()) if key.name == "Till"]) == 1


async def test_all_that_is_wrong_is_told_and_what_was_typed_stays(clinic: World, address: str) -> None:
    async with office_of(clinic, address) as office:
        answer = await office.send("/settings/keys", FORM, name="x" * 300, door="api", last_day="2027-02-28")
    assert answer.status_code == 422
    text = readable(answer.text)
    assert ["Name: is too long" in text, "It may: is missing" in text, "Last day: must be" in text] == [True] * 3
    assert 'value="2027-02-28"' in answer.text
    assert "x" * 300 in answer.text


@pytest.mark.parametrize(
    "sent",
    [
        {"door": "nowhere", "scopes": "read"},
        {"door": "api", "scopes": "everything"},
        {"door": "api", "scopes": "read", "last_day": "soon"},
        {"door": "api", "scopes": "read", "site_ids": "9" * 30},
        {"door": "api", "scopes": "read", "site_ids": "1,x"},
        {"door": "api", "scopes": ["read", "administer"], "site_ids": "1"},
        {"door": "api", "scopes": "read", "origins": "not an origin"},
    ],
)
async def test_what_no_page_sends_is_refused_too(clinic: World, address: str, sent: dict[str, str]) -> None:
    async with office_of(clinic, address) as office:
        await office.refused("/settings/keys", **sent)
    assert [key.name for key in await list_keys(clinic.ctx())] == []


async def test_a_key_is_changed_and_revoked(clinic: World, address: str) -> None:
    key, _ = await create_key(clinic.ctx(), "api", "Till")
    page = f"/settings/keys/{key.id}"
    async with office_of(clinic, address) as office:
        sent = {"name": "Website", "scopes": "read", "site_ids": str(clinic.site), "last_day": "2027-03-31"}
        assert await office.done(page, page, **sent) == "/settings/keys"
        changed = await get_key(clinic.ctx(), key.id)
        assert (changed.name, *changed.scopes, *(changed.site_ids or ())) == ("Website", "read", clinic.site)
        assert 'value="2027-03-31"' in (await office.client.get(page)).text
        assert await office.done(f"{page}/revoke") == "/settings/keys"
        assert "Website" not in await office.open("/settings/keys")
        assert "Revoked" in await office.open("/settings/keys?which=all")


async def test_a_change_of_what_somebody_else_has_changed_is_not_made(clinic: World, address: str) -> None:
    key, _ = await create_key(clinic.ctx(), "api", "Till")
    page = f"/settings/keys/{key.id}"
    async with office_of(clinic, address) as office:
        await office.done(page, name="Website", scopes="read", version="0")
        text = await office.refused(page, name="Register", scopes="read", version="0")
    assert "changed" in text
    assert (await get_key(clinic.ctx(), key.id)).name == "Website"


async def test_only_owners_see_keys(clinic: World, address: str) -> None:
    async with office_of(clinic, address, "manager") as office:
        await office.open("/settings/keys", 403)
        assert "/settings/keys" not in (await office.client.get("/settings")).text
