"""Every setting and every route is written down where people look for it."""

import importlib
import re
from collections.abc import Iterable
from typing import ClassVar, get_origin, get_type_hints

import pytest
from starlette.routing import Route, Router

from kalends.web.door import Answer, WebRequest
from kalends.web.routing import Endpoint, Path, build_router
from tests.rules.source import HOUSE, ROOT

DOORS = sorted(routes.parent.name for routes in (HOUSE / "dialects").glob("*/routes.py"))


def unwritten(names: Iterable[str], page: str) -> list[str]:
    """The names that the page does not have in backticks, alone or in front of a value (`KALENDS_PORT=8000`)."""
    return [name for name in names if not re.search(rf"`{re.escape(name)}[`=]", page)]


def settings(of: type) -> list[str]:
    """The environment's name of each setting."""
    hints = get_type_hints(of)
    return [f"KALENDS_{name.upper()}" for name in hints if get_origin(hints[name]) is not ClassVar]


def routes(router: Router) -> list[str]:
    """Each method and path below the door, as `GET /bookings/{id}`."""
    paths = [route.app for route in router.routes if isinstance(route, Route) and isinstance(route.app, Path)]
    return sorted(f"{method} {path.template}" for path in paths for method in path.by_method)


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert unwritten(settings(importlib.import_module("kalends.settings").Settings), page) == []


@pytest.mark.parametrize("door", DOORS)
def test_every_route_is_covered(door: str) -> None:
    page = (HOUSE / "dialects" / door / "COVERAGE.md").read_text(encoding="utf-8")
    assert unwritten(routes(importlib.import_module(f"kalends.dialects.{door}.routes").router), page) == []


def test_an_unwritten_name_is_found() -> None:
    assert unwritten(["GET /a", "GET /a/{id}"], "| `GET /a` | yes |") == ["GET /a/{id}"]
    assert unwritten(["KALENDS_PORT"], "`KALENDS_PORT=8000`") == []


def test_settings_are_named_by_their_fields() -> None:
    class Sample:
        kinds: ClassVar[int] = 3
        database_url: str

    assert settings(Sample) == ["KALENDS_DATABASE_URL"]


def test_routes_are_named_by_method_and_path() -> None:
    async def made(request: WebRequest) -> Answer:
        return Answer(200)

    endpoints = Endpoint("GET", "/bookings/{id:str}", made), Endpoint(("POST", "PUT"), "/bookings", made)
    assert routes(build_router(endpoints)) == ["GET /bookings/{id}", "POST /bookings", "PUT /bookings"]
