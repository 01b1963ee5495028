"""Templates of an account's own: Jinja in a safe subset, and Markdown for the HTML of mail.

What a template comes to is the text of the mail as it is, and as Markdown its HTML. What it prints of a booking is
text, never markup: customers may call themselves anything.
"""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import msgspec
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from kalends.notices.messages.names import Names, Person, Place, Time
from kalends.notices.messages.safe_subset import FILTERS, faults

LONGEST = 100_000
"""Characters that a template may come to."""
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_DETAILS_MARK, _LINK_MARK = "\ue000", "\ue001"
"""Stand for the table of facts and for the link while Markdown is made HTML; what a template prints does not contain
them."""
_LINKED = f'href="{quote(_LINK_MARK)}"'
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""NUL and surrogates, which a template can write as escapes."""
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


class TemplateFault(Exception):
    """A template can't be used; the message says why."""


def check_template(text: str) -> None:
    """Check that a text is a template in the safe subset. Raises TemplateFault."""
    samples: dict[str, Any] = dict.fromkeys(Names.__struct_fields__, "x")
    samples |= {"customer": Person("x"), "account": Place("x"), "site": Place("x"), "count": 1}
    plain_text(text, Names(**{**samples, "times": (Time(**dict.fromkeys(Time.__struct_fields__, "x")),)}))


def plain_text(text: str, names: Names) -> str:
    """What a template comes to as plain text. Raises TemplateFault."""
    return _rendered(_PLAIN, text, names)


def html(text: str, names: Names, details: Markup) -> Markup:
    """What a template comes to as HTML, with these details in place of `details`, and the link as one that can be
    followed. Raises TemplateFault."""
    marked = msgspec.structs.replace(names, details=_DETAILS_MARK, link=_LINK_MARK if names.link else "")
    body = _MARKDOWN.render(_rendered(_ESCAPING, text, marked))
    body = body.replace(f"<p>{_DETAILS_MARK}</p>", _DETAILS_MARK).replace(_DETAILS_MARK, str(details))
    url = escape(names.link)
    return Markup(body.replace(_LINKED, f'href="{url}"').replace(_LINK_MARK, f'<a href="{url}">{url}</a>'))


def _escaped(value: Any) -> Any:
    """A value in Markdown that stands for itself, lines and all."""
    if not isinstance(value, str) or value in (_DETAILS_MARK, _LINK_MARK):
        return value
    lines = value.replace(_DETAILS_MARK, "").replace(_LINK_MARK, "").splitlines()
    return "\\\n".join(_PUNCTUATION.sub(r"\\\1", " ".join(line.split())) for line in lines)


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja without its functions, and with the permitted filters alone."""

    def __init__(self, finalize: Any = None) -> None:
        super().__init__(undefined=StrictUndefined, finalize=finalize)
        self.globals = {}
        self.filters = {name: self.filters[name] for name in FILTERS}


_PLAIN, _ESCAPING = _Environment(), _Environment(_escaped)


def _rendered(environment: _Environment, text: str, names: Names) -> str:
    variables = {name: getattr(names, name) for name in Names.__struct_fields__}
    try:
        rendered = _compiled(environment, text).render(variables)
    except (TemplateError, TypeError, ValueError) as error:
        raise TemplateFault(_described(error)) from error
    if _NO_TEXT.search(rendered):
        raise TemplateFault("it comes to characters that can't be sent")
    if len(rendered) > LONGEST:
        raise TemplateFault(f"it comes to more than {LONGEST} characters")
    return rendered


@lru_cache(maxsize=256)
def _compiled(environment: _Environment, text: str) -> Template:
    """The template, once it is checked. Raises TemplateFault, TemplateError."""
    try:
        fault = next(faults(environment.parse(text)), "")
        template = None if fault else environment.from_string(text)
    except RecursionError as error:
        raise TemplateFault("it is nested too deeply") from error
    if template is None:
        raise TemplateFault(fault)
    return template


def _described(error: Exception) -> str:
    line = getattr(error, "lineno", None)
    return f"line {line}: {error}" if line else str(error)
