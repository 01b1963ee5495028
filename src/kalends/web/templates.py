"""The templates of pages. This module is loaded when the first page is drawn; see web/pages.py."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def draw(package: str, template: str, values: Mapping[str, Any]) -> str:
    """The template of the package with these values. What it does not know is an error, not left out."""
    return _environment(package).get_template(template).render(values)


@cache
def _environment(package: str) -> Environment:
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
