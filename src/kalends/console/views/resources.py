"""Resources: the list of them with their parts, the fields of the form, and what it says."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec
from msgspec import UNSET

from kalends.console.values import Values
from kalends.console.views.custom_values import custom_fields, sent_custom
from kalends.console.views.forms import Choice, Field, Group, own_name
from kalends.console.views.records import Fields, named
from kalends.console.views.tables import Cell, Row, Table
from kalends.engine.catalog.category import Category
from kalends.engine.catalog.custom_field import CustomField, FieldValue
from kalends.engine.catalog.resource import DEEPEST, RESOURCE_KINDS, Resource, ResourcePatch
from kalends.engine.catalog.site import Site
from kalends.engine.time.clock import DAY
from kalends.notices.texts import Message

PATH = "/resources"
FIELDS = (
    *("title", "kind", "site_id", "parent_id", "capacity", "category_id", "notes", "public", "active", "position"),
    *("first_day", "last_day"),
)
KINDS = tuple(kind for kind in RESOURCE_KINDS if kind != "inventory")


class Around(msgspec.Struct, frozen=True):
    """What a resource can refer to. `stored` are its own values of custom fields, by the field's id."""

    sites: Sequence[Site]
    resources: Sequence[Resource]
    categories: Sequence[Category]
    custom: Sequence[CustomField]
    stored: Mapping[int, str] = {}


class SentResource(msgspec.Struct, frozen=True):
    """What the form says of a resource: its fields, and its values of custom fields."""

    patch: ResourcePatch
    values: Mapping[int, FieldValue]


def resources_table(resources: Sequence[Resource], sites: Sequence[Site]) -> Table:
    """Resources with their parts below them, site by site; inventory is left out, as that are extras."""
    names = {site.id: site.name for site in sites}
    wholes = {each.id: each.title for each in resources}
    ordered = [each for site in sites for each in in_tree([one for one in resources if one.site_id == site.id])]
    rows = tuple(_row(each, names, wholes) for each in ordered if each.kind != "inventory")
    columns = ("resources.title", "resources.kind", "resources.capacity", "resources.site_id", "services.state")
    return Table("resources.list", columns, rows, "resources.none")


def parts_table(parts: Sequence[Resource]) -> Table:
    """The parts of a resource."""
    rows = tuple(
        Row((Cell(part.title), Cell(str(part.capacity), number=True), _state(part)), _path(part)) for part in parts
    )
    return Table(
        "resources.parts", ("resources.title", "resources.capacity", "services.state"), rows, "resources.whole"
    )


def in_tree(resources: Sequence[Resource], parent_id: int | None = None) -> Iterator[Resource]:
    """The resources in this one, or those in none, each followed by its parts."""
    for resource in (each for each in resources if each.parent_id == parent_id):
        yield resource
        yield from in_tree(resources, resource.id)


def resource_fields(resource: Resource | None, around: Around, asked: Mapping[str, str]) -> tuple[Field | Group, ...]:
    """The fields of the form, of a resource or of a new one; `asked`: what a new one begins with."""
    fields = Fields("resources", resource, _new_values(asked, around) if resource is None else _dates(resource))
    kinds = [Choice(kind, f"kind.{kind}") for kind in KINDS]
    own = custom_fields(around.custom, around.stored)
    sort = (Choice("", "customers.not_said"), *named(around.categories))
    return (
        fields.line("title", required=True),
        fields.radios("kind", kinds),
        *_place(fields, resource, around),
        fields.number("capacity", required=True, hint="resources.capacity_hint"),
        *((fields.select("category_id", sort),) if around.categories else ()),
        fields.text("notes", hint="resources.notes_hint"),
        *((Group("records.own_fields", own),) if own else ()),
        Group(
            "resources.in_use",
            (fields.line("first_day", "date"), fields.line("last_day", "date")),
            "resources.in_use_hint",
            beside=True,
        ),
        fields.tick("public", hint="resources.public_hint"),
        fields.tick("active", hint="resources.active_hint"),
        fields.number("position", required=True, hint="records.position_hint"),
    )


def sent_resource(values: Values, resource: Resource | None, custom: Sequence[CustomField]) -> SentResource:
    """What the form says. Where a resource stands and what it is part of is said of new ones and of whole ones only."""
    last = values.day("last_day")
    patch = ResourcePatch(
        title=values.text("title"),
        kind=values.choice("kind", {kind: kind for kind in KINDS}) or UNSET,
        capacity=values.needed(values.number, "capacity"),
        category_id=values.id("category_id") if "category_id" in values.sent else UNSET,
        notes=values.text("notes"),
        public=values.flag("public"),
        active=values.flag("active"),
        position=values.number("position", 0),
        valid_from=values.day("first_day"),
        valid_until=last + DAY if isinstance(last, date) else last,
    )
    parent_id = values.id("parent_id") if resource is None else None
    if parent_id is not None:
        patch = msgspec.structs.replace(patch, parent_id=parent_id)
    elif "site_id" in values.sent:
        patch = msgspec.structs.replace(patch, site_id=values.id("site_id", UNSET))
    return SentResource(patch, sent_custom(values, custom))


def _place(fields: Fields, resource: Resource | None, around: Around) -> tuple[Field, ...]:
    """Where it stands, and what it is part of, as far as that can be said."""
    if resource is not None and resource.parent_id is not None:
        return ()
    sites = [Choice(str(site.id), own_name(site.name)) for site in around.sites]
    site = fields.select("site_id", sites, required=True) if len(sites) > 1 else None
    parents = [each for each in in_tree(around.resources) if len(each.path) < DEEPEST and each.kind in KINDS]
    depth = {each.id: len(each.path) - 1 for each in parents}
    choices = (Choice("", "resources.part_of_nothing"), *named(parents, below=depth))
    parent = (
        fields.select("parent_id", choices, hint="resources.parent_id_hint") if resource is None and parents else None
    )
    return tuple(field for field in (parent, site) if field)


def _dates(resource: Resource) -> dict[str, date | None]:
    """The first and the last date on which it can be booked."""
    until = resource.valid_until
    return {"first_day": resource.valid_from, "last_day": until and until - DAY}


def _new_values(asked: Mapping[str, str], around: Around) -> dict[str, object]:
    first = around.sites[0].id if around.sites else ""
    return {
        "kind": asked.get("kind") or "person",
        "capacity": 1,
        "public": True,
        "active": True,
        "position": 0,
        "site_id": asked.get("site") or first,
        "parent_id": asked.get("parent", ""),
    }


def _row(resource: Resource, sites: Mapping[int, str], wholes: Mapping[int, str]) -> Row:
    whole = Message("resources.part_of", {"whole": wholes.get(resource.parent_id or 0, "")})
    cells = (
        Cell(resource.title, whole if resource.parent_id else ""),
        Cell(Message(f"kind.{resource.kind}")),
        Cell(str(resource.capacity), number=True),
        Cell(sites.get(resource.site_id, "")),
        _state(resource),
    )
    return Row(cells, _path(resource))


def _state(resource: Resource) -> Cell:
    if not resource.active:
        return Cell(Message("records.archived"), tone="done")
    return Cell("" if resource.public else Message("services.not_public"))


def _path(resource: Resource) -> str:
    return f"{PATH}/{resource.id}"
