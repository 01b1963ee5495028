"""Leaves of a vendor's OpenAPI document what is about the form of requests and answers: paths, parameters, schemas.

    python -m tests.dialects.strip_openapi FILE tests/dialects/DOOR/openapi.json

Sentences, examples and hosts are left out.
"""

import json
import sys
from pathlib import Path
from typing import Any

_SENTENCES = {"description", "summary", "example", "examples", "externalDocs", "tags", "title", "servers"}
_NAMES = {"properties", "schemas", "paths", "responses", "parameters", "requestBodies", "securitySchemes"}
"""What holds names of the API's own, such as a field `title`, that are not left out."""


def stripped(value: Any, *, names: bool = False) -> Any:
    """The value without its sentences; `names`: its keys are names."""
    if isinstance(value, list):
        return [stripped(element) for element in value]
    if not isinstance(value, dict):
        return value
    return {
        key: stripped(inner, names=not names and key in _NAMES)
        for key, inner in value.items()
        if names or (key not in _SENTENCES and not key.startswith("x-"))
    }


def with_descriptions(document: Any) -> Any:
    """The document with the empty descriptions of responses that OpenAPI demands."""
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    described = [operation.get("responses", {}) for operation in operations if isinstance(operation, dict)]
    for responses in (*described, document["components"].get("responses", {})):
        for response in responses.values():
            if "$ref" not in response:
                response.setdefault("description", "")
    return document


def main(source: Path, target: Path) -> None:
    """Write the stripped document."""
    document = json.loads(source.read_text(encoding="utf-8"))
    kept = stripped({key: document[key] for key in ("security", "components", "paths") if key in document})
    head = {"openapi": document["openapi"], "info": {"title": target.parent.name, "version": "1"}}
    text = json.dumps(with_descriptions({**head, **kept}), separators=(",", ":"))
    target.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
