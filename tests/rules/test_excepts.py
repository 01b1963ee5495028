"""Nothing is caught wholesale but at the edge of a process, where it is logged and answered."""

import ast

from tests.rules.source import HOUSE, Source, aliases, python, qualified, snippet, within

# Each one answers for a whole process: what nobody foresaw becomes a log line and a 500, or a job tried again.
PROCESS_EDGES = ("kalends/web/shell.py", "kalends/jobs/worker.py")

BROAD = {"Exception", "BaseException", "builtins.Exception", "builtins.BaseException"}


def broad_excepts(source: Source) -> list[str]:
    names = aliases(source.tree)
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        elif isinstance(node, ast.Call) and qualified(node.func, names) == "contextlib.suppress":
            caught = node.args
        else:
            continue
        if any(kind is None or qualified(kind, names) in BROAD for kind in caught):
            found.append(source.at(node, "catches everything"))
    return found


def test_nothing_is_caught_wholesale() -> None:
    every = [source for source in python(HOUSE) if not within(source.path, *PROCESS_EDGES)]
    assert [finding for source in every for finding in broad_excepts(source)] == []


def test_a_broad_except_is_found() -> None:
    bad = (
        "from contextlib import suppress\n"
        "try: a()\nexcept Exception: b()\n"
        "try: a()\nexcept (ValueError, BaseException): b()\n"
        "try: a()\nexcept: b()\n"
        "with suppress(Exception): a()\n"
    )
    assert [finding.split(":")[1] for finding in broad_excepts(snippet(bad))] == ["3", "5", "7", "8"]


def test_a_narrow_except_is_fine() -> None:
    assert broad_excepts(snippet("try: a()\nexcept (ValueError, KeyError): b()\n")) == []
