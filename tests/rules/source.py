"""The project's own files as trees, and the few questions that the house rules ask of them.

A checker takes a `Source` and returns findings, so that its own test can hand it a bad snippet; a rule runs the checker
over the project and expects no finding.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

import msgspec

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
HOUSE = SRC / "kalends"
MADE = {".venv", "venv", "__pycache__", "build", "dist", "node_modules"}

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


class Source(msgspec.Struct, frozen=True):
    """One file: its path from the root (below `src/`, from there), its text and, for Python, its tree."""

    path: str
    text: str
    tree: ast.Module

    def at(self, node: ast.AST, message: str) -> str:
        """A finding, in the form that editors can jump to."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {message}"


def snippet(text: str, path: str = "kalends/somewhere.py") -> Source:
    """A file that exists only in a test."""
    return Source(path, text, ast.parse(text))


@cache
def read(file: Path) -> Source:
    """The file as a source; only Python has a tree. Read once: nothing changes a file while rules are checked."""
    text = file.read_text(encoding="utf-8")
    base = SRC if file.is_relative_to(SRC) else ROOT
    return Source(file.relative_to(base).as_posix(), text, ast.parse(text if file.suffix == ".py" else ""))


def files(folder: Path, *suffixes: str) -> list[Path]:
    """The files below the folder, in order, without what tools have made; all of them when no suffix is named."""
    return sorted(file for file in walk(folder) if not suffixes or file.suffix in suffixes)


def walk(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir() if folder.is_dir() else ():
        if entry.name == ".git":  # a folder, or in a second working tree a file that says where that is
            continue
        if entry.is_dir():
            made = entry.name in MADE or entry.name.endswith(".egg-info")
            hidden = entry.name.startswith(".") and entry.name not in {".ci", ".github"}
            if not made and not hidden:
                yield from walk(entry)
        else:
            yield entry


def python(*folders: Path) -> list[Source]:
    """The Python files below the folders."""
    return [read(file) for folder in folders for file in files(folder, ".py")]


def within(path: str, *places: str) -> bool:
    """Is the path one of the places (files), or below one of them (folders, ending in a slash)?"""
    return any(path == place or (place.endswith("/") and path.startswith(place)) for place in places)


def functions(tree: ast.Module) -> Iterator[Function]:
    """Every function and method, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def docstring(node: ast.AST) -> ast.Constant | None:
    """The constant that is the docstring of a module, class or function."""
    body = getattr(node, "body", None)
    first = body[0] if isinstance(body, list) and body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first.value
    return None


def strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Every string that is not a docstring; of f-strings, the literal parts."""
    docstrings = {id(docstring(node)) for node in ast.walk(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node


def aliases(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for: `{"dt": "datetime.datetime"}` after `from datetime import datetime as dt`."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update({a.asname: a.name for a in node.names if a.asname})
        elif isinstance(node, ast.ImportFrom):
            found.update({a.asname or a.name: f"{node.module or ''}.{a.name}" for a in node.names})
    return found


def qualified(node: ast.AST, names: dict[str, str]) -> str:
    """The dotted name that the expression stands for, or "" when it is not a plain name: `datetime.datetime.now`."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        owner = qualified(node.value, names)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
