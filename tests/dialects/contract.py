"""A vendor's OpenAPI document as a contract: the form that it gives to answers, checked on all answers of tests."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft4Validator, FormatChecker

Schema = Mapping[str, Any]


class Contract:
    """The document of a file, for requests whose path has what stands before the paths of the document.

    Of OpenAPI 3.0, whose schemas are JSON Schema (draft 4) but for `nullable`. `also` are statuses of errors that the
    document leaves out in places.
    """

    def __init__(self, file: Path, *base_paths: str, also: frozenset[int] = frozenset()) -> None:
        self.document: Schema = _as_json_schema(json.loads(file.read_text(encoding="utf-8")))
        self.base_paths = base_paths
        self.also = also

    async def check(self, response: httpx.Response) -> None:
        """Check an answer; a hook of the tests' clients. Its status must be one of the document's, and its body have
        the form of that status. Where a request worked, it has no properties that the document does not know."""
        await response.aread()
        method, path = response.request.method, response.request.url.path
        operation = self.operation(method, path)
        if operation is None:
            assert response.status_code >= 400, f"{method} {path} is not in the document"
            return
        described = operation["responses"].get(str(response.status_code))
        if described is None and response.status_code in self.also:
            return
        assert described is not None, f"{method} {path} is not answered with {response.status_code}: {response.text}"
        content = self.resolved(described).get("content")
        if response.status_code == 204:
            assert response.content == b""
        elif content:
            body, schema = response.json(), content["application/json"]["schema"]
            self.check_form(body, schema)
            assert response.status_code >= 400 or sorted(self._unknown(body, schema)) == []

    def check_form(self, body: Any, schema: Schema) -> None:
        """Check a body against a schema."""
        whole = {**schema, "components": self.document["components"]}
        errors = [
            f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
            for error in Draft4Validator(whole, format_checker=FormatChecker()).iter_errors(body)
        ]
        assert errors == []

    def operation(self, method: str, path: str) -> Schema | None:
        """The operation of a request; None if there is none."""
        base_path = next((base for base in self.base_paths if path.startswith(base)), "")
        parts = path.removeprefix(base_path).split("/")
        for template, operations in sorted(self.document["paths"].items(), key=lambda entry: entry[0].count("{")):
            names = template.split("/")
            if len(names) == len(parts) and all(
                name.startswith("{") or name == part for name, part in zip(names, parts, strict=True)
            ):
                operation: Schema | None = operations.get(method.lower())
                return operation
        return None

    def resolved(self, schema: Schema) -> Schema:
        """The schema, or what it refers to."""
        while "$ref" in schema:
            target: Any = self.document
            for name in schema["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            schema = target
        return schema

    def _unknown(self, body: Any, schema: Schema, path: str = "") -> Iterator[str]:
        schema = self.resolved(schema)
        if isinstance(body, list):
            for element in body:
                yield from self._unknown(element, schema.get("items", {}), f"{path}[]")
        elif isinstance(body, dict):
            properties = self._properties(schema)
            for name, value in body.items() if properties else ():
                if name in properties:
                    yield from self._unknown(value, properties[name], f"{path}.{name}")
                else:
                    yield f"{path}.{name}"

    def _properties(self, schema: Schema) -> dict[str, Schema]:
        """The properties of a schema and of all that it is composed of."""
        parts = [self._properties(self.resolved(part)) for part in schema.get("allOf", ())]
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
    return schema
