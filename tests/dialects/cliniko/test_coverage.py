"""Every operation of the vendor's document is there, or stands in COVERAGE as not there and answers 404."""

import re

from kalends.dialects.cliniko.routes import ROUTES, door
from tests.dialects.cliniko.clinic import Clinic
from tests.dialects.cliniko.contract import CONTRACT
from tests.dialects.elsewhere import names

METHODS = ("get", "post", "put", "patch", "delete")
_PARAMETER = re.compile(r"{\w+}")


def without_names(route: str) -> str:
    return _PARAMETER.sub("{}", route)


def missing() -> list[tuple[str, str]]:
    """The operations of the document that have no route, as method and path."""
    there = {without_names(route) for route in names(ROUTES)}
    operations = [
        (method.upper(), path)
        for path, described in CONTRACT.document["paths"].items()
        for method in described
        if method in METHODS
    ]
    return [(method, path) for method, path in operations if without_names(f"{method} {path}") not in there]


async def test_what_is_not_there_is_not_found_and_listed(clinic: Clinic) -> None:
    not_there = door.coverage.partition("## Not there")[2]
    listed = set(re.findall(r"`(/[^`]+)`", not_there))
    assert listed == {path for _, path in missing()}
    for method, path in missing():
        response = await clinic.client.request(method, _PARAMETER.sub("1", path))
        assert (response.status_code, response.json()) == (404, {"message": "Not found"}), (method, path)
