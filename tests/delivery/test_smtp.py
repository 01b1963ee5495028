"""Mail is handed to a real SMTP server, and whatever it answers is an answer."""

import asyncio
from email.message import EmailMessage

import pytest

from kalends.delivery.smtp import open_smtp, smtp_server
from kalends.engine.messages.outgoing import Answer
from tests.desk import PATIENCE
from tests.mail import mail, mail_server
from tests.ports import free_port


async def send(url: str, *messages: EmailMessage, seconds: float = 20.0) -> list[Answer]:
    async with open_smtp(smtp_server(url), seconds) as send_mail:
        return [await send_mail(message) for message in messages]


async def test_several_mails_go_over_one_connection() -> None:
    async with mail_server() as server:
        answers = await send(server.url, mail(), mail("ola@example.org"))
    assert [answer.result for answer in answers] == ["sent", "sent"]
    assert (server.recipients, server.connections) == (["kari@example.org", "ola@example.org"], 1)


async def test_an_address_that_is_not_ascii_is_sent_to() -> None:
    async with mail_server() as server:
        (answer,) = await send(server.url, mail("kåre@example.org"))
    assert (answer.result, server.recipients) == ("sent", ["kåre@example.org"])


@pytest.mark.parametrize(
    ("said", "result"),
    [("450 try later", "failed"), ("421 too busy", "failed"), ("550 no such user", "refused"), ("554 spam", "refused")],
)
async def test_a_refusal_is_final_where_the_server_says_so_and_the_next_mail_goes_on(said: str, result: str) -> None:
    async with mail_server(said) as server:
        first, second = await send(server.url, mail(), mail("ola@example.org"))
    assert (first.result, first.unreachable) == (result, False)
    assert said[4:] in first.text
    assert (second.result, server.recipients) == ("sent", ["ola@example.org"])


@pytest.mark.parametrize(
    ("said", "result", "no_mailbox"),
    [
        ("550 5.1.1 no such user", "refused", True),
        ("550-5.1.1 no such user\r\n550 5.1.1 ask the postmaster", "refused", True),
        ("556 5.1.10 takes no mail", "refused", True),
        ("550 5.1.8 unknown domain of the sender", "refused", False),
        ("552 5.2.2 mailbox full", "refused", False),
        ("550 no such user", "refused", False),
        ("550 5.7.1 relaying denied", "failed", False),
        ("530 5.7.0 log in first", "failed", False),
        ("450 4.1.1 who knows", "failed", False),
    ],
)
async def test_a_refused_recipient(said: str, result: str, no_mailbox: bool) -> None:
    async with mail_server(refused_recipients={"kari@example.org": said}) as server:
        first, second = await send(server.url, mail(), mail("ola@example.org"))
    assert (first.result, first.no_mailbox, second.result) == (result, no_mailbox, "sent")


@pytest.mark.parametrize(
    "greeting", [b"\0\xff\xfeHTTP/1.1 200 OK\r\n", b"554 gr\xfc\xdf\0 dich\r\n", b"220-\0\r\n" * 5000]
)
async def test_what_a_server_says_can_be_kept_whatever_it_is(greeting: bytes) -> None:
    async def garbled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await reader.read()
        writer.close()

    async with await asyncio.start_server(garbled, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        (answer,) = await send(f"smtp://127.0.0.1:{port}", mail(), seconds=5)
    assert answer.result == "failed"
    assert "\0" not in answer.text
    assert answer.text.encode()


async def test_a_server_that_is_not_there_is_unreachable() -> None:
    with free_port() as port:
        (answer,) = await send(f"smtp://127.0.0.1:{port}", mail())
    assert (answer.result, answer.unreachable) == ("failed", True)


async def test_a_server_that_says_nothing_is_given_up() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        (answer,) = await send(f"smtp://127.0.0.1:{port}", mail(), seconds=0.3)
    assert answer.result == "failed"


async def test_a_server_that_takes_too_long_is_given_up() -> None:
    async with mail_server(delay=PATIENCE) as server:
        (answer,) = await send(server.url, mail(), seconds=3)
    assert (answer.result, answer.unreachable, server.received) == ("failed", False, [])


async def test_it_logs_in_with_the_password_of_the_url() -> None:
    async with mail_server() as server:
        (right,) = await send(server.url.replace("//", "//kari:pass%40word@"), mail())
        (wrong,) = await send(server.url.replace("//", "//kari:other@"), mail())
    assert right.result == "sent"
    assert (wrong.result, wrong.unreachable, len(server.received)) == ("failed", True, 1)


def test_a_url_names_a_server() -> None:
    server = smtp_server("smtps://kari:pass%40word@mail.example.org")
    assert (server.host, server.port, server.tls, server.password) == ("mail.example.org", 465, True, "pass@word")
    plain = smtp_server("smtp://mail.example.org")
    assert (plain.port, plain.tls, plain.user, plain.is_local) == (587, False, None, False)
    assert smtp_server("smtp://localhost:25").is_local
