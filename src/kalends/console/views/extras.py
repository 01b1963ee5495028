"""Extras that can go with bookings: what there is a stock of, and what is done besides."""

from collections.abc import Collection, Sequence
from typing import Any

from msgspec import UNSET

from kalends.console.values import Values
from kalends.console.views.forms import Choice, Field, own_name
from kalends.console.views.records import Fields, choosable, named
from kalends.console.views.tables import Cell, Row, Table
from kalends.engine.catalog.add_on import AddOnPatch, LinkedAddOn
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.catalog.site import Site
from kalends.notices.texts import Message

PATH = "/extras"
INVENTORY, PRODUCTS = f"{PATH}/inventory", f"{PATH}/products"
FIELDS = ("title", "description", "quantity", "site_id", "goes_with", "resource_ids", "position", "public", "active")
_ALL, _THESE = "all", "these"


def extras_table(extras: Sequence[LinkedAddOn], resources: dict[int, str], changeable: Collection[str]) -> Table:
    """Extras, with how many there are of each; those below the paths `changeable` are links."""
    rows = tuple(_row(extra, resources, changeable) for extra in extras)
    columns = ("extras.title", "extras.kind", "extras.quantity", "extras.resource_ids", "services.state")
    return Table("extras.list", columns, rows, "extras.none")


def extra_fields(
    extra: LinkedAddOn | None, resources: Sequence[Resource], sites: Sequence[Site], *, of_stock: bool
) -> tuple[Field, ...]:
    """The fields of the form, of an extra or of a new one. Of a stock there is a quantity, at a site."""
    fields = Fields("extras", extra.thing if extra else None, _values(extra, sites))
    here = [extra.thing.site_id] if extra and isinstance(extra.thing, Resource) else []
    places = [Choice(str(site.id), own_name(site.name)) for site in choosable(sites, here)]
    stock: list[Field] = []
    if of_stock:
        stock = [fields.number("quantity", required=True, hint="extras.quantity_hint")]
        stock += [fields.select("site_id", places, required=True)] if len(places) > 1 else []
    chosen = (extra.resource_ids if extra else None) or ()
    who = [each for each in choosable(resources, chosen) if each.kind != "inventory"]
    depth = {each.id: len(each.path) - 1 for each in who}
    return (
        fields.line("title", required=True),
        fields.text("description"),
        *stock,
        fields.radios("goes_with", (Choice(_ALL, "extras.with_all"), Choice(_THESE, "extras.with_these"))),
        fields.checks("resource_ids", named(who, below=depth), hint="extras.resource_ids_hint"),
        fields.tick("public", hint="services.public_hint"),
        fields.tick("active", hint="services.active_hint"),
        fields.number("position", required=True, hint="records.position_hint"),
    )


def sent_extra(values: Values, *, of_stock: bool) -> AddOnPatch:
    """What the form says."""
    stock: dict[str, Any] = {}
    if of_stock:
        stock["quantity"] = values.needed(values.number, "quantity")
        if "site_id" in values.sent:
            stock["site_id"] = values.id("site_id", UNSET)
    resource_ids = values.ids("resource_ids") if values.sent["goes_with"] == _THESE else None
    if resource_ids == ():
        values.faults["resource_ids"] = Message("fault.blank")
    return AddOnPatch(
        title=values.text("title"),
        description=values.text("description"),
        resource_ids=resource_ids,
        position=values.number("position", 0),
        public=values.flag("public"),
        active=values.flag("active"),
        **stock,
    )


def _values(extra: LinkedAddOn | None, sites: Sequence[Site]) -> dict[str, Any]:
    if extra is None:
        first = next((site.id for site in sites if site.active), "")
        return {"quantity": 1, "site_id": first, "goes_with": _ALL, "public": True, "active": True, "position": 0}
    thing = extra.thing
    own = {"goes_with": _ALL if extra.resource_ids is None else _THESE, "resource_ids": extra.resource_ids}
    if isinstance(thing, Resource):
        return {**own, "description": thing.notes, "quantity": thing.capacity}
    return own


def _row(extra: LinkedAddOn, resources: dict[int, str], changeable: Collection[str]) -> Row:
    thing = extra.thing
    is_stock = isinstance(thing, Resource)
    quantity = str(thing.capacity) if isinstance(thing, Resource) else ""
    with_what = Cell(Message("extras.with_all"))
    if extra.resource_ids is not None:
        with_what = Cell(", ".join(resources[each] for each in extra.resource_ids if each in resources))
    state = Cell() if _is_active(thing) else Cell(Message("records.archived"), tone="done")
    kind = Message("extras.stock" if is_stock else "extras.service")
    base = INVENTORY if is_stock else PRODUCTS
    path = f"{base}/{thing.id}" if base in changeable else ""
    return Row((Cell(thing.title), Cell(kind), Cell(quantity, number=True), with_what, state), path)


def _is_active(thing: Resource | Service) -> bool:
    return thing.active
