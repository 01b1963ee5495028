"""The pages at `/` and at the base path of each door: which doors there are, what a door can do, how to get a key; and
the same for programs, as a catalog of APIs.

Clients that accept HTML get a page; all others get the same as JSON.
"""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from html import escape
from urllib.parse import quote

import msgspec
from markdown_it import MarkdownIt

from kalends.web.call import Call
from kalends.web.door import Answer, Door

STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
    "code,pre{font:14px/1.5 ui-monospace,monospace;background:#f4f4f4;overflow-wrap:anywhere}"
    "pre{padding:.5rem;white-space:pre-wrap}h2{margin-top:2.5rem}"
    "table{border-collapse:collapse}th,td{border:1px solid #ccc;padding:.2rem .5rem;text-align:left;vertical-align:top}"
)
DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{DIGEST}'; frame-ancestors 'none'; base-uri 'none'"
CATALOG_PATH = "/.well-known/api-catalog"
DOCS_PATH = "/docs"
CATALOG_MEDIA_TYPE = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
KEY_COMMAND = "kalends key create --account ACCOUNT --door {}"
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
{content}
</main>
</body>
</html>
"""
INDEX = """
{pages}
<p>Kalends is a booking server. It offers the APIs of existing booking services, so that programs written for those work
with it. Each link leads to a page that says what the API can do here and how to get a key for it.</p>
<table>
<tr><th>API</th><th>Base address for programs</th></tr>
{doors}
</table>
<p>For monitoring there are {operations}.</p>
"""
ABOUT = """
<p>Programs use <code>{url}</code> as the base address of this API.</p>
<p>Every request needs a key. Whoever runs this server creates one with this command, where ACCOUNT is one of those that
<code>kalends account list</code> prints:</p>
<pre>{get_key}</pre>
<p>Programs send the key as {show_key}.</p>
{coverage}
"""


class AboutDoor(msgspec.Struct):
    """The description of a door as JSON. `coverage` is Markdown."""

    name: str
    url: str
    show_key: str
    get_key: str
    coverage: str


class Index(msgspec.Struct):
    """The URLs of all APIs, of pages for people, and of what operators use, by name."""

    product: str
    doors: dict[str, str]
    pages: dict[str, str]
    operations: dict[str, str]


def catalog(call: Call, doors: Sequence[Door]) -> Answer:
    """The answer at CATALOG_PATH: the address of each door, its documentation and, where there is one, its document.

    Source: RFC 9727, in the format of RFC 9264.
    """
    linkset = []
    for door in (door for door in doors if not door.pages):
        base = call.prefix + door.base_path
        links = {"anchor": base, "service-doc": [{"href": base + door.documentation, "type": "text/html"}]}
        if door.document:
            links["service-desc"] = [{"href": base + door.document, "type": "application/json"}]
        linkset.append(links)
    return Answer(200, msgspec.json.encode({"linkset": linkset}), CATALOG_MEDIA_TYPE)


def documentation(call: Call, doors: Sequence[Door], path: str) -> Answer | None:
    """The answer at DOCS_PATH and below: a redirect to the page in the documentation of the door that has one."""
    door = next((door for door in doors if door.documentation), None)
    if door is None or not (path == DOCS_PATH or path.startswith(f"{DOCS_PATH}/")):
        return None
    page_of_door = call.prefix + door.base_path + door.documentation + quote(path.removeprefix(DOCS_PATH))
    return Answer(307, headers=(("location", page_of_door),))


def index(call: Call, doors: Sequence[Door], html: bool) -> Answer:
    """The answer at `/`: a list of the doors, first those with pages for people."""
    urls = {door.name: call.prefix + door.base_path for door in doors if not door.pages}
    pages = {door.title or door.name: call.prefix + door.base_path for door in doors if door.pages and door.listed}
    operations = {name: f"{call.prefix}/{name}" for name in ("healthz", "readyz")}
    if not html:
        return Answer(200, msgspec.json.encode(Index("Kalends", urls, pages, operations)))
    rows = [f"<tr><td>{_link(name, url)}</td><td><code>{escape(url)}</code></td></tr>" for name, url in urls.items()]
    links = [_link(name, url) for name, url in operations.items()]
    to_pages = [f"<p>{_link(f'Open the {name}', url)}</p>" for name, url in pages.items()]
    content = INDEX.format(pages="\n".join(to_pages), doors="\n".join(rows), operations=" and ".join(links))
    return page("Kalends", content)


def about(call: Call, door: Door, html: bool) -> Answer:
    """The answer at the base path of a door: what it can do, and how to get and send a key."""
    description = AboutDoor(door.name, call.prefix, door.show_key, KEY_COMMAND.format(door.name), door.coverage)
    if not html:
        return Answer(200, msgspec.json.encode(description))
    content = ABOUT.format(
        url=escape(description.url),
        get_key=escape(description.get_key),
        show_key=escape(description.show_key),
        coverage=rendered(description.coverage),
    )
    return page(f"Kalends: {door.name}", content)


@cache
def rendered(markdown: str) -> str:
    """Markdown with tables as HTML, its headings one level down as the page has a title; HTML in it is escaped."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{int(token.tag[1]) + 1}"
    rendered: str = parser.renderer.render(tokens, parser.options, {})
    return rendered


def _link(text: str, url: str) -> str:
    return f'<a href="{escape(url)}">{escape(text)}</a>'


def page(title: str, content: str) -> Answer:
    """A page with this title; `content` is HTML, without scripts and styles."""
    html = PAGE.format(title=escape(title), style=STYLE, content=content.strip())
    return Answer(200, html.encode(), "text/html; charset=utf-8", (("content-security-policy", POLICY),))
