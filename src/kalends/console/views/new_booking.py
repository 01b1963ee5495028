"""The form for a new booking, and what would come of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from urllib.parse import urlencode

import msgspec

from kalends.console.at_site import AtSite
from kalends.console.new_booking import ON_CONFLICT, UNITS
from kalends.console.views.forms import Choice, Complaint, Field, own_name
from kalends.console.views.people import Person, person_fields, person_of
from kalends.console.views.telling import NoticeView
from kalends.console.views.wall_times import which_of_two
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.customers.customer import Customer
from kalends.notices.texts import Message
from kalends.web.idempotency import new_form_key


class Offered(msgspec.Struct, frozen=True):
    """What can be booked at a site; `serving` are the pairs of service and resource that are assigned. `beside` are the
    rooms and the like for a practitioner, as the person whom services need besides; the resources are themselves."""

    services: Sequence[Service]
    resources: Sequence[Resource]
    serving: Collection[tuple[int, int]]
    beside: Sequence[Resource] = ()

    def fits(self, service: Service, resource: Resource) -> bool:
        """Whether the resource serves the service. A class may be led by anybody beside its room."""
        return service.kind == "attendance" or service.served_by_all or (service.id, resource.id) in self.serving

    def services_of(self, resource_id: str) -> list[Service]:
        """Those that the resource serves, all that are served at the site if none is named."""
        named = [each for each in self.resources if str(each.id) == resource_id] or self.resources
        return [
            service
            for service in self.services
            if any(self.fits(service, each) for each in named) or self._beside(service)
        ]

    def resources_of(self, service_id: str) -> list[Resource]:
        """Those that serve the service, all if none is named."""
        for service in self.services:
            if str(service.id) == service_id:
                return self._beside(service) or [each for each in self.resources if self.fits(service, each)]
        return [*self.resources, *self.beside]

    def settled(self, sent: Mapping[str, str]) -> dict[str, str]:
        """The fields of a form. A practitioner who is named for what they serve beside a room goes along with any."""
        is_own = sent["resource"] in {str(each.id) for each in self.resources}
        goes_along = any(str(each.id) == sent["service"] and self._beside(each) for each in self.services)
        return {**sent, "resource": "" if is_own and goes_along else sent["resource"]}

    def _beside(self, service: Service) -> list[Resource]:
        return [each for each in self.beside if "person" in service.also_needs and self.fits(service, each)]


class NewView(msgspec.Struct, frozen=True, kw_only=True):
    """The form. `chosen` is the value of the customer; `doubles` are those who may be the same as the new one.
    `block_path`: where the time is blocked instead, "" if that is not for the caller."""

    path: str
    day_path: str
    block_path: str
    key: str
    sent: Mapping[str, str]
    chosen: str
    found: tuple[Person, ...]
    doubles: tuple[Person, ...]
    person: tuple[Field, ...]
    what: tuple[Field, ...]
    repeat: tuple[Field, ...]
    notes: Field
    overlap_reason: Field
    notice: NoticeView | None
    problem: str = ""

    @property
    def faults(self) -> Sequence[Field]:
        """The fields with which something is wrong."""
        parts = (*self.person, *self.what, *self.repeat, self.notes, self.overlap_reason)
        return [field for field in parts if field.fault]

    @property
    def refused(self) -> bool:
        """Whether anything was wrong with what was sent."""
        return bool(self.problem or self.faults)

    def with_complaint(self, complaint: Complaint | None, say: Callable[[Message], str]) -> "NewView":
        """The form with what is wrong."""
        if complaint is None:
            return self
        faults = {name: say(message) for name, message in complaint.fields.items()}

        def marked(fields: Sequence[Field]) -> tuple[Field, ...]:
            return tuple(msgspec.structs.replace(field, fault=faults.pop(field.name, "")) for field in fields)

        parts = {name: marked(getattr(self, name)) for name in ("person", "what", "repeat")}
        notes, overlap_reason = marked((self.notes, self.overlap_reason))
        rest = [say(complaint.whole)] if complaint.whole else []
        problem = " ".join([*rest, *(f"{name}: {fault}" for name, fault in faults.items())])
        return msgspec.structs.replace(self, **parts, notes=notes, overlap_reason=overlap_reason, problem=problem)


def new_view(
    at: AtSite,
    sent: Mapping[str, str],
    found: Sequence[Customer],
    doubles: Sequence[Customer],
    offered: Offered,
    notice: NoticeView | None,
    *,
    may_block: bool,
) -> NewView:
    """The form with what was sent."""
    resource = sent["resource"] or (str(offered.resources[0].id) if len(offered.resources) == 1 else "")
    services, resources = offered.services_of(resource), offered.resources_of(sent["service"])
    day = sent["start"][:10]
    service = sent["service"] or (str(services[0].id) if len(services) == 1 else "")
    return NewView(
        path=f"{at.path}/new",
        day_path=f"{at.path}/day/{day}" if day else at.path,
        block_path=_block_path(at, sent) if may_block else "",
        key=new_form_key(),
        sent=sent,
        chosen=sent["customer"] or (str(found[0].id) if len(found) == 1 else ""),
        found=tuple(map(person_of, found)),
        doubles=tuple(map(person_of, doubles)),
        person=person_fields(sent),
        what=(
            _select("service", "panel.service", service, [(str(each.id), each.title) for each in services]),
            _select("resource", "panel.with", resource, [(str(each.id), each.title) for each in resources]),
            Field("start", "new.start", kind="datetime-local", value=sent["start"]),
            *which_of_two(at, "fold", sent["start"], sent["fold"]),
            Field("length", "new.length", kind="number", value=sent["length"], required=False),
            Field("units", "panel.units", kind="number", value=sent["units"] or "1", attributes={"min": "1"}),
        ),
        repeat=_repeat(sent),
        notes=Field("notes", "panel.notes", kind="textarea", value=sent["notes"], required=False),
        overlap_reason=Field("overlap_reason", "new.overlap_reason", value=sent["overlap_reason"]),
        notice=notice,
    )


def _block_path(at: AtSite, sent: Mapping[str, str]) -> str:
    asked = {"at": sent["start"], **{name: sent[name] for name in ("resource", "fold", "length")}}
    return f"{at.path}/blocks/new?{urlencode({name: value for name, value in asked.items() if value})}"


def _repeat(sent: Mapping[str, str]) -> tuple[Field, ...]:
    return (
        _choices("repeat", sent["repeat"], {"": "new.once", **{unit: f"repeat.{unit}" for unit in UNITS}}),
        Field("times", "new.times", kind="number", value=sent["times"], attributes={"min": "2"}),
        _choices("if_taken", sent["if_taken"], {name: f"taken.{name or 'refuse'}" for name in ON_CONFLICT}),
    )


def _select(name: str, label: str, value: str, options: Sequence[tuple[str, str]]) -> Field:
    choices = (Choice("", f"new.any_{name}"), *(Choice(each, own_name(title)) for each, title in options))
    return Field(name, label, kind="select", value=value, choices=choices)


def _choices(name: str, value: str, options: Mapping[str, str]) -> Field:
    choices = tuple(Choice(each, label) for each, label in options.items())
    return Field(name, f"new.{name}", kind="select", value=value, choices=choices)
