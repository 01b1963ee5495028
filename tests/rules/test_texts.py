"""Catalogues are whole: no text is missing, none has another language's placeholders wrong, and none is unused."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from kalends.console import errors as console_errors
from kalends.console.complaints import FAULTS
from kalends.console.handlers import sorts
from kalends.console.handlers.items import DONE
from kalends.console.handlers.login import NOTES
from kalends.console.handlers.sessions import DONE as SESSION_DONE
from kalends.console.new_booking import UNITS
from kalends.console.views import (
    blocks,
    booking_page,
    cases,
    customer_history,
    customers,
    exceptions,
    extras,
    own_fields,
    prices,
    repeats,
    resources,
    services,
    sites,
    week_form,
)
from kalends.console.views.calendar import VIEWS
from kalends.console.views.closing import CLOSINGS
from kalends.console.views.journal import RECORDS
from kalends.console.views.password import REASONS
from kalends.console.views.preferences import AXES, ZOOMS
from kalends.console.views.scopes import SCOPES as EXTENTS
from kalends.console.views.setup import STEPS
from kalends.engine.accounts.account import VERIFICATIONS, Policy
from kalends.engine.accounts.identity_provider import FAILURES
from kalends.engine.accounts.principal import ROLE_SCOPES, SCOPES
from kalends.engine.accounts.profile import Profile
from kalends.engine.accounts.user import NOTICES
from kalends.engine.billing.discount import DISCOUNT_KINDS
from kalends.engine.billing.invoice import KINDS, PAYMENT_METHODS, STANDINGS
from kalends.engine.bookings.request import CHANNELS
from kalends.engine.bookings.states import STATES, STATUSES
from kalends.engine.bookings.telling import UNREACHABLE
from kalends.engine.catalog.custom_field import KINDS as FIELD_KINDS
from kalends.engine.catalog.custom_field import SUBJECTS
from kalends.engine.catalog.price import PERS
from kalends.engine.catalog.resource import RESOURCE_KINDS
from kalends.engine.catalog.service import BOOKED
from kalends.engine.messages.decision import DROPPED
from kalends.engine.messages.events import PAST
from kalends.engine.messages.facts import KINDS as MESSAGE_KINDS
from kalends.engine.messages.message import STATES as OUTBOX_STATES
from kalends.engine.messages.webhook import WHY_DISABLED
from kalends.notices.sentences import REASONS as REASONS_OF_FAULTS
from kalends.notices.texts import LANGUAGES, read_catalogue
from kalends.page import errors as page_errors
from kalends.page.views.booking import STATES as STATES_OF_PAGE
from kalends.page.views.details import FAULTS as FAULTS_OF_DETAILS
from kalends.page.views.details import FIELDS, TEXTS
from tests.rules.source import HOUSE, Source, files, python, snippet

FOLDERS = sorted({file.parent for file in files(HOUSE, ".po")})
PLACEHOLDER = re.compile(r"{(\w+)}")
# Functions that take a key, beside those that name a parameter so, and where in their arguments it stands.
TAKES_KEY = {"Message": 0, "always": 1, "with_limit": 1}

# The rooms with pages, and what their texts are named by besides: `error.busy`.
LEFT_OUT = ("block", "changed", "corrected", "free", "invoiced")
"""Why something is left out of an invoice, beside its state."""
MISSING = (
    "customer_address",
    "customer_name",
    "issuer_address",
    "issuer_name",
    "issuer_tax_number",
    "rows_exemption",
    "rows_title",
)
"""What keeps an invoice from being issued; see engine/billing/content.py."""
PREFIXES: Mapping[str, Mapping[str, Iterable[str]]] = {
    "console": {
        "error": console_errors.KEYS,
        "advice": console_errors.KEYS,
        "login": NOTES,
        "role": ROLE_SCOPES,
        "kind": RESOURCE_KINDS,
        "view": VIEWS,
        "before": VIEWS,
        "after": VIEWS,
        "axis": AXES,
        "zoom": ZOOMS,
        "fault": (*REASONS_OF_FAULTS, *FAULTS),
        "act": (*CLOSINGS, "back"),
        "channel": CHANNELS,
        "closing": CLOSINGS,
        "date": ("booked", "moved", "skipped"),
        "delivery": (*OUTBOX_STATES, "unsent", "withdrawn"),
        "done": DONE,
        "new": ("any_resource", "any_service", "if_taken", "repeat"),
        "repeat": UNITS,
        "extent": EXTENTS,
        "sessiondone": SESSION_DONE,
        "state": STATES,
        "status": STATUSES,
        "template": MESSAGE_KINDS,
        "taken": ("nearest", "refuse", "skip"),
        "password": REASONS,
        "discount": DISCOUNT_KINDS,
        "dropped": (*DROPPED, "inactive"),
        "facts": NOTICES,
        "identity": FAILURES,
        "language": LANGUAGES,
        "leftout": (*LEFT_OUT, *(state for state in STATES if state != "confirmed")),
        "missing": MISSING,
        "paid": PAYMENT_METHODS,
        "past": PAST,
        "paper": KINDS,
        "papers": KINDS,
        "profile": Profile.__struct_fields__,
        "record": RECORDS,
        "roles": ROLE_SCOPES,
        "rules": Policy.__struct_fields__,
        "scope": SCOPES,
        "sending": OUTBOX_STATES,
        "standing": STANDINGS,
        "stephints": STEPS,
        "steps": STEPS,
        "stopped": WHY_DISABLED,
        "unreached": UNREACHABLE,
        "verification": VERIFICATIONS,
        "bookingpage": booking_page.FIELDS,
        "blocks": (*blocks.TIMES, *repeats.UNITS),
        "cases": (*cases.FIELDS, *cases.MANY),
        "customers": customers.FIELDS,
        "did": customer_history.VERBS,
        "exception": exceptions.FIELDS,
        "subject": customer_history.KINDS,
        "weekday": week_form.WEEKDAYS,
        "extras": extras.FIELDS,
        "field_kind": FIELD_KINDS,
        "field_of": SUBJECTS,
        "custom": own_fields.FIELDS,
        "own_hours": ("some", "only", "never"),
        "per": PERS,
        "prices": prices.FIELDS,
        "resources": resources.FIELDS,
        "service_kind": BOOKED,
        "services": services.FIELDS,
        "sites": sites.FIELDS,
        "sortnames": [sort.name for sort in sorts.SORTS],
        "sorthints": [sort.name for sort in sorts.SORTS],
        "sorts": [f"new_{sort.name}" for sort in sorts.SORTS],
    },
    "page": {
        "error": page_errors.KEYS,
        "advice": page_errors.KEYS,
        "with": RESOURCE_KINDS,
        "done": STATES_OF_PAGE,
        "after": STATES_OF_PAGE,
        "field": TEXTS,
        "fault": [f"{field}_{fault}" for field in FIELDS for fault in FAULTS_OF_DETAILS],
    },
}


def entries(file: Path, language: str) -> dict[str, tuple[str, ...]]:
    return {key: tuple(forms) for key, forms in read_catalogue(file, language).texts.items()}


def placeholders(forms: Sequence[str]) -> set[frozenset[str]]:
    """Those of each form of a text; a singular may write its number out."""
    spelled_out = {"count"} if len(forms) > 1 else set()
    return {frozenset(PLACEHOLDER.findall(form)) - spelled_out for form in forms}


def key_arguments(source: Source) -> Iterator[ast.expr]:
    """The expressions that stand where a function takes the key of a text."""
    positions = {
        node.name: [argument.arg for argument in node.args.args].index("key")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef) and any(argument.arg == "key" for argument in node.args.args)
    }
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        at = {**TAKES_KEY, **positions}.get(node.func.id)
        if at is not None and len(node.args) > at:
            yield node.args[at]
        if node.func.id == "fields":
            yield from (keyword.value for keyword in node.keywords)


def used(sources: Sequence[Source]) -> tuple[set[str], set[str]]:
    """The keys that stand in the sources, and the prefixes of those that are put together from a reason."""
    keys: set[str] = set()
    prefixes: set[str] = set()
    for source in sources:
        if "malformed" in called(source):  # dialects/kit/wire_errors.py puts these together
            keys.add("unreadable")
            prefixes.add("unreadable.")
        for argument in key_arguments(source):
            inner = {id(part) for node in ast.walk(argument) if isinstance(node, ast.JoinedStr) for part in node.values}
            for node in ast.walk(argument):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and not compared(argument, node):
                    (prefixes if id(node) in inner else keys).add(node.value)
    return keys, prefixes


def called(source: Source) -> set[str]:
    """The names of the functions that are called."""
    calls = (node.func for node in ast.walk(source.tree) if isinstance(node, ast.Call))
    return {function.id for function in calls if isinstance(function, ast.Name)}


def compared(tree: ast.expr, node: ast.AST) -> bool:
    return any(node in ast.walk(test) for test in ast.walk(tree) if isinstance(test, ast.Compare))


def families(sources: Sequence[Source]) -> list[set[str]]:
    """The tuples of names that stand at the head of the sources."""
    found = []
    for source in sources:
        for node in source.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
                names = {part.value for part in node.value.elts if isinstance(part, ast.Constant)}
                found.append({name for name in names if isinstance(name, str)})
    return found


def misused(catalogue: set[str], sources: Sequence[Source]) -> list[str]:
    """Texts that are missing, and those that nobody uses."""
    keys, prefixes = used(sources)
    wanted = set(keys)
    for prefix in prefixes:
        own = {key.removeprefix(prefix) for key in (catalogue | keys) if key.startswith(prefix)}
        family = max(families(sources), key=lambda names: len(names & own))
        wanted |= {prefix + name for name in family}
    return sorted(
        [f"{key} is missing" for key in wanted - catalogue] + [f"{key} is unused" for key in catalogue - wanted]
    )


def test_there_are_catalogues() -> None:
    assert len(FOLDERS) >= 3


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(HOUSE).as_posix())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_its_placeholders(folder: Path, language: str) -> None:
    english, translated = entries(folder / "en.po", "en"), entries(folder / f"{language}.po", language)
    assert sorted(translated) == sorted(english)
    assert [key for key, forms in translated.items() if not all(forms)] == []
    wrong = {key: forms for key, forms in translated.items() if placeholders(forms) != placeholders(english[key])}
    assert wrong == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(HOUSE).as_posix())
def test_a_catalogue_is_in_its_language_and_names_each_key_once(folder: Path) -> None:
    for language in LANGUAGES:
        file = folder / f"{language}.po"
        with file.open("rb") as opened:
            assert str(read_po(opened).locale) == language
        keys = re.findall(r'^msgid "(.+)"$', file.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    "door",
    [folder.parent for folder in FOLDERS if folder.name == "texts" and folder.parent.name not in PREFIXES],
    ids=lambda door: door.name,
)
def test_every_text_of_a_door_is_there_and_used(door: Path) -> None:
    assert misused(set(entries(door / "texts" / "en.po", "en")), python(door)) == []


@pytest.mark.parametrize("room", PREFIXES)
def test_every_text_of_pages_is_there_and_used(room: str) -> None:
    pages = HOUSE / room
    templates = "".join(file.read_text(encoding="utf-8") for file in files(pages / "templates"))
    code = "".join(source.text for source in python(pages))
    read = set(re.findall(r"[\"']((?:[a-z]+\.)?[a-z_]+)[\"']", "".join(re.findall(r"_\(([^()]*)", templates))))
    read |= {key for key in re.findall(r"\"([a-z]+\.[a-z_]+)\"", code) if not key.endswith((".html", ".js"))}
    read |= set(re.findall(r"Message\(\"([\w.]+)\"", code))
    read |= {f"{prefix}.{name}" for prefix, names in PREFIXES[room].items() for name in names}
    keys = set(entries(pages / "texts" / "en.po", "en"))
    assert sorted(keys ^ (read - {f"kalends.{room}"})) == []


def test_every_text_of_an_invoice_is_there_and_used() -> None:
    notices = HOUSE / "notices"
    template = (notices / "templates" / "invoice.typ").read_text(encoding="utf-8")
    text = "".join((notices / name).read_text(encoding="utf-8") for name in ("invoice.py", "invoice_rows.py"))
    read = {*re.findall(r"words\.(\w+)", template), *re.findall(r"words\[['\"](\w+)['\"]\]", text)}
    read |= {"hour", "day_unit", "quantity", *KINDS}
    keys = set(entries(notices / "invoice_texts" / "en.po", "en"))
    assert {key for key in keys ^ read if not key.startswith("method_")} == set()


def test_every_text_of_messages_is_there_and_used() -> None:
    notices = HOUSE / "notices"
    text = "".join(file.read_text(encoding="utf-8") for file in files(notices / "messages", ".py"))
    read = set(re.findall(r"text\(['\"]([\w.]+)['\"]", text))
    read |= {f"head.{kind}" for kind in (*MESSAGE_KINDS, "to_confirm")} | {f"label.{kind}" for kind in RESOURCE_KINDS}
    read |= {f"intro.{kind}" for kind in set(MESSAGE_KINDS) - {"notification", "digest"}}
    read |= {f"label.{label}" for label in re.findall(r"\(\"(\w+)\", ", text)}
    read |= {f"webhook.{reason}" for reason in WHY_DISABLED}
    keys = set(entries(notices / "message_texts" / "en.po", "en"))
    assert keys - read == set()
    assert {key for key in read - keys if not key.startswith("label.")} == set()


def test_a_missing_and_an_unused_text_are_found() -> None:
    code = "KINDS = ('a', 'b')\ndef f(x, key): ...\nf(1, 'one')\nMessage(f'kind.{x}' if x in 'z' else 'kind.c')\n"
    sources = [snippet(code)]
    malformed = [snippet("UNREADABLE = ('json', 'form')\nANSWERS = {Malformed: malformed(UNREADABLE)}\n")]
    assert misused({"unreadable", "unreadable.json"}, malformed) == ["unreadable.form is missing"]
    assert misused({"one", "kind.a", "kind.b", "kind.c"}, sources) == []
    assert misused({"two", "kind.a", "kind.c"}, sources) == ["kind.b is missing", "one is missing", "two is unused"]


def test_a_wrong_placeholder_is_found() -> None:
    assert placeholders(("a {most}",)) != placeholders(("ein {meist}",))
    assert placeholders(("one", "{count} many")) == placeholders(("{count} a", "{count} b", "{count} c"))
    assert placeholders(("{count} more",)) != placeholders(("more",))
