"""Texts for people in several languages, from gettext catalogues (`.po`) that are read when a module is imported.

A catalogue is a folder with one file for each language in LANGUAGES. Its `msgid` is a key such as `field.blank`, its
`msgstr` a format string with named placeholders such as `{most}`. A text with plural forms picks its form by the
argument `count`.
"""

from collections.abc import Callable, Mapping, Sequence
from gettext import c2py
from pathlib import Path
from typing import Any

import msgspec
from babel.messages.pofile import read_po

LANGUAGES = ("en", "de", "sk", "cs", "nb")
FALLBACK = "en"
_ALIASES = {"no": "nb", "nn": "nb", "cz": "cs"}


class Message(msgspec.Struct, frozen=True):
    """A text whose language is not chosen yet: its key in a catalogue, and its arguments, which may be messages too."""

    key: str
    arguments: Mapping[str, Any] = {}


class Catalogue(msgspec.Struct, frozen=True):
    """The texts of one language: by key the forms of a text, one or one for each plural; `plural` picks among them."""

    texts: Mapping[str, Sequence[str]]
    plural: Callable[[int], int]

    def text(self, message: Message) -> str:
        """The message in this language. Raises KeyError for a key that the catalogue does not have."""
        forms = self.texts[message.key]
        form = forms[self.plural(message.arguments["count"])] if len(forms) > 1 else forms[0]
        arguments = {name: self._argument(value) for name, value in message.arguments.items()}
        return form.format(**arguments)

    def _argument(self, value: Any) -> Any:
        return self.text(value) if isinstance(value, Message) else value


def read_catalogues(folder: Path) -> dict[str, Catalogue]:
    """The catalogues of a folder by language."""
    return {language: read_catalogue(folder / f"{language}.po", language) for language in LANGUAGES}


def read_catalogue(file: Path, language: str) -> Catalogue:
    """One catalogue. Raises OSError, and PoFileError when the file is not in gettext's form."""
    with file.open("rb") as opened:
        read = read_po(opened, locale=language, abort_invalid=True)
    texts = {_key(entry.id): _forms(entry.string) for entry in read if entry.id}
    return Catalogue(texts, c2py(read.plural_expr))


def language_of_tag(tag: str) -> str | None:
    """The one of LANGUAGES that a tag such as `de-AT` or `nb_NO` means; None when there are no texts in it."""
    primary = tag.strip().replace("_", "-").partition("-")[0].lower()
    language = _ALIASES.get(primary, primary)
    return language if language in LANGUAGES else None


def _key(name: str | Sequence[str]) -> str:
    return name if isinstance(name, str) else name[0]


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (str(text or ""),)
