"""Protects doors that know their users by a cookie: changes sent by pages of other sites are refused.

Source: Fetch Metadata Request Headers (W3C), OWASP Cross-Site Request Forgery Prevention Cheat Sheet.
"""

from urllib.parse import urlsplit

from kalends.web.call import Call, header
from kalends.web.problems import CrossSite

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITE = frozenset({"same-origin", "none"})
"""`none` is what the user does, such as a reload. A sibling host (`same-site`) counts as another site."""


def refuse_cross_site(call: Call) -> None:
    """Raise CrossSite for a change sent by a page of another origin.

    A request with neither Sec-Fetch-Site nor Origin does not come from a browser, and is allowed.
    """
    if call.method in _SAFE_METHODS:
        return
    if site := header(call.headers, b"sec-fetch-site"):
        allowed = site in _OWN_SITE
    else:
        origin, own_url = header(call.headers, b"origin"), urlsplit(call.prefix)
        allowed = origin in ("", f"{own_url.scheme}://{own_url.netloc}")
    if not allowed:
        raise CrossSite
