"""Imports stand at the head of the file, where import-linter and readers see them."""

import ast
from pathlib import Path

from tests.rules.source import HOUSE, ROOT, SRC, Source, files, python, snippet


def hidden_imports(source: Source) -> list[str]:
    """Imports that are not statements of the module itself: in functions, classes, `if` and `try`."""
    at_head = {id(node) for node in source.tree.body}
    imports = (node for node in ast.walk(source.tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return [source.at(node, "an import that is not at the head") for node in imports if id(node) not in at_head]


def not_packages(modules: list[Path]) -> list[str]:
    """Folders with modules but without `__init__.py`: the import contracts would not see them."""
    folders = {module.parent for module in modules}
    return sorted(str(folder) for folder in folders if folder / "__init__.py" not in modules)


def test_imports_stand_at_the_head() -> None:
    every = python(SRC, ROOT / "tests", ROOT / "bench")
    assert [finding for source in every for finding in hidden_imports(source)] == []


def test_every_folder_is_a_package() -> None:
    assert not_packages(files(HOUSE, ".py")) == []


def test_a_hidden_import_is_found() -> None:
    bad = (
        "import a\nif x:\n    import b\ndef f():\n    from c import d\n"
        "class E:\n    import g\ntry:\n    import h\nfinally: ...\n"
    )
    found = hidden_imports(snippet(bad))
    assert found == [f"kalends/somewhere.py:{n}: an import that is not at the head" for n in (3, 5, 7, 9)]


def test_a_folder_that_is_no_package_is_found() -> None:
    assert not_packages([Path("a/__init__.py"), Path("a/b.py"), Path("a/c/d.py")]) == ["a/c"]
