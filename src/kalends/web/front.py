"""What is at `/` and at the base of each door: which doors there are, what a door can do, how to get a key for it.

People read it as HTML; whoever does not ask for that gets the same as JSON.
"""

import base64
import hashlib
from collections.abc import Sequence
from html import escape

import msgspec

from kalends.web.call import Call
from kalends.web.door import Answer, Door

STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
    "code,pre{font:14px/1.5 ui-monospace,monospace}pre{white-space:pre-wrap;overflow-wrap:anywhere}"
)
DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{DIGEST}'; frame-ancestors 'none'; base-uri 'none'"
KEY = "kalends key create --account ACCOUNT --door {}"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{text}
</main>
</body>
</html>
"""


class ShownDoor(msgspec.Struct):
    """A door as others are told of it; `coverage` is Markdown."""

    name: str
    url: str
    show_key: str
    get_key: str
    coverage: str


class Index(msgspec.Struct):
    """All doors by name."""

    product: str
    doors: dict[str, str]
    operations: dict[str, str]


def index(call: Call, doors: Sequence[Door], html: bool) -> Answer:
    """What is at `/`."""
    urls = {door.name: call.prefix + door.base_path for door in doors}
    operations = {name: f"{call.prefix}/{name}" for name in ("healthz", "readyz")}
    if not html:
        return Answer(200, msgspec.json.encode(Index("Kalends", urls, operations)))
    items = [
        f'<li><a href="{escape(url)}">{escape(name)}</a> <code>{escape(url)}</code></li>' for name, url in urls.items()
    ]
    return _page(
        "Kalends",
        "<p>This is a booking server. Programs reach it by these addresses, each of which speaks the API of a booking "
        f"service:</p>\n<ul>\n{chr(10).join(items)}\n</ul>\n<p>Follow a link to read what is there and how to get a "
        "key.</p>",
    )


def about(call: Call, door: Door, html: bool) -> Answer:
    """What is at the base of a door."""
    shown = ShownDoor(door.name, call.prefix, door.show_key, KEY.format(door.name), door.coverage)
    if not html:
        return Answer(200, msgspec.json.encode(shown))
    return _page(
        f"Kalends: {door.name}",
        f"<p>Programs use <code>{escape(shown.url)}</code> as the base address of this API.</p>\n"
        f"<p>They show a key as {escape(shown.show_key)}. Whoever runs this server makes one with "
        f"<code>{escape(shown.get_key)}</code>.</p>\n<h2>What is there</h2>\n<pre>{escape(shown.coverage)}</pre>",
    )


def _page(title: str, text: str) -> Answer:
    body = PAGE.format(title=escape(title), style=STYLE, text=text)
    return Answer(200, body.encode(), "text/html; charset=utf-8", (("content-security-policy", POLICY),))
