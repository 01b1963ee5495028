"""The door: its table of methods, paths, handlers and error names.

PUT is the older spelling of PATCH, DELETE that of archive, and `/deleted` that of a filter; clients send them still.
"""

from importlib.resources import files

from kalends.dialects.cliniko import error_names as names
from kalends.dialects.cliniko.auth import key_of
from kalends.dialects.cliniko.errors import answer
from kalends.dialects.cliniko.fields.view import DOOR
from kalends.dialects.cliniko.handlers import patients
from kalends.dialects.kit.paths import no_suffix
from kalends.dialects.kit.routing import router_of
from kalends.web.auth import Handler
from kalends.web.door import Door, DoorRules
from kalends.web.routing import Method

_CHANGE: tuple[Method, ...] = ("PATCH", "PUT")
_PATIENT = "/patients/{id:str}"

ROUTES: tuple[tuple[Method | tuple[Method, ...], str, Handler, names.ErrorNames], ...] = (
    ("GET", "/patients", patients.listing, names.PATIENTS),
    ("GET", "/patients/archived", patients.archived, names.PATIENTS),
    ("GET", "/patients/deleted", patients.archived, names.PATIENTS),
    ("POST", "/patients", patients.create, names.PATIENTS),
    ("GET", _PATIENT, patients.show, names.PATIENTS),
    (_CHANGE, _PATIENT, patients.update, names.PATIENTS),
    ("DELETE", _PATIENT, patients.archive, names.PATIENTS),
    ("POST", f"{_PATIENT}/archive", patients.archive, names.PATIENTS),
    ("POST", f"{_PATIENT}/unarchive", patients.unarchive, names.PATIENTS),
)

router = router_of(ROUTES)

door = Door(
    name=DOOR,
    base_path="/cliniko/v1",
    router=router,
    key_of=key_of,
    answer=answer,
    clean_path=no_suffix,
    coverage=files("kalends.dialects.cliniko").joinpath("COVERAGE.md").read_text(encoding="utf-8"),
    show_key="Authorization: Basic, with the key as user name and no password",
    rules=DoorRules(key_limit="200/60"),
)
