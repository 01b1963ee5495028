"""What is on every page of an account: its name and colour, the languages, and what the law asks for."""

from urllib.parse import parse_qsl, urlencode

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.accounts.booking_page import BookingPage
from kalends.notices.texts import LANGUAGES
from kalends.page.views.links import Links

NATIVE = {"en": "English", "de": "Deutsch", "sk": "Slovenčina", "cs": "Čeština", "nb": "Norsk"}


class LanguageLink(msgspec.Struct, frozen=True):
    """A language by its code and in its own words; `path` leads to the same page in it."""

    code: str
    name: str
    path: str
    current: bool


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """`colour` is the path of a style sheet with the brand's colour, "" if it has none; `theme` is light or dark, "" if
    it is as the visitor's screen is set to. Outside of any account all else is "" or empty."""

    account: str = ""
    home: str = "/"
    colour: str = ""
    theme: str = ""
    languages: tuple[LanguageLink, ...] = ()
    imprint_url: str = ""
    privacy_url: str = ""
    retention: str = ""


def frame_of(account: Account, page: BookingPage, path: str, links: Links, language: str) -> Frame:
    """The frame of the page at a path, which is in this language. What the path says besides stays in the others."""
    here, _, query = path.partition("?")
    kept = {"theme": links.theme} if links.theme else {}
    kept |= {name: text for name, text in parse_qsl(query) if name != "lang"}
    return Frame(
        account=account.name,
        home=links.to(),
        colour=f"/colours/{page.colour.removeprefix('#')}.css" if page.colour else "",
        theme=links.theme,
        languages=tuple(
            LanguageLink(code, NATIVE[code], f"{here}?{urlencode({'lang': code, **kept})}", code == language)
            for code in LANGUAGES
        ),
        imprint_url=page.imprint_url,
        privacy_url=page.privacy_url,
        retention=page.retention,
    )


def bare_frame(theme: str) -> Frame:
    """The frame of a page that belongs to no account."""
    return Frame(theme=theme)
