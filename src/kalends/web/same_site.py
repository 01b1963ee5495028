"""Doors that know their users by a cookie refuse what another site's page makes a browser send.

Source: Fetch Metadata Request Headers (W3C), OWASP Cross-Site Request Forgery Prevention Cheat Sheet.
"""

from urllib.parse import urlsplit

from kalends.web.call import Call, header
from kalends.web.problems import CrossSite

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})
"""`none` is the user's own doing, such as a reload; a sibling host (`same-site`) is another site here."""


def refuse_cross_site(call: Call) -> None:
    """Raises CrossSite for a change that another origin's page asked for; without either header it is no browser."""
    if call.method in _SAFE_METHODS:
        return
    if site := header(call.headers, b"sec-fetch-site"):
        allowed = site in _OWN
    else:
        origin, here = header(call.headers, b"origin"), urlsplit(call.prefix)
        allowed = origin in ("", f"{here.scheme}://{here.netloc}")
    if not allowed:
        raise CrossSite
