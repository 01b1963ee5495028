"""The OpenAPI document (3.1), made from the operations and the types of their schemas.

Null is `anyOf` of a type and null, nothing stands beside a `$ref`, and fields have no defaults, as several generators
of clients take these amiss.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec

from kalends.api import openapi_shared as shared
from kalends.api.expanded_schemas import allow_expanded
from kalends.api.operations import Media, Operation
from kalends.api.problem_types import BY_SLUG, ProblemType, problems_of
from kalends.api.reading import fields_of
from kalends.api.samples import sample_of

VERSION = "3.1.1"
_INFO = {
    "title": "Kalends",
    "version": "1",
    "description": (
        "Books people, rooms and seats, and never one of them twice. Every request needs a key: "
        "`Authorization: Bearer KEY`. Writes take an `Idempotency-Key`; changes of what was read take `If-Match`."
    ),
    "license": {"name": "MIT", "identifier": "MIT"},
}


def document(operations: Sequence[Operation], prefix: str, more: Mapping[str, Any] | None = None) -> bytes:
    """The document as JSON. `prefix` is the address of the API, `more` are parts of the document beside the paths."""
    return msgspec.json.encode(
        {
            "openapi": VERSION,
            "info": _INFO,
            "servers": [{"url": prefix}],
            "security": [{"key": []}],
            "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for operation in operations)],
            **parts_of(tuple(operations)),
            **(more or {}),
        }
    )


@cache
def parts_of(operations: tuple[Operation, ...]) -> dict[str, Any]:
    """The paths and components of the document, by the names that it has for them."""
    schemas, parameters = _components(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, parameters)
    scheme = {"type": "http", "scheme": "bearer", "description": "A key: `kalends key create --door api`."}
    components = {"schemas": schemas, **shared.components(), "securitySchemes": {"key": scheme}}
    return {"paths": paths, "components": components}


def _components(operations: Sequence[Operation]) -> tuple[dict[str, Any], dict[type, dict[str, Any]]]:
    """The schemas by name, and by struct of parameters the schemas of its fields."""
    params = list(dict.fromkeys(operation.params for operation in operations if operation.params))
    answers = [kind for operation in operations for kind in operation.answers.values()]
    bodies = [operation.body for operation in operations if operation.body]
    shapes = [problem.shape for problem in BY_SLUG.values()]
    kinds = dict.fromkeys([*bodies, *(kind for kind in answers if kind and not isinstance(kind, Media)), *shapes])
    references, all_schemas = msgspec.json.schema_components([*kinds, *params], ref_template=shared.SCHEMAS + "{name}")
    of_params = {}
    for kind, reference in zip(params, references[len(kinds) :], strict=True):
        of_params[kind] = tidy(all_schemas.pop(reference["$ref"].removeprefix(shared.SCHEMAS)))["properties"]
    schemas = {plain_name(name): _without_defaults(tidy(schema)) for name, schema in all_schemas.items()}
    for operation in operations:
        if operation.expansions and (answer := operation.answers[operation.status]):
            allow_expanded(operation, _answer_name(answer), schemas)
    return dict(sorted(schemas.items())), of_params


def plain_name(name: str) -> str:
    """`SiteList` for `List_Site_`, as msgspec names a list of sites."""
    outer, inner, rest = name.partition("_")
    return f"{inner and rest.rstrip('_')}{outer}" if inner else name


def tidy(schema: Any) -> Any:
    """The schema in the form that generators take."""
    if isinstance(schema, list):
        return [tidy(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    tidied = {name: value if name in ("examples", "default") else tidy(value) for name, value in schema.items()}
    if "x-wire" in tidied:
        tidied["type"] = tidied.pop("x-wire")
    if "enum" in tidied and "type" not in tidied:
        tidied["type"] = "string" if all(isinstance(value, str) for value in tidied["enum"]) else "integer"
    if isinstance(tidied.get("title"), str):
        tidied["title"] = tidied["title"].replace("[", "_").replace("]", "_")
        tidied["title"] = plain_name(tidied["title"])
    if isinstance(reference := tidied.get("$ref"), str):
        target = {"$ref": shared.SCHEMAS + plain_name(reference.removeprefix(shared.SCHEMAS))}
        others = {name: value for name, value in tidied.items() if name != "$ref"}
        return {**others, "allOf": [target]} if others else target
    return tidied


def _without_defaults(schema: dict[str, Any]) -> dict[str, Any]:
    fields = schema.get("properties", {})
    for field in fields.values():
        field.pop("default", None)
    return schema


def _operation(operation: Operation, parameters: Mapping[type, dict[str, Any]]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": f"{operation.description}\n\nNeeds the scope `{operation.scope}`.".strip(),
        "tags": [operation.tag],
        "parameters": list(_parameters(operation, parameters)),
        "responses": _responses(operation),
    }
    if operation.body:
        reference = {"$ref": shared.SCHEMAS + operation.body.__name__}
        sample = body_sample(operation)
        content = {"application/json": {"schema": reference, "examples": {"sample": {"value": sample}}}}
        is_required = any(field.required for field in fields_of(operation.body))
        described["requestBody"] = {"required": is_required, "content": content}
    if operation.deprecated_at:
        described["deprecated"] = True
    return described


def body_sample(operation: Operation) -> Mapping[str, Any]:
    """A body of the operation."""
    assert operation.body is not None
    return sample_of(operation.body) if operation.sample is None else operation.sample


def _parameters(operation: Operation, parameters: Mapping[type, dict[str, Any]]) -> Iterable[dict[str, Any]]:
    if operation.params:
        fields = {field.encode_name: field for field in fields_of(operation.params)}
        for name, schema in parameters[operation.params].items():
            if name == "expand" and not operation.expansions:
                continue
            yield _parameter(operation, name, schema, fields[name].required)
    if operation.writes:
        yield shared.parameter("IdempotencyKey")
    if operation.tracked and operation.writes:
        yield shared.parameter("IfMatch")
    if not operation.writes:
        yield shared.parameter("IfNoneMatch")
    yield shared.parameter("AcceptLanguage")


def _parameter(operation: Operation, name: str, schema: dict[str, Any], required: bool) -> dict[str, Any]:
    in_path = f"{{{name}}}" in operation.path
    described: dict[str, Any] = {"name": name, "in": "path" if in_path else "query", "required": in_path or required}
    if name == "expand":
        schema = {**schema, "items": {"type": "string", "enum": sorted(operation.expansions)}}
    if "description" in schema:
        described["description"] = schema["description"]
    described["schema"] = {key: value for key, value in schema.items() if key != "description"}
    if schema.get("type") == "array":
        described |= {"style": "form", "explode": False}
    return described


def _responses(operation: Operation) -> dict[str, Any]:
    responses = {str(status): _answer(status, kind, operation) for status, kind in operation.answers.items()}
    if not operation.writes and not any(isinstance(kind, Media) for kind in operation.answers.values()):
        responses["304"] = {"description": "The client has it already.", "headers": shared.headers("ETag")}
    by_status: dict[int, list[ProblemType]] = {}
    for problem in problems_of(operation):
        by_status.setdefault(problem.status, []).append(problem)
    responses |= {str(status): shared.refused(problems) for status, problems in sorted(by_status.items())}
    return responses


def _answer(status: int, kind: Any, operation: Operation) -> dict[str, Any]:
    headers = shared.headers(*shared.ALWAYS, *(["ETag"] if kind else []), *(["Location"] if status == 201 else []))
    if kind is None:
        return {"description": "Done.", "headers": headers}
    if isinstance(kind, Media):
        content: dict[str, Any] = {kind.media_type: _media(kind)}
        return {"description": kind.description, "headers": headers, "content": content}
    content = {
        "application/json": {
            "schema": {"$ref": shared.SCHEMAS + _answer_name(kind)},
            "examples": {"sample": {"value": sample_of(kind)}},
        }
    }
    return {"description": f"{operation.summary}.", "headers": headers, "content": content}


def _answer_name(kind: Any) -> str:
    return plain_name(msgspec.json.schema_components([kind], ref_template="{name}")[0][0]["$ref"])


def _media(media: Media) -> dict[str, Any]:
    """What the document has of an answer that is no JSON. A stream has no schema: some take that for each event's,
    others for that of the whole."""
    if media.media_type.startswith("text/event-stream"):
        return {}
    return {"schema": {"type": "string"} if media.media_type.startswith("text/") else _BINARY}


_BINARY = {"type": "string", "format": "binary"}
