"""Some things have one place: SQL the store, the environment the settings, a vendor's name its folder."""

import ast
import re

from tests.rules.source import HOUSE, Source, aliases, files, python, qualified, read, snippet, strings, within

STATEMENT = re.compile(
    r"\s*(select\s+(\d|\*|\w+\s*\()|select\s.*?\sfrom\s|insert\s+into\s|update\s+\S+\s+(\w+\s+)?set\s|delete\s+from\s"
    r"|with\s+(recursive\s+)?\w+\s*(\([^)]*\)\s*)?as\s|merge\s+into\s|truncate\s|lock\s+table\s"
    r"|(create|drop|alter)\s+(table|database|role|schema|index|extension|sequence|function|type)\s)",
    re.IGNORECASE | re.DOTALL,
)

# A rule's source may be cited anywhere ("MakePlans reference, Listing"); a decision by vendor may not be taken.
VENDOR = re.compile(r"(makeplans|locaboo|bookio|cliniko|carecloud)(?! (reference,|changelog \d))", re.IGNORECASE)
# The composition root and the settings name the doors to mount them; the command line names them in its demo.
VENDORS_NAMED = ("kalends/main.py", "kalends/settings.py", "kalends/cli/")

# They hand the environment on to a process that they start, and read nothing from it.
ENVIRONMENT_PASSED_ON: tuple[str, ...] = ()


def statements(source: Source) -> list[str]:
    texts = ((node, str(node.value)) for node in strings(source.tree))
    return [source.at(node, "SQL outside the store") for node, text in texts if STATEMENT.match(text)]


def environment(source: Source) -> list[str]:
    names = aliases(source.tree)
    mentions = (node for node in ast.walk(source.tree) if isinstance(node, ast.Name | ast.Attribute))
    readers = {"os.environ", "os.environb", "os.getenv", "os.getenvb"}
    return [source.at(n, "knows the environment") for n in mentions if qualified(n, names) in readers]


def vendors(source: Source) -> list[str]:
    """Names of vendors in the text, but not a dialect's own."""
    parts = source.path.split("/")
    own = parts[2] if parts[1] == "dialects" else None
    lines = enumerate(source.text.splitlines(), 1)
    named = ((n, m[1]) for n, line in lines for m in VENDOR.finditer(line) if m[1].lower() != own)
    return [f"{source.path}:{n}: names {vendor}" for n, vendor in named]


def test_statements_stand_in_the_store() -> None:
    every = [source for source in python(HOUSE) if not within(source.path, "kalends/store/")]
    assert [finding for source in every for finding in statements(source)] == []


def test_the_environment_is_read_by_the_settings() -> None:
    allowed = ("kalends/settings.py", *ENVIRONMENT_PASSED_ON)
    every = [source for source in python(HOUSE) if not within(source.path, *allowed)]
    assert [finding for source in every for finding in environment(source)] == []


def test_a_vendor_is_named_in_its_folder_only() -> None:
    every = [read(file) for file in files(HOUSE, ".py", ".sql", ".html", ".toml")]
    elsewhere = [source for source in every if not within(source.path, *VENDORS_NAMED)]
    assert [finding for source in elsewhere for finding in vendors(source)] == []


def test_a_statement_is_found() -> None:
    bad = (
        "select id from item",
        "\n    SELECT pg_advisory_xact_lock(1)",
        "insert into item (id) values (1)",
        "update item set state = 'x'",
        "delete from item",
        "with gone as (delete from item returning 1) select 1",
        "create table x (y int)",
    )
    assert [text for text in bad if not statements(snippet(repr((text,))))] == []


def test_a_sentence_is_no_statement() -> None:
    good = ("Select a time that suits you", "update the booking", "With kind regards", "selected", "delete", "insert")
    assert [text for text in good if statements(snippet(repr((text,))))] == []


def test_reading_the_environment_is_found() -> None:
    bad = "import os\nfrom os import environ as e\nos.getenv('A')\ne['B']\nos.environ.get('C')\n"
    assert len(environment(snippet(bad))) == 3
    assert environment(snippet("import os\nos.getpid()\n")) == []


def test_a_vendor_named_elsewhere_is_found() -> None:
    assert vendors(snippet("# as MakePlans does", "kalends/engine/booking.py")) == [
        "kalends/engine/booking.py:1: names MakePlans"
    ]
    assert vendors(snippet("# not as Cliniko", "kalends/dialects/makeplans/parse.py")) != []
    assert vendors(snippet("# MakePlans", "kalends/dialects/makeplans/parse.py")) == []
    assert vendors(snippet("# Source: MakePlans reference, Listing", "kalends/engine/booking.py")) == []
