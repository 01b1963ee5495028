"""The question before something is confirmed, declined or cancelled: why, and what the customer is told of it."""

from collections.abc import Mapping

import msgspec

from kalends.console.at_site import AtSite
from kalends.console.views.panel import title_of
from kalends.console.views.scopes import Scopes
from kalends.console.views.telling import NoticeView
from kalends.engine.bookings.views import ItemView
from kalends.web.idempotency import new_form_key

CLOSINGS = ("confirm", "decline", "cancel")
"""The verbs that are asked about: `closing.VERB` is the heading, `closing_do.VERB` the button."""


class ClosingView(msgspec.Struct, frozen=True, kw_only=True):
    """The question about an item. `notice` None: the customer can't be told."""

    verb: str
    path: str
    back: str
    revision: int
    key: str
    title: str
    when: str
    notice: NoticeView | None
    gives_reason: bool
    reason: str
    scopes: Scopes
    from_requests: bool


def closing_view(
    at: AtSite,
    view: ItemView,
    verb: str,
    sent: Mapping[str, str],
    scopes: Scopes,
    notice: NoticeView | None,
) -> ClosingView:
    """The question whether to do this to an item, with what was answered so far."""
    path = at.path_of(view)
    return ClosingView(
        verb=verb,
        path=f"{path}/{verb}",
        back=f"{at.path}/requests" if sent["back"] == "requests" else path,
        revision=view.item.revision,
        key=new_form_key(),
        title=title_of(at, view),
        when=at.when(view),
        notice=notice,
        gives_reason=verb != "confirm",
        reason=sent["reason"],
        scopes=scopes,
        from_requests=sent["back"] == "requests",
    )
