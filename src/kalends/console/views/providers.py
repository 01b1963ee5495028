"""Who serves a service, each on terms and at hours of their own where those differ: the list, and the forms."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from kalends.console.values import Values
from kalends.console.views.forms import Form, Group
from kalends.console.views.records import Fields, shown
from kalends.console.views.tables import Cell, Row, Table
from kalends.console.views.times import Times
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.assignment import ServiceAssignment, ServiceAssignmentPatch
from kalends.engine.catalog.service import Service
from kalends.engine.version import version_of
from kalends.notices.texts import Message

_LENGTHS = ("duration", "step", "buffer_before", "buffer_after")
FIELDS = (*_LENGTHS, "price", "position")


def providers_table(
    service: Service,
    providers: Sequence[ServiceAssignment],
    titles: Mapping[int, str],
    hours: Mapping[int, Sequence[Opening]],
    times: Times,
    currency: str,
) -> Table:
    """The resources that are assigned to a service, with what differs for each; `titles` are their names."""
    rows = tuple(
        _row(service, each, titles[each.resource_id], bool(hours.get(each.id)), times, currency)
        for each in providers
        if each.resource_id in titles
    )
    columns = ("services.resource_ids", "services.duration", "services.price", "providers.hours")
    return Table("providers.list", columns, rows, "providers.none")


def terms_form(path: str, service: Service, provider: ServiceAssignment) -> Form:
    """The form of the terms; an empty field is as the service has it, which stands in it faintly."""
    fields = Fields("services", provider)
    lengths = tuple(
        fields.number(name, least=int(name in ("duration", "step")), placeholder=shown(getattr(service, name)))
        for name in _LENGTHS
    )
    price = fields.amount("price", placeholder=shown(service.price))
    parts = (
        Group("services.length", lengths, "services.minutes_hint", beside=True),
        Group("services.charged", (price,), beside=True),
        fields.number("position", hint="records.position_hint"),
    )
    return Form(path, parts, "form.save", hidden={"version": version_of(provider)}, id="terms-")


def sent_terms(sent: Mapping[str, str]) -> tuple[ServiceAssignmentPatch, Values]:
    """What the form says of the terms, and what could not be read of it."""
    values = Values(sent)
    numbers = {name: values.number(name) for name in (*_LENGTHS, "position")}
    return ServiceAssignmentPatch(**numbers, price=values.amount("price")), values


def _row(
    service: Service, provider: ServiceAssignment, title: str, has_hours: bool, times: Times, currency: str
) -> Row:
    def differing(name: str) -> int | Decimal | None:
        own: int | Decimal | None = getattr(provider, name)
        return None if own == getattr(service, name) else own

    length, price = differing("duration"), differing("price")
    cells = (
        Cell(title),
        Cell("" if length is None else Message("services.minutes", {"count": length})),
        Cell("" if price is None else times.money(Decimal(price), currency)),
        Cell(Message("providers.own_hours") if has_hours else ""),
    )
    return Row(cells, f"/services/{service.id}/providers/{provider.resource_id}")
