from datetime import timedelta

import pytest
from msgspec.structs import replace

from kalends.actions.messages.webhooks import (
    add_webhook,
    call_for_test,
    change_webhook,
    get_webhook,
    list_webhooks,
    query_deliveries,
    query_webhooks,
    redeliver,
    remove_webhook,
    rotate_secret,
)
from kalends.engine.messages.webhook import WebhookPatch, signing_key
from kalends.engine.query import CursorPage, Filter, Page, Query, Sort
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store.db import Db
from tests.desk import told
from tests.world import NOW, World, open_clinic

HOOK = WebhookPatch(url="https://hooks.example.org/kalends", events=("booking.*", "person.created"))
LATER = NOW + timedelta(minutes=5)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


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


async def test_a_secret_is_rotated_and_the_one_before_it_counts_for_a_day(clinic: World) -> None:
    made = await add_webhook(clinic.ctx(), "native", HOOK)
    rotated = await rotate_secret(clinic.ctx(LATER), None, made.id)
    assert rotated.secret != made.secret
    assert rotated.secrets_at(LATER + DAY - SECOND) == (rotated.secret, made.secret)
    assert rotated.secrets_at(LATER + DAY) == (rotated.secret,)
    assert await get_webhook(clinic.ctx(), None, made.id) == rotated


async def test_a_secret_that_has_leaked_counts_no_longer(clinic: World) -> None:
    made = await add_webhook(clinic.ctx(), "native", HOOK)
    for_a_day = await rotate_secret(clinic.ctx(), None, made.id)
    at_once = await rotate_secret(clinic.ctx(), None, made.id, "b" * 32, timedelta())
    assert (at_once.secrets_at(NOW), for_a_day.secret == made.secret) == (("b" * 32,), False)
    await rotate_secret(clinic.ctx(), None, made.id)
    replaced = await change_webhook(clinic.ctx(), None, made.id, WebhookPatch(secret="c" * 32))
    assert replaced.secrets_at(NOW) == ("c" * 32,)


@pytest.mark.parametrize("overlap", [-SECOND, 7 * DAY + SECOND])
async def test_a_secret_does_not_count_for_ever(clinic: World, overlap: timedelta) -> None:
    made = await add_webhook(clinic.ctx(), "native", HOOK)
    with pytest.raises(Invalid) as refused:
        await rotate_secret(clinic.ctx(), None, made.id, "short", overlap)
    assert {fault.field for fault in refused.value.faults} == {"secret", "overlap"}


async def test_deliveries_of_all_webhooks_are_found_page_by_page(clinic: World) -> None:
    hooks = [await add_webhook(clinic.ctx(), "native", HOOK) for _ in range(2)]
    made = [await call_for_test(clinic.ctx(), hook.id) for hook in (*hooks, hooks[0])]
    newest = (Sort("id", descending=True),)
    first = (await query_deliveries(clinic.ctx(), Query(CursorPage(2), order=newest))).rows
    rest = await query_deliveries(clinic.ctx(), Query(CursorPage(2, (first[-1].id, first[-1].id)), order=newest))
    assert [*first, *rest.rows] == made[::-1]
    of_one = Query(CursorPage(9), (Filter("webhook_id", "equal", hooks[1].id),))
    assert (await query_deliveries(clinic.ctx(), of_one)).rows == [made[1]]
    active = Query(CursorPage(1), (Filter("active", "equal", True),))
    assert await query_webhooks(clinic.ctx(), active) == Page(hooks[:1], 2)


async def test_a_delivery_is_sent_again_by_its_own_id(clinic: World, db: Db) -> None:
    made = await add_webhook(clinic.ctx(), "native", HOOK)
    called = await call_for_test(clinic.ctx(), made.id)
    assert (await redeliver(clinic.ctx(LATER), called.id)).due_at == LATER
    with pytest.raises(NotFound):
        await redeliver((await open_clinic(db)).ctx(), called.id)


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
    await rotate_secret(clinic.ctx(), "native", made.id)
    await remove_webhook(clinic.ctx(), "native", made.id)
    lines = await told(clinic, "webhook")
    assert [what for what, _, _ in lines] == ["add", "change", "rotate", "remove"]
    assert not [line for line in lines if {"secret", "previous_secret"} & {**(line[1] or {}), **(line[2] or {})}.keys()]


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
