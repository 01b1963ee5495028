"""What is read of a request has bounds, and beyond them the door says so in its own form."""

from collections.abc import AsyncIterator

import httpx
import pytest

from kalends.store.db import Db
from kalends.web.config import WebSettings
from tests.web.toy import served, shell
from tests.world import open_clinic

SMALL = WebSettings(body_bytes=1000, nesting=3, parameters=5)
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
PART = b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: %s\r\n\r\n\xc3\xa9\r\n--x--\r\n'


@pytest.fixture
async def client(db: Db, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    key = await (await open_clinic(db)).key("toy")
    async with served(shell(database_url, SMALL), key) as client:
        yield client


async def test_what_is_within_bounds_is_read(client: httpx.AsyncClient) -> None:
    json = await client.post("/things?a&b[]=1&b[]=2", content='{"a": {"b": [1, 2, 3]}}', headers=JSON)
    form = await client.put("/things?", data={"a[b][c]": "1", "d": "é"})
    parts = await client.post("/things", files={"a": (None, "1"), "b": (None, "[2]"), "c": ("c.txt", b"3")})
    assert json.json() == {"query": [["a", ""], ["b[]", "1"], ["b[]", "2"]], "body": {"a": {"b": [1, 2, 3]}}}
    assert form.json() == {"query": [], "body": {"a[b][c]": "1", "d": "é"}}
    assert parts.json()["body"] == {"a": "1", "b": "[2]"}


@pytest.mark.parametrize(("charset", "read"), [(b"utf-8", "é"), (b"UTF-8", "é"), (b"iso-8859-1", "Ã©")])
async def test_a_part_may_name_its_character_set(client: httpx.AsyncClient, charset: bytes, read: str) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = await client.post("/things", content=PART % (b"text/plain; charset=" + charset), headers=headers)
    assert answer.json()["body"] == {"a": read}


@pytest.mark.parametrize("headers", [JSON, FORM, {}, {"content-type": "text/plain"}])
async def test_an_empty_body_is_an_empty_object(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await client.post("/things", headers=headers)
    assert (answer.status_code, answer.json()["body"]) == (200, {})


async def test_null_is_no_body(client: httpx.AsyncClient) -> None:
    assert (await client.post("/things", content="null", headers=JSON)).json()["body"] == {}


@pytest.mark.parametrize("content", [b'{"a":1}', b'\xef\xbb\xbf{"a":1}', b'\n {"a":1}'])
async def test_json_is_known_without_its_media_type(client: httpx.AsyncClient, content: bytes) -> None:
    assert (await client.post("/things", content=content)).json()["body"] == {"a": 1}


async def test_a_body_may_not_be_too_large(client: httpx.AsyncClient) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b" " * 500

    for content in (b" " * 1001, stream()):
        answer = await client.post("/things", content=content, headers=JSON)
        assert (answer.status_code, answer.json()) == (413, {"toy": "too_large"})


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        ('{"a": [[[1]]]}', JSON),
        ("[" * 490 + "]" * 490, JSON),
        ("a[b][c][d]=1", FORM),
    ],
)
async def test_a_body_may_not_be_too_deep(client: httpx.AsyncClient, content: str, headers: dict[str, str]) -> None:
    answer = await client.post("/things", content=content, headers=headers)
    assert (answer.status_code, answer.json()) == (400, {"toy": "too_deep"})


@pytest.mark.parametrize(
    ("path", "content", "headers"),
    [
        ("/things", '{"a": [1, 2, 3, 4, 5, 6]}', JSON),
        ("/things", "a&a&a&a&a&a", FORM),
        ("/things?a&a&a&a&a&a", "", {}),
    ],
)
async def test_there_may_not_be_too_many_parameters(
    client: httpx.AsyncClient, path: str, content: str, headers: dict[str, str]
) -> None:
    answer = await client.post(path, content=content, headers=headers)
    assert (answer.status_code, answer.json()) == (400, {"toy": "too_many_parameters"})


@pytest.mark.parametrize(
    ("path", "content", "headers"),
    [
        ("/things", b"{", JSON),
        ("/things", b'"text"', JSON),
        ("/things", b'{"a": "\xff"}', JSON),
        ("/things", b'{"a": "\\ud800 "}', JSON),
        ("/things", b'{"a": ["\\u0000"]}', JSON),
        ("/things", b'{"\\u0000": 1}', JSON),
        ("/things", b'{"a": "\x00"}', JSON),
        ("/things", b"a=%ff", FORM),
        ("/things", b"a=%00", FORM),
        ("/things", b"no parts", {"content-type": "multipart/form-data; boundary=x"}),
        ("/things", PART % b"text/plain; charset=nowhere", {"content-type": "multipart/form-data; boundary=x"}),
        ("/things", PART % b"text/plain; charset=ascii", {"content-type": "multipart/form-data; boundary=x"}),
        ("/things", PART % b"text/plain; charset=punycode", {"content-type": "multipart/form-data; boundary=x"}),
        ("/things", PART % b"text/plain; charset=undefined", {"content-type": "multipart/form-data; boundary=x"}),
        ("/things", b"no boundary", {"content-type": "multipart/form-data"}),
        ("/things?a=%00", b"", {}),
        ("/things?a=%ff", b"", {}),
        ("/things", b"", {"content-length": "x"}),
    ],
)
async def test_what_cannot_be_read_is_malformed(
    client: httpx.AsyncClient, path: str, content: bytes, headers: dict[str, str]
) -> None:
    answer = await client.post(path, content=content, headers=headers)
    assert (answer.status_code, answer.json()) == (400, {"toy": "malformed"})


async def test_an_escaped_backslash_is_no_nul(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", content=rb'{"a": "\\u0000"}', headers=JSON)
    assert answer.json()["body"] == {"a": r"\u0000"}


async def test_there_may_not_be_too_many_parts(client: httpx.AsyncClient) -> None:
    parts = [("a", (None, "1"))] * 6
    answer = await client.post("/things", files=parts)
    assert (answer.status_code, answer.json()) == (400, {"toy": "too_many_parameters"})


async def test_what_is_answered_unread_ends_the_connection(client: httpx.AsyncClient) -> None:
    refused = await client.post("/things", content=b" " * 1001, headers=JSON)
    nowhere = await client.post("/nowhere", content=b"{}", headers=JSON)
    read = await client.post("/things", content=b"{}", headers=JSON)
    assert [answer.headers.get("connection") for answer in (refused, nowhere, read)] == ["close", "close", None]


async def test_other_media_are_not_read(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", content="<a/>", headers={"content-type": "application/xml"})
    assert (answer.status_code, answer.json()) == (415, {"toy": "unsupported_media"})
