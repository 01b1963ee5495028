"""A vendor's OpenAPI document as a contract: the form that it gives to answers, checked on all answers of tests."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec
from jsonschema import Draft4Validator, FormatChecker

Schema = Mapping[str, Any]
FORMATS = FormatChecker(set(FormatChecker.checkers) - {"time"})
"""The formats of OpenAPI; its times of a day have neither seconds nor a zone, unlike those of JSON Schema."""


class Tolerances(msgspec.Struct, frozen=True, kw_only=True):
    """Where a door's answers and the document differ, or the document says nothing.

    `spelling` turns the method and path of a request into the document's. `check_error` checks errors whose status the
    document leaves out; without it there are none but those in `errors`. With `optional`, records must have all
    properties of the document but these. `newer` are properties of the vendor's newer pages.
    """

    spelling: Callable[[str, str], tuple[str, str]] = lambda method, path: (method, path)
    check_error: Callable[[httpx.Response], None] | None = None
    errors: frozenset[int] = frozenset()
    optional: frozenset[str] | None = None
    newer: frozenset[str] = frozenset()


NONE = Tolerances()


class Contract:
    """The document of a file, for requests whose path has one of `base_paths` before a path of the document.

    Of OpenAPI 3.0, whose schemas are JSON Schema (draft 4) but for `nullable`.
    """

    def __init__(self, file: Path, *base_paths: str, tolerances: Tolerances = NONE) -> None:
        self.document: Schema = _as_json_schema(json.loads(file.read_text(encoding="utf-8")))
        self.base_paths = base_paths
        self.tolerances = tolerances

    async def check(self, response: httpx.Response) -> None:
        """Check an answer; a hook of the tests' clients. Its status must be one of the document's, and its body have
        the form of that status. Where a request worked, it has no properties that the document does not know."""
        await response.aread()
        method, path = response.request.method, response.request.url.path
        operation = self.operation(method, path)
        described = operation and operation["responses"].get(str(response.status_code))
        if described is None:
            self._check_undescribed(response, f"{method} {path}: {response.status_code} {response.text}")
        elif response.status_code == 204:
            assert response.content == b""
        elif content := self._resolved(described).get("content"):
            self.check_body(response.json(), content["application/json"]["schema"], response.is_success)

    def check_body(self, body: Any, schema: Schema, worked: bool = True) -> None:
        """Check a body against a schema and, where the request worked, the properties that it has."""
        whole = {**schema, "components": self.document["components"]}
        errors = [
            f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
            for error in Draft4Validator(whole, format_checker=FORMATS).iter_errors(body)
        ]
        assert errors == []
        assert not worked or sorted(self._differing(body, schema)) == []

    def operation(self, method: str, path: str) -> Schema | None:
        """The operation of a request; None if there is none."""
        base_path = next((base for base in self.base_paths if path.startswith(base)), "")
        method, path = self.tolerances.spelling(method, path.removeprefix(base_path))
        parts = path.split("/")
        for template, operations in sorted(self.document["paths"].items(), key=lambda entry: entry[0].count("{")):
            names = template.split("/")
            if len(names) == len(parts) and all(
                name.startswith("{") or name == part for name, part in zip(names, parts, strict=True)
            ):
                operation: Schema | None = operations.get(method.lower())
                return operation
        return None

    def _check_undescribed(self, response: httpx.Response, what: str) -> None:
        assert response.is_error, f"the document does not have {what}"
        if self.tolerances.check_error is not None:
            self.tolerances.check_error(response)
        elif self.operation(response.request.method, response.request.url.path):
            assert response.status_code in self.tolerances.errors, f"the document does not have {what}"

    def _resolved(self, schema: Schema) -> Schema:
        """The schema, or what it refers to."""
        while "$ref" in schema:
            target: Any = self.document
            for name in schema["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            schema = target
        return schema

    def _differing(self, body: Any, schema: Schema, path: str = "") -> Iterator[str]:
        """The properties that the body has and the document has not and, of records, those that are missing."""
        schema = self._resolved(schema)
        if isinstance(body, list):
            for element in body:
                yield from self._differing(element, schema.get("items", {}), f"{path}[]")
        elif isinstance(body, dict):
            properties = self._properties(schema)
            for name, value in body.items() if properties else ():
                if name in properties:
                    yield from self._differing(value, properties[name], f"{path}.{name}")
                elif name not in self.tolerances.newer:
                    yield f"{path}.{name} is not in the document"
            is_record = path.count(".") == 0 or path.endswith("[]")
            if self.tolerances.optional is not None and is_record:
                yield from (f"{path}.{name} is missing" for name in properties.keys() - body - self.tolerances.optional)

    def _properties(self, schema: Schema) -> dict[str, Schema]:
        """The properties of a schema and of all that it is composed of."""
        parts = [self._properties(self._resolved(part)) for part in schema.get("allOf", ())]
        return {name: inner for part in (*parts, schema.get("properties", {})) for name, inner in part.items()}


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
    if isinstance(schema.get("pattern"), str):  # vendors' patterns of emails have letters of one case only
        schema["pattern"] = f"(?i){schema['pattern']}"
    return schema
