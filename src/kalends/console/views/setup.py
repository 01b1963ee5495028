"""The first run: five screens after which an empty account can be booked."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from kalends.console.values import Values
from kalends.console.views.forms import Choice, Field, Form, Group, own_name
from kalends.console.views.settings import account_fields
from kalends.console.views.times import Times
from kalends.engine.accounts.account import Settings
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.resource import Resource, ResourcePatch
from kalends.engine.catalog.service import Service, ServicePatch
from kalends.engine.catalog.site import Site, SitePatch
from kalends.engine.version import version_of

Step = Literal["business", "place", "resource", "hours", "service"]
STEPS: tuple[Step, ...] = ("business", "place", "resource", "hours", "service")
PATH = "/setup"
PLACE_FIELDS = ("name", "street", "postcode", "city", "phone", "email")
RESOURCE_FIELDS = ("title", "kind", "capacity")
HOURS_FIELDS = ("opens", "closes")
SERVICE_FIELDS = ("title", "duration", "price", "tax_rate")
_KINDS = ("person", "space", "equipment")
_WORKDAYS = "1,2,3,4,5"


class Found(msgspec.Struct, frozen=True):
    """What the account has already."""

    sites: tuple[Site, ...]
    resources: tuple[Resource, ...]
    services: tuple[Service, ...]
    open_ids: frozenset[int]
    """The resources that have hours, or are always open."""

    @property
    def steps_done(self) -> frozenset[Step]:
        """The steps that need not be taken any more. The first is done when there is a place."""
        done: dict[Step, bool] = {
            "business": bool(self.sites),
            "place": bool(self.sites),
            "resource": bool(self.resources),
            "hours": bool(self.open_ids),
            "service": bool(self.services),
        }
        return frozenset(step for step, is_done in done.items() if is_done)

    @property
    def next_step(self) -> Step | None:
        """The first step that is still to be taken; None if the account can be booked."""
        return next((step for step in STEPS if step not in self.steps_done), None)


class StepView(msgspec.Struct, frozen=True):
    """A step in the list of all: `title` is a key."""

    title: str
    path: str
    done: bool
    current: bool


def step_views(found: Found, current: Step | None) -> tuple[StepView, ...]:
    """All steps, with the one that is shown."""
    done = found.steps_done
    return tuple(StepView(f"steps.{step}", f"{PATH}/{step}", step in done, step == current) for step in STEPS)


def business_form(settings: Settings, language: str) -> Form:
    """The first screen: what the business is called, and where it is."""
    return _form("business", account_fields(settings, language), version=version_of(settings))


def place_form() -> Form:
    """The second: where customers come to."""
    return _form(
        "place",
        (
            Field("name", "setup.place_name", hint="setup.place_name_hint"),
            Group(
                "setup.address",
                (
                    Field("street", "profile.street", "street-address", required=False),
                    Field("postcode", "profile.postcode", "postal-code", required=False),
                    Field("city", "profile.city", "address-level2", required=False),
                ),
            ),
            Group(
                "profile.contact",
                (
                    Field("phone", "profile.phone", "tel", kind="tel", required=False),
                    Field("email", "profile.email", "email", kind="email", required=False),
                ),
            ),
        ),
    )


def resource_form() -> Form:
    """The third: somebody or something that can be booked."""
    kinds = tuple(Choice(kind, f"kind.{kind}") for kind in _KINDS)
    least = {"min": "1", "inputmode": "numeric"}
    return _form(
        "resource",
        (
            Field("kind", "setup.kind", kind="radios", value=_KINDS[0], choices=kinds),
            Field("title", "setup.name", hint="setup.resource_hint"),
            Field("capacity", "setup.capacity", kind="number", value="1", hint="setup.capacity_hint", attributes=least),
        ),
    )


def hours_form(times: Times) -> Form:
    """The fourth: when it is open."""
    names: Mapping[int, str] = times.words.locale.days["stand-alone"]["wide"]
    days = tuple(Choice(str(day), own_name(names[day - 1].capitalize())) for day in range(1, 8))
    return _form(
        "hours",
        (
            Field("days", "setup.days", kind="checks", value=_WORKDAYS, choices=days),
            Group(
                "setup.from_to",
                (
                    Field("opens", "setup.opens", kind="time", value="09:00"),
                    Field("closes", "setup.closes", kind="time", value="17:00"),
                ),
                beside=True,
            ),
        ),
    )


def service_form(currency: str) -> Form:
    """The fifth: what is offered."""
    minutes, amount = {"min": "5", "inputmode": "numeric"}, {"inputmode": "decimal"}
    return _form(
        "service",
        (
            Field("title", "setup.name", hint="setup.service_hint"),
            Field("duration", "setup.duration", kind="number", value="60", attributes=minutes),
            Group(
                own_name(currency),
                (
                    Field("price", "setup.price", required=False, attributes=amount),
                    Field("tax_rate", "setup.tax_rate", required=False, attributes=amount),
                ),
                beside=True,
            ),
        ),
    )


def sent_place(sent: Mapping[str, str]) -> tuple[SitePatch, Values]:
    """What the second screen says."""
    values = Values(sent)
    texts: dict[str, Any] = {name: values.text(name) for name in PLACE_FIELDS}
    return SitePatch(**texts), values


def sent_resource(sent: Mapping[str, str], site: Site) -> tuple[ResourcePatch, Values]:
    """What the third screen says; it is open only once it has hours."""
    values = Values(sent)
    patch = ResourcePatch(
        site_id=site.id,
        title=values.text("title"),
        kind=values.choice("kind", {kind: kind for kind in _KINDS}),
        capacity=values.number("capacity", 1),
        always_open=False,
    )
    return patch, values


def sent_hours(sent: Mapping[str, str]) -> tuple[Sequence[tuple[int, int, int]], Values]:
    """What the fourth screen says: weekday, opening and closing minute. Past midnight it closes on the next day."""
    values = Values(sent)
    opens, closes = values.minute("opens", 0), values.minute("closes", 1440)
    days = values.ids("days") or ()
    if isinstance(opens, int) and isinstance(closes, int):
        return [(day, opens, closes if closes > opens else closes + 1440) for day in days], values
    return [], values


def openings_of(hours: Sequence[tuple[int, int, int]]) -> list[Opening]:
    """The hours as openings. Raises Invalid(weekday, opens, closes: out_of_range)."""
    return [Opening(*each) for each in hours]


def sent_service(sent: Mapping[str, str]) -> tuple[ServicePatch, Values]:
    """What the fifth screen says."""
    values = Values(sent)
    patch = ServicePatch(
        title=values.text("title"),
        duration=values.number("duration", 60),
        price=values.amount("price"),
        tax_rate=values.amount("tax_rate"),
    )
    return patch, values


def _form(step: Step, fields: tuple[Field | Group, ...], **hidden: str) -> Form:
    last = step == STEPS[-1]
    return Form(f"{PATH}/{step}", fields, "setup.finish" if last else "setup.next", hidden=hidden)
