"""The OpenAPI document, the pages of the documentation and the types of problems are whole."""

import json
import re
from datetime import datetime
from functools import cache
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from kalends.api.docs.pages import problem_texts, resolved
from kalends.api.openapi import document
from kalends.api.operations import Media, Operation
from kalends.api.problem_types import BY_SLUG, PROBLEMS, problems_of
from kalends.api.routes import OPERATIONS
from kalends.api.samples import sample_of
from kalends.api.webhook_document import WEBHOOKS

FORMATS = FormatChecker(())
"""Of moments, which have an offset."""
PREFIX = "http://here/api/v1"
EACH = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)


@FORMATS.checks("date-time", ValueError)
def is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@cache
def described() -> Any:
    return json.loads(document(OPERATIONS, PREFIX, {"webhooks": WEBHOOKS}))


def of(operation: Operation) -> Any:
    return whole(described()["paths"][operation.path][operation.method.lower()])


def whole(part: Any) -> Any:
    """The part with what it refers to in its place, but for schemas."""
    if isinstance(part, list):
        return [whole(each) for each in part]
    if not isinstance(part, dict):
        return part
    if not part.get("$ref", "#/components/schemas/").startswith("#/components/schemas/"):
        return whole(resolved(part, described()))
    return {name: whole(each) for name, each in part.items()}


def fits(schema: Any, value: Any) -> list[str]:
    """What is wrong with a value by a schema of the document."""
    standalone = {**schema, "components": described()["components"]}
    return [error.message for error in Draft202012Validator(standalone, format_checker=FORMATS).iter_errors(value)]


def test_the_document_is_valid() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(described()).iter_errors()] == []


def test_names_are_plain_and_nothing_stands_beside_a_reference() -> None:
    assert [name for name in described()["components"]["schemas"] if not re.fullmatch("[A-Z][A-Za-z0-9]*", name)] == []
    text = json.dumps(described())
    assert re.findall(r'"\$ref": "[^"]*", |, "\$ref"', text) == []
    assert "x-wire" not in text


def test_operations_are_named_once() -> None:
    ids = [operation.id for operation in OPERATIONS]
    assert len(ids) == len(set(ids))
    routes = [(operation.method, operation.path) for operation in OPERATIONS]
    assert len(routes) == len(set(routes))


@EACH
def test_each_operation_is_described(operation: Operation) -> None:
    assert re.fullmatch("[a-z]+(_[a-z0-9]+)*", operation.id)
    assert re.fullmatch(r"[A-Z][^.]*[^.]", operation.summary)
    statuses = of(operation)["responses"]
    assert {str(problem.status) for problem in problems_of(operation)} <= statuses.keys()
    assert {str(status) for status in operation.answers} <= statuses.keys()
    assert set(re.findall(r"{(\w+)}", operation.path)) == {
        parameter["name"] for parameter in of(operation)["parameters"] if parameter["in"] == "path"
    }


@EACH
def test_samples_are_as_the_schemas_say(operation: Operation) -> None:
    contents = [response["content"] for response in of(operation)["responses"].values() if "content" in response]
    contents += [of(operation)["requestBody"]["content"]] if operation.body else []
    for content in contents:
        for media in content.values():
            for example in media.get("examples", {}).values():
                assert fits(media["schema"], example["value"]) == []


@EACH
def test_structs_that_are_sent_refuse_unknown_fields(operation: Operation) -> None:
    if operation.body is not None:
        assert operation.body.__struct_config__.forbid_unknown_fields
    for kind in operation.answers.values():
        assert kind is None or isinstance(kind, Media) or sample_of(kind) is not None


def test_each_type_of_problems_has_a_text() -> None:
    assert problem_texts().keys() == BY_SLUG.keys()
    assert all(problem.status >= 400 for problem in PROBLEMS.values())


async def test_each_page_is_drawn_and_each_link_leads_somewhere(api: httpx.AsyncClient) -> None:
    left, drawn = [f"{PREFIX}/docs"], set[str]()
    while left:
        url = left.pop()
        drawn.add(url)
        answer = await api.get(url, headers={"authorization": ""})
        assert answer.status_code == 200, url
        if "html" in answer.headers["content-type"]:
            assert "script" not in answer.headers["content-security-policy"]
            links = set(re.findall(r'href="([^"]+)"', answer.text))
            left += [link for link in links if link not in drawn and link not in left]
    assert {f"{PREFIX}/docs/operations/{operation.id}" for operation in OPERATIONS} <= drawn
    assert {f"{PREFIX}/docs/problems/{slug}" for slug in BY_SLUG} <= drawn
    assert (await api.get("/docs/problems/none")).status_code == 404
    assert (await api.get("/docs/operations/none")).status_code == 404
