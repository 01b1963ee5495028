"""What `expand` puts into answers, in the schemas of the OpenAPI document: an id, or what it names."""

from collections.abc import Mapping
from typing import Any

from kalends.api.openapi_shared import SCHEMAS
from kalends.api.operations import Operation


def allow_expanded(operation: Operation, answer: str, schemas: Mapping[str, dict[str, Any]]) -> None:
    """Change the schemas, so that in the answer of this name each relation may be an id or what it names."""
    for path in sorted(operation.expansions, key=lambda path: path.count(".")):
        kind = operation.expansions[path].kind.__name__
        *way, field = path.split(".")
        holder = _schema_at(answer, way, schemas)
        _allow(holder["properties"], field, {"$ref": SCHEMAS + kind})


def _schema_at(name: str, way: list[str], schemas: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The schema of the objects to which a path leads from this one; of a list from its rows."""
    schema = schemas[name]
    for field in [*(["data"] if "data" in schema["properties"] else []), *way]:
        schema = schemas[_reference(schema["properties"][field])]
    return schema


def _reference(schema: dict[str, Any]) -> str:
    """The name of the schema that a field refers to, itself, in its rows or as one of several."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(SCHEMAS)
    if "items" in schema:
        return _reference(schema["items"])
    return next(_reference(each) for each in schema["anyOf"] if "$ref" in each)


def _allow(fields: dict[str, Any], name: str, reference: dict[str, str]) -> None:
    """Let the field be what the reference says, too; in an array each element."""
    schema = fields[name]
    if "items" in schema:
        _allow(schema, "items", reference)
    elif "anyOf" not in schema:
        about = {key: schema[key] for key in ("description",) if key in schema}
        plain = {key: value for key, value in schema.items() if key not in about}
        fields[name] = {**about, "anyOf": [plain, reference]}
    elif reference not in schema["anyOf"]:
        schema["anyOf"].append(reference)
