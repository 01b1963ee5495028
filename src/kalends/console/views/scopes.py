"""What a change of one time of a booking is meant for: it alone, it and the later ones, or all; with their number."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.console.at_site import AtSite
from kalends.engine.bookings.change_item import in_scope
from kalends.engine.bookings.patch import Scope
from kalends.engine.bookings.states import TRANSITIONS
from kalends.engine.bookings.views import ItemView

SCOPES: tuple[Scope, ...] = ("this", "following", "all")
_MOST_NAMED = 60


class ScopeChoice(msgspec.Struct, frozen=True):
    """One of SCOPES: how many times it is, and when they are."""

    scope: Scope
    count: int
    dates: tuple[str, ...]


class Scopes(msgspec.Struct, frozen=True):
    """What can be meant, and what is chosen of it; without `choices` there is one time only."""

    choices: tuple[ScopeChoice, ...] = ()
    chosen: Scope = "this"

    @property
    def count(self) -> int:
        """How many times are meant."""
        return next((choice.count for choice in self.choices if choice.scope == self.chosen), 1)


def scopes_of(
    at: AtSite, view: ItemView, items: Sequence[ItemView], sent: Mapping[str, str], *, to_cancel: bool = False
) -> Scopes:
    """What can be meant where the booking has several times, and what a form has chosen. `to_cancel`: only those count
    that can still be cancelled."""
    present = [each for each in items if not to_cancel or each.item.state in TRANSITIONS["cancel"][0]]
    if len(present) < 2:
        return Scopes()
    named = [(scope, in_scope(present, view, scope)) for scope in SCOPES]
    choices = [
        ScopeChoice(scope, len(meant), tuple(at.starts(each) for each in meant[:_MOST_NAMED])) for scope, meant in named
    ]
    return Scopes(tuple(choices), read_scope(sent["scope"]))


def read_scope(text: str) -> Scope:
    """The scope that a form sends; `this` if it sends none."""
    return next((scope for scope in SCOPES if scope == text), "this")
