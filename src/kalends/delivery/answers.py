"""What servers say, as it is kept: they may send anything, and not all of it can be stored."""


def in_one_line(text: str, most: int) -> str:
    """The first `most` characters of a text in one line, without NUL and what is no character."""
    return " ".join(text.replace("\0", " ").encode(errors="replace").decode().split())[:most]
