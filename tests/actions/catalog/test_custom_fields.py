"""The account's own fields, their values, and categories."""

from typing import Any

import pytest

from kalends.actions.catalog.custom_fields import (
    add_category,
    add_field,
    change_field,
    list_categories,
    list_fields,
    list_values,
    set_values,
)
from kalends.actions.catalog.resources import add_resource, change_resource, get_resource
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.refusals import Duplicate, Fault, Invalid, NotFound
from tests.desk import told
from tests.world import World, open_clinic

SEATS = CustomFieldPatch(title="Seat Type", kind="select", options=("A", "B"))


async def test_fields_are_listed_by_position(clinic: World) -> None:
    persons = await add_field(clinic.ctx(), CustomFieldPatch(title="Persons", kind="numeric", position=2))
    seats = await add_field(clinic.ctx(), SEATS)
    gone = await add_field(clinic.ctx(), CustomFieldPatch(title="Old", active=False))
    assert await list_fields(clinic.ctx()) == [seats, persons]
    assert await list_fields(clinic.ctx(), with_inactive=True) == [seats, gone, persons]
    assert [after["title"] for _, _, after in await told(clinic, "custom_field")] == ["Persons", "Seat Type", "Old"]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"title": " "}, Fault("title", "blank")),
        ({"title": "x" * 256}, Fault("title", "too_long")),
        ({"title": "A", "kind": "file"}, Fault("kind", "unknown")),
        ({"title": "A", "kind": "select"}, Fault("options", "blank")),
        ({"title": "A", "kind": "select", "options": ("A", "A")}, Fault("options", "invalid")),
        ({"title": "A", "kind": "select", "options": (" ",)}, Fault("options", "blank")),
        ({"title": "A", "kind": "text", "options": ("A",)}, Fault("options", "invalid")),
    ],
)
async def test_a_field_that_makes_no_sense(clinic: World, fields: dict[str, Any], fault: Fault) -> None:
    with pytest.raises(Invalid) as refused:
        await add_field(clinic.ctx(), CustomFieldPatch(**fields))
    assert refused.value.faults == (fault,)
    assert await list_fields(clinic.ctx()) == []


async def test_two_fields_of_one_title(clinic: World) -> None:
    await add_field(clinic.ctx(), SEATS)
    with pytest.raises(Duplicate):
        await add_field(clinic.ctx(), CustomFieldPatch(title="Seat Type"))


async def test_values_are_given_and_taken_away(clinic: World) -> None:
    persons = await add_field(clinic.ctx(), CustomFieldPatch(title="Persons", kind="numeric"))
    seats = await add_field(clinic.ctx(), SEATS)
    kept = await set_values(clinic.ctx(), clinic.left, {persons.id: 8, seats.id: "A"})
    assert kept == {persons.id: "8", seats.id: "A"}
    await set_values(clinic.ctx(), clinic.right, {persons.id: "20"})
    assert await set_values(clinic.ctx(), clinic.left, {persons.id: None}) == {seats.id: "A"}
    assert await list_values(clinic.ctx()) == {clinic.left: {seats.id: "A"}, clinic.right: {persons.id: "20"}}
    assert await list_values(clinic.ctx(), [clinic.right, clinic.hall]) == {clinic.right: {persons.id: "20"}}
    last = [line for line in await told(clinic, "resource") if line[0] == "change"][-1]
    assert last[1:] == ({"values": {str(persons.id): "8", str(seats.id): "A"}}, {"values": {str(seats.id): "A"}})


async def test_a_bad_value_leaves_all_as_it_was(clinic: World) -> None:
    persons = await add_field(clinic.ctx(), CustomFieldPatch(title="Persons", kind="numeric"))
    remark = await add_field(clinic.ctx(), CustomFieldPatch(title="Remark"))
    with pytest.raises(Invalid):
        await set_values(clinic.ctx(), clinic.left, {remark.id: "large", persons.id: "many"})
    with pytest.raises(NotFound):
        await set_values(clinic.ctx(), clinic.left, {remark.id: "large", persons.id + 99: "8"})
    assert await list_values(clinic.ctx()) == {}


async def test_values_of_another_account_are_nobodys(clinic: World) -> None:
    other = await open_clinic(clinic.db)
    theirs = await add_field(other.ctx(), CustomFieldPatch(title="Persons"))
    await set_values(other.ctx(), other.left, {theirs.id: "8"})
    assert await list_values(clinic.ctx(), [other.left]) == {}
    for resource, field in ((clinic.left, theirs.id), (other.left, theirs.id)):
        with pytest.raises(NotFound):
            await set_values(clinic.ctx(), resource, {field: "9"})
    with pytest.raises(NotFound):
        await change_field(clinic.ctx(), theirs.id, CustomFieldPatch(title="Mine"))


async def test_a_change_that_values_would_not_survive(clinic: World) -> None:
    seats = await add_field(clinic.ctx(), SEATS)
    await set_values(clinic.ctx(), clinic.left, {seats.id: "A"})
    changed = await change_field(clinic.ctx(), seats.id, CustomFieldPatch(title="Seats", options=("A", "C")))
    assert (changed.title, changed.options) == ("Seats", ("A", "C"))
    for fields, fault in (
        ({"options": ("C",)}, Fault("options", "in_use")),
        ({"kind": "numeric", "options": ()}, Fault("kind", "in_use")),
    ):
        with pytest.raises(Invalid) as refused:
            await change_field(clinic.ctx(), seats.id, CustomFieldPatch(**fields))
        assert refused.value.faults == (fault,)
    assert await list_fields(clinic.ctx()) == [changed]


async def test_categories_sort_resources(clinic: World) -> None:
    box = await add_category(clinic.ctx(), "Box")
    hall = await add_resource(clinic.ctx(), ResourcePatch(title="Dome", kind="space", category_id=box.id))
    assert (await get_resource(clinic.ctx(), hall.id)).category_id == box.id
    await change_resource(clinic.ctx(), clinic.hall, ResourcePatch(category_id=box.id, image="dome.jpg"))
    assert (await get_resource(clinic.ctx(), clinic.hall)).image == "dome.jpg"
    assert await list_categories(clinic.ctx()) == [box]
    assert [what for what, _, _ in await told(clinic, "category")] == ["add"]


async def test_a_category_is_named_once_and_known(clinic: World) -> None:
    box = await add_category(clinic.ctx(), "Box")
    with pytest.raises(Duplicate):
        await add_category(clinic.ctx(), " Box ")
    for title, reason in ((" ", "blank"), ("x" * 256, "too_long")):
        with pytest.raises(Invalid) as refused:
            await add_category(clinic.ctx(), title)
        assert refused.value.faults == (Fault("title", reason),)
    with pytest.raises(NotFound):
        await change_resource(clinic.ctx(), clinic.hall, ResourcePatch(category_id=box.id + 99))
