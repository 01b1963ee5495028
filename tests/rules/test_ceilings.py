"""Beauty is lost in the biggest files: no file, function or parameter list above its ceiling."""

import ast

from tests.rules.source import ROOT, SRC, Function, Source, docstring, files, functions, python, read, snippet

SRC_LINES, TEST_LINES, FUNCTION_LINES, PARAMETERS = 300, 400, 40, 6


def too_long(source: Source, ceiling: int) -> list[str]:
    lines = len(source.text.splitlines())
    return [f"{source.path}:1: {lines} lines, at most {ceiling}"] if lines > ceiling else []


def functions_too_big(source: Source) -> list[str]:
    found = []
    for function in functions(source.tree):
        if (lines := own_lines(function)) > FUNCTION_LINES:
            found.append(source.at(function, f"{function.name} has {lines} lines, at most {FUNCTION_LINES}"))
        if (count := parameters(function)) > PARAMETERS:
            found.append(
                source.at(function, f"{function.name} has {count} positional parameters, at most {PARAMETERS}")
            )
    return found


def own_lines(function: Function) -> int:
    """Lines from `def` to the end, without the docstring."""
    doc = docstring(function)
    return lines_of(function) - (lines_of(doc) if doc else 0)


def lines_of(node: Function | ast.Constant) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def parameters(function: Function) -> int:
    """Positional parameters without `self` and `cls`: those named where they are given cost a reader nothing."""
    taken = function.args
    return sum(one.arg not in {"self", "cls"} for one in (*taken.posonlyargs, *taken.args))


def test_files() -> None:
    code = [*files(SRC, ".py", ".sql"), *files(ROOT / "bench", ".py")]
    found = [finding for file in code for finding in too_long(read(file), SRC_LINES)]
    found += [finding for source in python(ROOT / "tests") for finding in too_long(source, TEST_LINES)]
    assert found == []


def test_functions() -> None:
    every = python(SRC, ROOT / "tests", ROOT / "bench")
    assert [finding for source in every for finding in functions_too_big(source)] == []


def test_a_long_file_is_found() -> None:
    assert too_long(snippet("x = 1\n" * 301), SRC_LINES) == ["kalends/somewhere.py:1: 301 lines, at most 300"]
    assert too_long(snippet("x = 1\n" * 300), SRC_LINES) == []


def test_a_long_function_is_found() -> None:
    def of(lines: int) -> Source:
        return snippet("def f():\n    '''Why,\n    and how.'''\n" + "    x = 1\n" * (lines - 1))

    assert functions_too_big(of(40)) == []
    assert functions_too_big(of(41)) == ["kalends/somewhere.py:1: f has 41 lines, at most 40"]


def test_a_long_parameter_list_is_found() -> None:
    within = "class A:\n    def f(self, a, b, /, c, d, e, f, *g, h, i, **j): ...\n"
    assert functions_too_big(snippet(within)) == []
    beyond = "async def f(a, b, /, c, d, e, f, g): ...\n"
    assert functions_too_big(snippet(beyond)) == ["kalends/somewhere.py:1: f has 7 positional parameters, at most 6"]
