"""The vendor's OpenAPI document as a contract: what it says of each answer, checked on every answer of the tests."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft4Validator, FormatChecker

DOCUMENT = Path(__file__).parent / "openapi.json"
BASE_PATH = "/cliniko/v1"
# Older spellings that the document no longer has, and what they are the same as.
_OLD_LISTS = re.compile(r"/(deleted|cancelled|archived)$")
_NOT_ALWAYS_THERE = frozenset({"next", "previous"})


@cache
def document() -> Mapping[str, Any]:
    """The document, with its schemas as JSON Schema (draft 4), which OpenAPI 3.0's are but for `nullable`."""
    read: Mapping[str, Any] = _as_json_schema(json.loads(DOCUMENT.read_text(encoding="utf-8")))
    return read


async def check(response: httpx.Response) -> None:
    """Check an answer against the document; a hook of the tests' client.

    Answers of the document's own statuses have its form, and all its attributes. All others are the errors of the door.
    """
    await response.aread()
    method, path = response.request.method, response.request.url.path.partition(BASE_PATH)[2]
    operation = _operation(method, path)
    described = operation and operation["responses"].get(str(response.status_code))
    if described is None:
        assert response.status_code >= 400, f"{method} {path} is not in the document: {response.status_code}"
        check_error(response)
    elif response.status_code == 204:
        assert response.content == b""
    else:
        check_body(response.json(), _schema(described))


def check_body(body: Any, schema: Mapping[str, Any]) -> None:
    """Check a body against a schema, and that it has all attributes of the schema."""
    whole = {**schema, "components": document()["components"]}
    errors = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in Draft4Validator(whole, format_checker=FormatChecker()).iter_errors(body)
    ]
    assert errors == []
    assert sorted(_missing(body, schema)) == []


def check_error(response: httpx.Response) -> None:
    """Check that an error is `{"message"}`, and `errors` with one text for each field if it is about fields."""
    error = response.json()
    assert isinstance(error["message"], str)
    assert error.keys() <= {"message", "errors"}
    assert all(isinstance(text, str) for text in error.get("errors", {}).values())


def _operation(method: str, path: str) -> Mapping[str, Any] | None:
    """The operation of a request, also in an older spelling; None if there is none."""
    parts = _OLD_LISTS.sub("", path).split("/")
    spelling = {"PUT": "patch", "HEAD": "get"}.get(method, method.lower())
    for template, operations in sorted(document()["paths"].items(), key=lambda entry: entry[0].count("{")):
        names = template.split("/")
        if len(names) == len(parts) and all(
            name.startswith("{") or name == part for name, part in zip(names, parts, strict=True)
        ):
            found: Mapping[str, Any] | None = operations.get(spelling)
            return found
    return None


def _schema(described: Mapping[str, Any]) -> Mapping[str, Any]:
    described = _resolved(described)
    schema: Mapping[str, Any] = described["content"]["application/json"]["schema"]
    return schema


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        target: Any = document()
        for name in schema["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        schema = target
    return schema


def _missing(body: Any, schema: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """The attributes of records that the schema has and the body does not: clients rely on each, null or not."""
    schema = _resolved(schema)
    if isinstance(body, list):
        for element in body:
            yield from _missing(element, schema["items"], f"{path}[]")
    elif isinstance(body, dict) and (path.count(".") == 0 or path.endswith("[]")):
        for name, inner in schema.get("properties", {}).items():
            if name in body:
                yield from _missing(body[name], inner, f"{path}.{name}")
            elif name not in _NOT_ALWAYS_THERE:
                yield f"{path}.{name}"


def _as_json_schema(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_json_schema(element) for element in value]
    if not isinstance(value, dict):
        return value
    schema = {key: _as_json_schema(inner) for key, inner in value.items()}
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    if isinstance(schema.get("pattern"), str):  # the vendor's patterns of emails have capitals only
        schema["pattern"] = f"(?i){schema['pattern']}"
    return schema
