"""Links between the pages of one account."""

from urllib.parse import urlencode

import msgspec


class Links(msgspec.Struct, frozen=True):
    """The account's name in addresses, and the language and the theme that were chosen; "" is none."""

    slug: str
    language: str
    theme: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """What links keep, as fields of a form that is sent with GET, whose action has no query."""
        return {name: text for name, text in (("lang", self.language), ("theme", self.theme)) if text}

    def to(self, path: str = "", **query: object) -> str:
        """The path, below the door, of a page of the account. Empty parts of the query are left out."""
        kept = {**self.fields, **query}
        parameters = urlencode({name: value for name, value in kept.items() if value not in ("", None)})
        return f"/{self.slug}{path}{'?' if parameters else ''}{parameters}"
