"""What is true of every file: no test is left out without a word, nothing tells on which machine it was written."""

import ast
import re

from tests.rules.source import ROOT, Source, aliases, files, python, qualified, snippet

SKIPS = {
    "pytest.skip",
    "pytest.xfail",
    "pytest.importorskip",
    "pytest.mark.skip",
    "pytest.mark.skipif",
    "pytest.mark.xfail",
}
POSITIONAL_REASON = {"pytest.skip", "pytest.xfail", "pytest.mark.skip"}

# In pieces, so that this file does not name them.
HOSTS = tuple(
    ".".join(host)
    for host in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("anaconda", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("crates", "io"),
        ("golang", "org"),
    )
)
HOST = re.compile("|".join(rf"\b{re.escape(host)}\b" for host in HOSTS), re.IGNORECASE)
INDEX = re.compile(r"^\s*--?(index-url|extra-index-url|find-links|trusted-host|i|f)\b", re.MULTILINE)
MACHINE = re.compile(r"(?<![\w.}$~-])/(work|home|root|Users)/\w")


def silent_skips(source: Source) -> list[str]:
    names = aliases(source.tree)
    with_reason = {
        id(node.func) for node in ast.walk(source.tree) if isinstance(node, ast.Call) and reasoned(node, names)
    }
    mentions = (node for node in ast.walk(source.tree) if isinstance(node, ast.Name | ast.Attribute))
    skips = (node for node in mentions if qualified(node, names) in SKIPS and id(node) not in with_reason)
    return [source.at(node, "left out without a reason") for node in skips]


def reasoned(call: ast.Call, names: dict[str, str]) -> bool:
    named = any(keyword.arg in {"reason", "msg"} for keyword in call.keywords)
    return named or (bool(call.args) and qualified(call.func, names) in POSITIONAL_REASON)


def traces(path: str, text: str) -> list[str]:
    """Hosts of package registries, options that name an index, and folders of one machine."""
    patterns = [HOST, MACHINE, *([INDEX] if path.startswith("requirements") else [])]
    matches = (match for pattern in patterns for match in pattern.finditer(text))
    return [f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match[0].strip()}" for match in matches]


def test_no_test_is_left_out_silently() -> None:
    assert [finding for source in python(ROOT / "tests") for finding in silent_skips(source)] == []


def test_no_file_tells_where_it_was_made() -> None:
    found = []
    for file in files(ROOT):
        text = file.read_bytes().decode("utf-8", errors="ignore")
        found += traces(file.relative_to(ROOT).as_posix(), text)
    assert found == []


def test_a_silent_skip_is_found() -> None:
    bad = (
        "import pytest\n@pytest.mark.skip\ndef a(): ...\n@pytest.mark.skipif(x)\ndef b(): ...\n"
        "@pytest.mark.xfail()\ndef c():\n    pytest.skip()\n"
    )
    good = "import pytest\n@pytest.mark.skipif(x, reason='as root')\ndef a():\n    pytest.skip('no server')\n"
    assert len(silent_skips(snippet(bad))) == 4
    assert silent_skips(snippet(good)) == []


def test_a_trace_is_found() -> None:
    assert traces("README.md", f"see\nhttps://{HOSTS[0]}/x") == [f"README.md:2: {HOSTS[0]}"]
    assert traces("a.py", "open('/" + "home/ada/x')") == ["a.py:1: /" + "home/a"]
    assert traces("requirements.txt", "--index-url x\na==1") == ["requirements.txt:1: --index-url"]
    assert traces("a.py", "/rooms/home/1 ~/home/x ./home/y") == []
