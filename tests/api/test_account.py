"""The account through the API, and time zones."""

import httpx
import pytest

from kalends.actions.accounts.identity_provider import change_identity_provider
from kalends.engine.accounts.identity_provider import IdentityProviderPatch
from tests.api.conftest import Connect
from tests.desk import DAY, SOON, made, visit
from tests.world import World


async def test_the_account_is_shown_and_changed(api: httpx.AsyncClient) -> None:
    account = (await api.get("/account")).json()
    assert (account["time_zone"], account["currency"], account["policy"]["reminder_time"]) == (
        "Europe/Oslo",
        "NOK",
        "12:00",
    )
    changed = await api.patch("/account", json={"policy": {"reminder_time": "08:30"}, "locale": "de"})
    assert (changed.json()["policy"]["reminder_time"], changed.json()["locale"]) == ("08:30", "de")
    assert (await api.get("/account")).json() == changed.json()


async def test_faults_of_the_policy_have_pointers_into_it(api: httpx.AsyncClient) -> None:
    read = await api.patch("/account", json={"policy": {"reminder_time": "25:00", "verification": "smoke"}})
    assert {fault["pointer"] for fault in read.json()["errors"]} == {"/policy/reminder_time", "/policy/verification"}
    refused = await api.patch("/account", json={"policy": {"hold_minutes": 0}, "currency": "ZZZ", "country": "ZZ"})
    pointers = {fault["pointer"] for fault in refused.json()["errors"]}
    assert pointers == {"/policy/hold_minutes", "/currency", "/country"}


async def test_an_outdated_account_is_not_changed(api: httpx.AsyncClient) -> None:
    tag = (await api.get("/account")).headers["etag"]
    assert (await api.patch("/account", json={"name": "A"}, headers={"if-match": tag})).status_code == 200
    refused = await api.patch("/account", json={"name": "B"}, headers={"if-match": tag})
    assert (refused.status_code, refused.json()["current"]["name"]) == (412, "A")


async def test_time_zones_are_listed_with_what_their_clocks_show(api: httpx.AsyncClient) -> None:
    zones = {zone["name"]: zone["now"] for zone in (await api.get("/time-zones")).json()["data"]}
    assert zones["Europe/Oslo"].startswith("2027-03-01T10:00:00")
    assert "localtime" not in zones


async def test_what_the_account_has_is_counted(api: httpx.AsyncClient, connect: Connect, clinic: World) -> None:
    before = (await api.get("/account/usage")).json()
    assert [month["month"] for month in before["months"]][::11] == ["2026-04", "2027-03"]
    await made(clinic, visit(clinic))
    gone = await made(clinic, visit(clinic, starts_at=SOON + DAY))
    await api.delete(f"/items/item_{gone.id}")
    await api.post("/customers", json={"first_name": "Liv"})
    await api.delete(f"/resources/res_{clinic.bo}")
    after = (await api.get("/account/usage")).json()
    assert after["months"][-1]["items"] == before["months"][-1]["items"] + 1
    assert after["customers"] == before["customers"] + 1
    assert after["resources"] == before["resources"] - 1
    limited = await connect(clinic, site_ids=frozenset({clinic.site}))
    assert (await limited.get("/account/usage")).status_code == 403


@pytest.mark.parametrize(
    ("path", "first", "second"),
    [
        ("/account/booking-page", {"colour": "#0b6b62"}, {"colour": "#111111"}),
        ("/account/profile", {"city": "Oslo"}, {"city": "Bergen"}),
    ],
)
async def test_what_the_account_says_of_itself_is_changed_only_as_it_was_read(
    api: httpx.AsyncClient, path: str, first: dict[str, str], second: dict[str, str]
) -> None:
    tag = (await api.get(path)).headers["etag"]
    changed = await api.patch(path, json=first, headers={"if-match": tag})
    assert changed.status_code == 200
    refused = await api.patch(path, json=second, headers={"if-match": tag})
    assert (refused.status_code, refused.json()["current"]) == (412, changed.json())
    assert refused.headers["etag"] == changed.headers["etag"]
    assert (await api.patch(path, json=second, headers={"if-match": changed.headers["etag"]})).status_code == 200


async def test_the_booking_page_is_shown_and_changed(api: httpx.AsyncClient) -> None:
    assert (await api.get("/account/booking-page")).json()["active"] is False
    sent = {"active": True, "colour": "#0B6B62", "frame_origins": ["https://Shop.example/"]}
    changed = (await api.patch("/account/booking-page", json=sent)).json()
    assert (changed["active"], changed["colour"], changed["frame_origins"]) == (
        True,
        "#0b6b62",
        ["https://shop.example"],
    )
    assert (await api.get("/account/booking-page")).json() == changed
    wrong = {"colour": "red", "imprint_url": "javascript:x"}
    refused = await api.patch("/account/booking-page", json=wrong)
    assert (refused.status_code, len(refused.json()["errors"])) == (422, 2)
    assert (await api.patch("/account/booking-page", json={"frame_origins": ["x y"]})).status_code == 422


async def test_the_identity_provider_is_shown_to_whoever_administers(clinic: World, connect: Connect) -> None:
    patch = IdentityProviderPatch(
        active=True, issuer="https://login.clinic.example", client_id="kalends", client_secret="between us"
    )
    await change_identity_provider(clinic.ctx(), patch)
    administrator = await connect(clinic, scopes=("administer",))
    answer = await administrator.get("/account/identity-provider")
    assert answer.json() == {
        "active": True,
        "name": "",
        "issuer": "https://login.clinic.example",
        "client_id": "kalends",
        "email_domains": [],
    }
    assert (await (await connect(clinic, scopes=("manage",))).get("/account/identity-provider")).status_code == 403


async def test_the_profile_is_shown_and_changed(api: httpx.AsyncClient, connect: Connect, clinic: World) -> None:
    shown = (await api.get("/account/profile")).json()
    assert (shown["company"], shown["country"]) == (clinic.ctx().account.name, "NO")
    changed = await api.patch("/account/profile", json={"street": "Storgata", "iban": "NO9386011117947"})
    assert changed.json() == shown | {"street": "Storgata", "iban": "NO9386011117947"}
    assert (await api.get("/account/profile")).json() == changed.json()
    refused = await api.patch("/account/profile", json={"bic": None, "city": "x" * 2001, "town": ""})
    assert {(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]} == {
        ("/bic", "blank"),
        ("/city", "too_long"),
        ("/town", "unsupported"),
    }
    limited = await connect(clinic, site_ids=frozenset({clinic.site}))
    assert (await limited.patch("/account/profile", json={"city": "Oslo"})).status_code == 403
