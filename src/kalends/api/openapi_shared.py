"""Parts of the OpenAPI document that operations share: each is described once, in the components, and referred to."""

from collections.abc import Sequence
from typing import Any

from kalends.api.problem_types import BY_SLUG, MEDIA_TYPE, PAGES, ProblemType
from kalends.api.reading import fields_of

SCHEMAS = "#/components/schemas/"
ALWAYS = ("X-Request-Id", "RateLimit-Policy", "RateLimit")
"""Headers of every answer; those about limits are there if the key has any."""
_PARAMETERS = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Requests with the same one to the same path have one effect and get one answer.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
        "example": "2f6c1f0e-9d0e-4f0b-8a53-6f3b2e7d8a11",
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag of what was read: if it was changed since, nothing is written.",
        "schema": {"type": "string"},
        "example": '"7-1c0b2a9d3e4f"',
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of an earlier answer: if that is still right, the answer is 304.",
        "schema": {"type": "string"},
        "example": '"7-1c0b2a9d3e4f"',
    },
    "AcceptLanguage": {
        "name": "Accept-Language",
        "in": "header",
        "description": "The language of texts for people: en, de, sk, cs or nb.",
        "schema": {"type": "string"},
        "example": "de",
    },
}
_HEADERS = {
    "ETag": {"description": "The version of what is answered.", "schema": {"type": "string"}},
    "X-Request-Id": {"description": "Finds the request in the log.", "schema": {"type": "string"}},
    "Location": {"description": "The address of what was made.", "schema": {"type": "string", "format": "uri"}},
    "RateLimit-Policy": {"description": "The limits of the key.", "schema": {"type": "string"}},
    "RateLimit": {"description": "What is left of them.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds after which to try again.", "schema": {"type": "integer"}},
}


def parameter(name: str) -> dict[str, str]:
    """A reference to a shared parameter."""
    assert name in _PARAMETERS
    return {"$ref": f"#/components/parameters/{name}"}


def headers(*names: str) -> dict[str, Any]:
    """References to shared headers, by name."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def refused(problems: Sequence[ProblemType]) -> dict[str, Any]:
    """The answer with one of these problems, which have the same status."""
    if len(problems) == 1:
        return {"$ref": f"#/components/responses/{problems[0].slug}"}
    return _answer(problems)


def components() -> dict[str, Any]:
    """The shared parts, by kind and name."""
    return {
        "parameters": _PARAMETERS,
        "headers": _HEADERS,
        "examples": {slug: {"summary": kind.title, "value": kind.sample} for slug, kind in BY_SLUG.items()},
        "responses": {slug: _answer([kind]) for slug, kind in BY_SLUG.items()},
    }


def _answer(problems: Sequence[ProblemType]) -> dict[str, Any]:
    # Clients take the first shape that fits, and the general one fits always.
    kinds = sorted({problem.shape for problem in problems}, key=lambda kind: (-len(fields_of(kind)), kind.__name__))
    shapes: list[dict[str, Any]] = [{"$ref": SCHEMAS + kind.__name__} for kind in kinds]
    has_wait = any("retry_after" in problem.shape.__struct_fields__ for problem in problems)
    return {
        "description": "; ".join(f"[{problem.title}](.{PAGES}{problem.slug})" for problem in problems),
        "headers": headers(*ALWAYS, *(["Retry-After"] if has_wait else [])),
        "content": {
            MEDIA_TYPE: {
                "schema": shapes[0] if len(shapes) == 1 else {"anyOf": shapes},
                "examples": {problem.slug: {"$ref": f"#/components/examples/{problem.slug}"} for problem in problems},
            }
        },
    }
