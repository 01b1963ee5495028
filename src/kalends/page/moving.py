"""What can be chosen instead of what somebody has booked."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.actions.bookings.agreed import list_agreed_extras, list_agreed_lengths, longest
from kalends.actions.context import Context
from kalends.engine.accounts.booking_page import BookingPage
from kalends.engine.bookings.own import Movable, NewPlace
from kalends.engine.bookings.visits import Visit
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.catalog.service import Service
from kalends.page.choices import Choices, load_choices
from kalends.page.chosen import Chosen


async def choices_to_move(ctx: Context, moved: Movable, sent: Mapping[str, str], secret: str) -> Choices:
    """The choices of somebody who moves what is theirs: `resource`, `site`, `day` and `month` are as sent, and all else
    as it was booked. It is moved at the site where it is, unless another one is chosen.

    Raises NotFound(service).
    """
    visit, first = moved.visit, moved.items[0]
    chosen = {name: text for name, text in sent.items() if name in ("resource", "site", "day", "month")}
    choices = await load_choices(ctx, BookingPage(), moved.service_id, chosen, stays_at=first.site_id or 0)
    choices = msgspec.structs.replace(
        choices,
        units=first.item.units,
        most_units=1,
        people=visit.people,
        then=tuple(_services(moved)[1:]),
        lengths=() if first.session else longest(await list_agreed_lengths(ctx, visit)),
        below=f"/h/{secret}/move/{moved.name}",
        back=f"/h/{secret}",
        without_sessions=moved.sessions,
    )
    if visit.people > 1:
        return _without_own(visit, msgspec.structs.replace(choices, resource_id=None))
    add_ons = [each for each in await list_agreed_extras(ctx, visit) if any(map(each.is_in, first.item.extras))]
    return _without_own(visit, _limited_by(add_ons, choices) if add_ons else choices)


def _without_own(visit: Visit, choices: Choices) -> Choices:
    """The choices without the time that it has already, unless somebody else or another site was chosen."""
    first = visit.items[0]
    is_same = choices.resource_id in (None, first.item.resource_id) and choices.site_id in (None, first.site_id)
    return msgspec.structs.replace(choices, without=visit.starts) if is_same else choices


def _limited_by(add_ons: Sequence[LinkedAddOn], choices: Choices) -> Choices:
    """The choices among those alone who have all these extras."""
    having = {
        resource_id: resource
        for resource_id, resource in choices.resources.items()
        if all(add_on.goes_with(resource) for add_on in add_ons)
    }
    chosen = choices.resource_id if choices.resource_id in having else None
    return msgspec.structs.replace(choices, resources=having, resource_id=chosen, limited_to=tuple(having))


def place_of(choices: Choices, chosen: Chosen) -> NewPlace:
    """Where something is moved by what was chosen."""
    return NewPlace(
        starts=() if chosen.starts_at is None else (chosen.starts_at, *chosen.then),
        resource_id=chosen.resource_id or choices.resource_id,
        site_id=choices.site_id,
        session_id=chosen.session_id,
        course=chosen.course,
    )


def _services(moved: Movable) -> list[Service]:
    """The services of a visit, one after another."""
    return [view.service for view in moved.items[:: moved.visit.people] if view.service is not None]
