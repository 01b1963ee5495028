"""Calls to webhooks, over real connections: what is sent, what is refused, and that nobody holds the caller up."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kalends.delivery import webhooks
from kalends.delivery.outbound import new_client
from kalends.delivery.webhooks import MOST_KEPT, poster
from kalends.engine.messages.delivery import PostCall, WebhookAnswer, WebhookCall
from tests.ports import free_port
from tests.receiver import Received, receiving, response

CALL = WebhookCall(b'{"type":"item.created"}', {"webhook-id": "evt_1_7"})


@pytest.fixture
async def post() -> AsyncIterator[PostCall]:
    """Posts to private addresses too: the receivers of the tests are on this machine."""
    async with new_client() as client:
        yield poster(client, private=True)


async def test_a_call_is_posted_as_json(post: PostCall) -> None:
    async with receiving() as receiver:
        assert await post(f"{receiver.url}?a=b", CALL) == WebhookAnswer(200, "ok")
    (request,) = receiver.received
    assert (request.line, request.body) == ("POST /hook?a=b HTTP/1.1", CALL.body)
    expected = {
        "content-type": "application/json",
        "webhook-id": "evt_1_7",
        "host": httpx.URL(receiver.url).netloc.decode(),
    }
    assert {name: request.headers[name] for name in expected} == expected


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"])
async def test_private_addresses_are_not_called(host: str) -> None:
    async with new_client() as client, receiving() as receiver:
        port = httpx.URL(receiver.url).port
        answer = await poster(client)(f"http://{host}:{port}/", CALL)
        assert answer.status is None
        assert "private address" in answer.text
    assert receiver.received == []


async def test_a_name_that_leads_nowhere(post: PostCall) -> None:
    assert await post("https://nowhere.invalid/", CALL) == WebhookAnswer(None, "nowhere.invalid can't be resolved")


async def test_a_port_that_there_can_not_be(post: PostCall) -> None:
    assert await post("http://127.0.0.1:99999/", CALL) == WebhookAnswer(None, "99999 is no port")


async def test_a_redirect_is_not_followed(post: PostCall) -> None:
    async with receiving() as secret, receiving(lambda _: response(307, location=secret.url)) as receiver:
        assert (await post(receiver.url, CALL)).status == 307
    assert secret.received == []


async def test_no_cookie_is_kept(post: PostCall) -> None:
    async with receiving(lambda _: response(200, set_cookie="session=1")) as receiver:
        for _ in range(2):
            await post(receiver.url, CALL)
    assert ["cookie" in request.headers for request in receiver.received] == [False, False]


async def test_a_receiver_that_does_not_answer_is_given_up(post: PostCall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "SECONDS", 0.2)
    async with receiving(delay=asyncio.Event()) as receiver:
        assert await post(receiver.url, CALL) == WebhookAnswer(None, "no answer within 0 seconds")


async def test_of_a_long_answer_the_beginning_is_read(post: PostCall) -> None:
    def endless(request: Received) -> bytes:
        return response(500, b"x" * 10_000_000)

    async with receiving(endless) as receiver:
        answer = await post(receiver.url, CALL)
    assert (answer.status, answer.text) == (500, "x" * MOST_KEPT)


async def test_an_answer_is_one_line_of_text_whatever_it_is(post: PostCall) -> None:
    async with receiving(lambda _: response(400, b"\x00a\r\n\xff b")) as receiver:
        assert await post(receiver.url, CALL) == WebhookAnswer(400, "a � b")


async def test_nothing_is_unpacked(post: PostCall) -> None:
    async with receiving(lambda _: response(200, b"not gzip", content_encoding="gzip")) as receiver:
        assert await post(receiver.url, CALL) == WebhookAnswer(200, "not gzip")


@pytest.mark.parametrize(("sent", "seconds"), [("120", 120), ("soon", None), ("-1", None), ("9" * 20, None)])
async def test_a_receiver_may_say_when_to_try_again(post: PostCall, sent: str, seconds: int | None) -> None:
    async with receiving(lambda _: response(503, retry_after=sent)) as receiver:
        assert (await post(receiver.url, CALL)).retry_after == seconds


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1", b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"]
)
async def test_what_is_no_answer_is_a_failure(post: PostCall, answer: bytes) -> None:
    async with receiving(lambda _: answer) as receiver:
        assert (await post(receiver.url, CALL)).status is None


async def test_nobody_listens(post: PostCall) -> None:
    with free_port() as port:
        assert (await post(f"http://127.0.0.1:{port}/", CALL)).status is None


@pytest.mark.parametrize(("name", "status"), [("localhost", 200), ("other.example", None)])
async def test_the_certificate_is_checked_for_the_name_in_the_url(
    name: str, status: int | None, tmp_path: Path
) -> None:
    certificate, key = certificate_for(name, tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    trusting = ssl.create_default_context(cafile=certificate)
    async with new_client(trusting) as client, receiving(tls=tls) as receiver:
        assert (await poster(client, private=True)(receiver.url, CALL)).status == status


def certificate_for(name: str, folder: Path) -> tuple[Path, Path]:
    """A certificate that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    alternatives: list[x509.GeneralName] = [x509.DNSName(name)]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
