"""What is kept for retries tells nothing of secrets to who reads the database."""

import hashlib
from typing import Any

import httpx
import pytest

from kalends.api.ids import PREFIXES, write_id
from kalends.api.operations import Media, Operation
from kalends.api.routes import OPERATIONS
from kalends.api.samples import sample_of
from tests.api.conftest import Connect
from tests.api.examples import ids_of
from tests.world import World

SECRETS = {"secret", "secret_url", "password"}
ONCE = {"Idempotency-Key": "once"}


def has_secret(value: Any) -> bool:
    """Whether there is a field for a secret in an answer, however deep."""
    if isinstance(value, list):
        return any(has_secret(each) for each in value)
    return isinstance(value, dict) and bool(SECRETS & value.keys() or has_secret(list(value.values())))


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.writes], ids=lambda operation: operation.id)
def test_operations_that_answer_secrets_say_so(operation: Operation) -> None:
    answers = [kind for kind in operation.answers.values() if kind is not None and not isinstance(kind, Media)]
    assert operation.has_secret is any(has_secret(sample_of(kind)) for kind in answers)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/keys", {"name": "Till"}),
        ("/users", {"email": "nora@example.org", "role": "staff"}),
        ("/users/{user}/password", None),
        ("/webhooks", {"url": "https://example.com/hook", "events": ["*"]}),
        ("/webhooks/{webhook}/rotate", {"overlap_hours": 1}),
    ],
)
async def test_the_retry_gets_the_secret_and_the_database_does_not(
    clinic: World, connect: Connect, path: str, body: Any
) -> None:
    ids = {kind: write_id(kind, number) for kind, number in (await ids_of(clinic)).items() if kind in PREFIXES}
    client = await connect(clinic, scopes=("read", "book", "manage", "administer"))
    first, retry = [await client.post(path.format(**ids), json=body, headers=ONCE) for _ in range(2)]
    assert (first.is_success, retry.content, retry.headers["idempotency-replayed"]) == (True, first.content, "true")
    kept = await clinic.db.fetchval("select body from idempotent_request where account_id = $1", clinic.account.id)
    assert not any(name.encode() in kept for name in first.json())


async def test_a_password_that_was_sent_can_not_be_guessed_by_the_digest(api: httpx.AsyncClient, clinic: World) -> None:
    """Whoever has the database knows all of a request but the key of its caller."""
    body = b'{"name":"North"}'
    sent = await api.post("/sites", content=body, headers={**ONCE, "content-type": "application/json"})
    assert sent.status_code == 201
    guess = hashlib.sha256()
    for part in (b"POST", b"/api/v1/sites", b"", b"application/json", body):
        guess.update(len(part).to_bytes(8, "big") + part)
    digest = await clinic.db.fetchval("select digest from idempotent_request where account_id = $1", clinic.account.id)
    assert digest != guess.digest()
