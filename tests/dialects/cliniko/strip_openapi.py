"""Makes `openapi.json` of the vendor's OpenAPI document: `python -m tests.dialects.cliniko.strip_openapi FILE`.

What is left are paths, parameters and schemas. Sentences, examples and all that is not about the form of an answer are
left out.
"""

import json
import sys
from pathlib import Path
from typing import Any

STRIPPED = Path(__file__).parent / "openapi.json"
_SENTENCES = {"description", "summary", "example", "externalDocs", "tags", "title", "x-tags"}
_NAMES = {"properties", "schemas", "paths", "responses", "parameters", "requestBodies"}
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
    """The document with what OpenAPI demands although it says nothing: an empty description of each response."""
    for path in document["paths"].values():
        for operation in path.values():
            for response in operation.get("responses", {}).values() if isinstance(operation, dict) else ():
                response.setdefault("description", "")
    for response in document["components"]["responses"].values():
        response.setdefault("description", "")
    return document


def main() -> None:
    """Write the stripped document beside this file."""
    document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    document = {key: document[key] for key in ("openapi", "security", "components", "paths")}
    document = stripped(document, names=False)
    document = {**document, "info": {"title": "Cliniko", "version": "v1"}}
    STRIPPED.write_text(json.dumps(with_descriptions(document), separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
