"""The page about a door shows its coverage as people read it, and nothing in it gets into the page as HTML."""

import msgspec
import pytest

from kalends.web.front import about
from tests.web.calls import call_with
from tests.web.toy import door

COVERAGE = """# Toys: what is there

| operation | there |
|---|---|
| `GET /toys/{id}` | yes, <b>all</b> |
"""


def test_coverage_is_shown_with_tables_below_the_title() -> None:
    page = about(call_with(), msgspec.structs.replace(door(), coverage=COVERAGE), html=True).body.decode()
    assert page.count("<h1>") == 1
    assert "<h2>Toys: what is there</h2>" in page
    assert "<td><code>GET /toys/{id}</code></td>" in page
    assert "<td>yes, &lt;b&gt;all&lt;/b&gt;</td>" in page


@pytest.mark.parametrize("coverage", ["<script>", "[toys](javascript:play)"])
def test_coverage_brings_no_html_and_no_scripts_along(coverage: str) -> None:
    page = about(call_with(), msgspec.structs.replace(door(), coverage=coverage), html=True).body.decode()
    assert "<script" not in page
    assert "href" not in page
