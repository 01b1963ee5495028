"""The subset of Jinja that templates of accounts may use.

They print names, choose by `if` and go through `times`; they call nothing, keep nothing and count nothing. One loop
inside another is not permitted either, nor what is nested so deeply that Python would compile it for seconds, so what a
template takes is bounded by its length.
"""

from collections.abc import Iterator

from jinja2 import nodes

from kalends.notices.messages.names import FIELDS, PRINTABLE, TIME_FIELDS, Fields

FILTERS = ("capitalize", "default", "length", "lower", "title", "trim", "upper")
"""None of them makes a text much longer."""
DEEPEST = 16
"""How many parts of a template may be inside each other."""
_PERMITTED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Filter, nodes.If, nodes.CondExpr),
    *(nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand),
)


def faults(template: nodes.Template) -> Iterator[str]:
    """What a template says that it may not, each with its line."""
    if _depth(template) > DEEPEST:
        yield "it is nested too deeply"
    else:
        yield from _faults(template, {name: FIELDS[name] for name in FIELDS if name != "loop"}, in_loop=False)


def _depth(node: nodes.Node) -> int:
    return 1 + max(map(_depth, node.iter_child_nodes()), default=0)


def _faults(node: nodes.Node, fields: Fields, *, in_loop: bool) -> Iterator[str]:
    if isinstance(node, nodes.Name):
        yield from _of_name(node, fields)
    elif isinstance(node, nodes.Getattr):
        yield from _of_field(node, fields)
    elif isinstance(node, nodes.For):
        yield from _of_loop(node, fields, in_loop=in_loop)
    elif not isinstance(node, _PERMITTED):
        yield f"line {node.lineno}: `{type(node).__name__.lower()}` is not permitted"
    else:
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield f"line {node.lineno}: there is no filter `{node.name}`; there are {', '.join(FILTERS)}"
        for child in node.iter_child_nodes():
            yield from _faults(child, fields, in_loop=in_loop)


def _of_name(node: nodes.Name, fields: Fields) -> Iterator[str]:
    if node.name in fields:
        yield f"line {node.lineno}: `{node.name}` has fields: {', '.join(sorted(fields[node.name]))}"
    elif node.name == "times":
        yield f"line {node.lineno}: `times` can only be gone through: {{% for time in times %}}"
    elif node.name not in PRINTABLE:
        yield f"line {node.lineno}: there is no `{node.name}`"


def _of_field(node: nodes.Getattr, fields: Fields) -> Iterator[str]:
    owner = node.node
    if not isinstance(owner, nodes.Name) or owner.name not in fields:
        yield f"line {node.lineno}: there is no field `{node.attr}` here"
    elif node.attr not in fields[owner.name]:
        yield f"line {node.lineno}: `{owner.name}` has no field `{node.attr}`"


def _of_loop(node: nodes.For, fields: Fields, *, in_loop: bool) -> Iterator[str]:
    target, over = node.target, node.iter
    if in_loop:
        yield f"line {node.lineno}: a loop inside another is not permitted"
    elif node.recursive or node.test or not isinstance(over, nodes.Name) or over.name != "times":
        yield f"line {node.lineno}: only `times` can be gone through"
    elif not isinstance(target, nodes.Name) or target.name in PRINTABLE or target.name in FIELDS:
        yield f"line {node.lineno}: a loop needs a name of its own: {{% for time in times %}}"
    else:
        inside = {**fields, target.name: TIME_FIELDS, "loop": FIELDS["loop"]}
        for child in (*node.body, *node.else_):
            yield from _faults(child, inside, in_loop=True)
