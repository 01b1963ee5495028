"""The documentation as pages, drawn from the operations and types of problems. Without scripts; nothing of others.

This module is loaded when the first page is drawn, so that workers which draw none do not load Jinja.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from kalends.api.openapi import body_sample, parts_of
from kalends.api.operations import Operation
from kalends.api.problem_types import BY_SLUG, problems_of
from kalends.web.door import Answer
from kalends.web.front import page, rendered
from kalends.web.problems import RouteNotFound

_SECTION = re.compile(r"^## (\S+)\n\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_SCHEMA = re.compile(r'"#/components/schemas/(\w+)"')
_TEMPLATES = Environment(
    loader=PackageLoader("kalends.api.docs"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def overview(operations: Sequence[Operation], prefix: str) -> Answer:
    """The first page: how the API is used, and all operations by tag."""
    groups = {tag: [each for each in operations if each.tag == tag] for tag in dict.fromkeys(o.tag for o in operations)}
    return _drawn("Kalends API", "overview.html", prefix=prefix, guide=rendered(_text("guide.md")), groups=groups)


def operation_page(operations: Sequence[Operation], prefix: str, operation_id: str) -> Answer:
    """The page of an operation. Raises RouteNotFound."""
    operation = next((each for each in operations if each.id == operation_id), None)
    if operation is None:
        raise RouteNotFound
    parts = parts_of(tuple(operations))
    described = parts["paths"][operation.path][operation.method.lower()]
    return _drawn(
        operation.summary,
        "operation.html",
        prefix=prefix,
        operation=operation,
        parameters=[resolved(each, parts) for each in described["parameters"]],
        answers=described["responses"],
        schemas=parts["components"]["schemas"],
        types=types_within(described, parts["components"]["schemas"]),
        body=_json(body_sample(operation)) if operation.body else "",
        problems=problems_of(operation),
        pretty=_json,
        type_of=type_of,
    )


def resolved(part: Mapping[str, Any], document: Mapping[str, Any]) -> Any:
    """A part of the document, or what it refers to there."""
    if "$ref" not in part:
        return part
    found: Any = document
    for name in str(part["$ref"]).removeprefix("#/").split("/"):
        found = found[name]
    return found


def types_within(described: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[str]:
    """The names of the types that fields of an operation's body and answers have, in the order in which they come."""
    names = _names_in([described.get("requestBody", {}), _answers(described)])
    tops = set(names)
    for name in names:
        names += [inner for inner in _names_in(schemas[name]) if inner not in names]
    return [name for name in names if name not in tops and "properties" in schemas[name]]


def _answers(described: Mapping[str, Any]) -> list[Any]:
    return [answer for status, answer in described["responses"].items() if status < "300"]


def _names_in(part: Any) -> list[str]:
    """The names of the schemas that a part of the document refers to, each once."""
    return list(dict.fromkeys(_SCHEMA.findall(_json(part))))


def problem_list(prefix: str) -> Answer:
    """The list of all types of problems."""
    return _drawn("Problems", "problems.html", prefix=prefix, problems=BY_SLUG.values())


def problem_page(prefix: str, slug: str) -> Answer:
    """The page of a type of problems. Raises RouteNotFound."""
    problem = BY_SLUG.get(slug)
    if problem is None:
        raise RouteNotFound
    sample = {**problem.sample, "type": f"{prefix}/docs/problems/{slug}"}
    about = rendered(problem_texts()[slug])
    return _drawn(problem.title, "problem.html", prefix=prefix, problem=problem, about=about, sample=_json(sample))


@cache
def problem_texts() -> Mapping[str, str]:
    """The text about each type of problems, in Markdown, by the last part of its address."""
    return dict(_SECTION.findall(_text("problems.md")))


def type_of(schema: Mapping[str, Any]) -> str:
    """The type of a field in words: `text`, `Site or null`, `list of text`."""
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(type_of(each) for each in schema[several]))
    if "allOf" in schema:
        return type_of(schema["allOf"][0])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " or ".join(f"“{value}”" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {type_of(schema['items'])}"
    name: str = schema.get("format") or schema.get("type", "anything")
    return {"string": "text", "boolean": "true or false", "integer": "whole number"}.get(name, name)


def _drawn(title: str, template: str, **values: Any) -> Answer:
    return page(title, _TEMPLATES.get_template(template).render(values))


def _text(name: str) -> str:
    return files("kalends.api.docs").joinpath(name).read_text(encoding="utf-8")


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
