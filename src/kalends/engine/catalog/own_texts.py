"""Titles and descriptions in other languages than the account's, as the account writes them itself."""

import re
from collections.abc import Mapping
from typing import TypeAlias

from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT, text_faults
from kalends.engine.refusals import Fault

OwnTexts: TypeAlias = dict[str, dict[str, str]]
"""By language (`de`): `title` and `description`; what is missing or "" is as in the account's language."""
LONGEST = {"title": LONGEST_LINE, "description": LONGEST_TEXT}
MOST_LANGUAGES = 50
_LANGUAGE = re.compile("[a-z]{2,3}")


def own_text_faults(texts: Mapping[str, Mapping[str, str]]) -> list[Fault]:
    """What is wrong with them: Fault(texts: unknown, of a language or a text; invalid, too_long, too_many)."""
    names = {name for text in texts.values() for name in text}
    faults = [] if all(map(_LANGUAGE.fullmatch, texts)) and names <= LONGEST.keys() else [Fault("texts", "unknown")]
    faults += [Fault("texts", "too_many")] if len(texts) > MOST_LANGUAGES else []
    each = ((name, value) for text in texts.values() for name, value in text.items() if name in LONGEST)
    return [*faults, *(fault for name, value in each for fault in text_faults("texts", value, LONGEST[name]))]


def in_language(texts: Mapping[str, Mapping[str, str]], language: str, name: str, usual: str) -> str:
    """A text in a language, else as it usually is."""
    return texts.get(language, {}).get(name) or usual
