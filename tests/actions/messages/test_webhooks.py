from datetime import timedelta

import pytest
from msgspec.structs import replace

from kalends.actions.messages.webhooks import add_webhook, change_webhook, get_webhook, list_webhooks, remove_webhook
from kalends.engine.messages.webhook import WebhookPatch, signing_key
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store.db import Db
from tests.desk import told
from tests.world import NOW, World, open_clinic

HOOK = WebhookPatch(url="https://hooks.example.org/kalends", events=("booking.*", "person.created"))
LATER = NOW + timedelta(minutes=5)


async def test_a_webhook_is_kept_with_a_secret(clinic: World) -> None:
    made = await add_webhook(clinic.ctx(), "native", HOOK)
    assert (made.active, made.secret[:6], len(signing_key(made.secret)), made.created_at) == (True, "whsec_", 32, NOW)
    assert await get_webhook(clinic.ctx(), "native", made.id) == made
    assert await list_webhooks(clinic.ctx(), "native") == [made]
    assert await list_webhooks(clinic.ctx(), "other") == []
    assert await list_webhooks(clinic.ctx(), None) == [made]


async def test_a_webhook_is_silenced_and_keeps_its_secret(clinic: World) -> None:
    made = await add_webhook(clinic.ctx(), "native", HOOK)
    quiet = await change_webhook(clinic.ctx(LATER), "native", made.id, WebhookPatch(active=False))
    assert (quiet.active, quiet.updated_at, quiet.secret) == (False, LATER, made.secret)


async def test_a_webhook_that_is_gone(clinic: World) -> None:
    made = await add_webhook(clinic.ctx(), "native", HOOK)
    assert await remove_webhook(clinic.ctx(), "native", made.id) == made
    with pytest.raises(NotFound):
        await remove_webhook(clinic.ctx(), "native", made.id)
    with pytest.raises(NotFound):
        await change_webhook(clinic.ctx(), "native", made.id, WebhookPatch(active=True))


async def test_the_journal_tells_all_but_the_secret(clinic: World) -> None:
    made = await add_webhook(clinic.ctx(), "native", HOOK)
    await change_webhook(clinic.ctx(), "native", made.id, WebhookPatch(secret="a" * 32))
    await remove_webhook(clinic.ctx(), "native", made.id)
    lines = await told(clinic, "webhook")
    assert [what for what, _, _ in lines] == ["add", "change", "remove"]
    assert not [line for line in lines if "secret" in {**(line[1] or {}), **(line[2] or {})}]


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org",
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://10.0.0.8/x",
        "https://[::1]/x",
        "https://[fe80::1/x",
        "https://printer.local/x",
        "https://user:pass@hooks.example.org/",
        "https://hooks.example.org/a b",
        "https://hooks.example.org:99999/",
        "hooks.example.org",
    ],
)
async def test_what_is_no_place_to_call(clinic: World, url: str) -> None:
    with pytest.raises(Invalid) as refused:
        await add_webhook(clinic.ctx(), "native", replace(HOOK, url=url))
    assert refused.value.faults == (Fault("url", "invalid"),)


async def test_the_operator_may_allow_private_places(clinic: World) -> None:
    allowed = replace(clinic.ctx(), private_urls=True)
    for url in ("http://127.0.0.1:8080/x", "https://printer.local/x"):
        assert (await add_webhook(allowed, "native", replace(HOOK, url=url))).url == url
    for url in ("ftp://127.0.0.1/x", "https://user:pass@printer.local/", "http:///x"):
        with pytest.raises(Invalid):
            await add_webhook(allowed, "native", replace(HOOK, url=url))


@pytest.mark.parametrize("secret", ["whsec_" + 20 * "!", "whsec_" + 16 * "A", "whsec_AAAAAAAAAAAAAAA"])
async def test_a_secret_that_says_to_be_base64_is(clinic: World, secret: str) -> None:
    with pytest.raises(Invalid) as refused:
        await add_webhook(clinic.ctx(), "native", replace(HOOK, secret=secret))
    assert refused.value.faults == (Fault("secret", "invalid"),)


async def test_all_that_is_wrong_is_named_at_once(clinic: World) -> None:
    with pytest.raises(Invalid) as refused:
        await add_webhook(clinic.ctx(), "native", WebhookPatch(events=("all of them",), secret="short"))
    reasons = {(fault.field, fault.reason) for fault in refused.value.faults}
    assert reasons == {("url", "blank"), ("events", "invalid"), ("secret", "out_of_range")}


async def test_another_account_sees_no_webhook_here(clinic: World, db: Db) -> None:
    made = await add_webhook(clinic.ctx(), "native", HOOK)
    with pytest.raises(NotFound):
        await get_webhook((await open_clinic(db)).ctx(), "native", made.id)
