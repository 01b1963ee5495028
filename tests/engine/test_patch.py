"""Patches: what they set, what they leave, and when something has changed at all."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from kalends.engine.accounts.account import Account, AccountPatch, Policy, PolicyPatch
from kalends.engine.billing.occasion import OccasionPatch, new_occasion
from kalends.engine.catalog.custom_field import CustomField, CustomFieldPatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.customers.customer import CustomerPatch, changed_customer, matches_patch, new_customer
from kalends.engine.patch import changes, next_revision, patch_from, patched
from kalends.provision.tables import DescribedField
from tests.desk import HOUR
from tests.world import NOW

FIELD = CustomField(1, 2, "Seats")
ACCOUNT = Account(1, "clinic", "Clinic", "Europe/Oslo", "nb", "NOK", "NO", Policy())
JAZZ = new_occasion(OccasionPatch(title="Jazz", starts_at=NOW, ends_at=NOW + HOUR), 1, 2, NOW)
KARI = new_customer(
    CustomerPatch(first_name="Kari Anne", last_name="Berg", email="kari@example.org"), ACCOUNT, 7, NOW, "Ada"
)

patches = st.builds(
    CustomFieldPatch,
    title=st.just(UNSET) | st.text(),
    options=st.just(UNSET) | st.lists(st.text()).map(tuple),
    active=st.just(UNSET) | st.booleans(),
)


@given(patches)
def test_a_patch_sets_what_it_names_and_leaves_the_rest(patch: CustomFieldPatch) -> None:
    before, after = msgspec.structs.asdict(FIELD), msgspec.structs.asdict(patched(FIELD, patch))
    assert after == before | changes(patch)


@given(patches, patches)
def test_what_was_read_can_be_put_back(first: CustomFieldPatch, second: CustomFieldPatch) -> None:
    read = patched(patched(FIELD, first), second)
    assert patched(read, patch_from(CustomFieldPatch, read)) == read


def test_none_is_a_value() -> None:
    assert changes(ResourcePatch(external_id=None, title="Ada")) == {"title": "Ada", "external_id": None}


def test_a_patch_within_a_patch_is_applied_to_its_field() -> None:
    account = patched(ACCOUNT, AccountPatch(name="Spa", policy=PolicyPatch(hold_minutes=5)))
    assert (account.name, account.locale, account.policy) == ("Spa", "nb", Policy(hold_minutes=5))


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"one": {"y": 2}}, {"one": {"x": 1, "y": 2}}),
        ({"one": {"x": UNSET}}, {"one": {}}),
        ({"two": {"x": UNSET}}, {"one": {"x": 1}}),
        ({"two": {"x": None}}, {"one": {"x": 1}, "two": {"x": None}}),
    ],
)
def test_details_are_put_together_door_by_door(sent: dict[str, Any], stored: dict[str, Any]) -> None:
    kari = changed_customer(KARI, CustomerPatch(details={"one": {"x": 1}}), "NO")
    assert changed_customer(kari, CustomerPatch(details=sent), "NO").details == stored


def test_a_patch_takes_the_fields_that_another_struct_sets() -> None:
    described = DescribedField(title="Seats", kind="numeric")
    fields = CustomFieldPatch(title="Seats", kind="numeric", subject="resource")
    assert patch_from(CustomFieldPatch, described) == fields


def test_nothing_changed_is_the_same_thing() -> None:
    assert next_revision(JAZZ, msgspec.structs.replace(JAZZ, updated_at=NOW + HOUR), NOW + HOUR, "Bo") is JAZZ
    assert next_revision(KARI, msgspec.structs.replace(KARI, revision=8, updated_by="Bo"), NOW + HOUR, "Bo") is KARI


class Plain(msgspec.Struct, frozen=True):
    """A record of which nobody keeps revisions."""

    title: str


def test_a_change_is_stamped_as_far_as_there_are_fields_for_it() -> None:
    kari = next_revision(KARI, msgspec.structs.replace(KARI, notes="Left knee"), NOW + HOUR, "Bo")
    assert (kari.notes, kari.revision, kari.updated_at, kari.updated_by) == ("Left knee", 1, NOW + HOUR, "Bo")
    halls, rooms = Plain("Halls"), Plain("Rooms")
    assert next_revision(halls, rooms, NOW, "Bo") == rooms


@pytest.mark.parametrize(
    ("name", "divided"),
    [
        ("Kari Anne Berg", ("Kari Anne", "Berg")),
        ("Kari  Anne Berg ", ("Kari Anne", "Berg")),
        ("Kari Anne von Berg", ("Kari Anne von", "Berg")),
        ("Kari", ("Kari", "")),
        (None, ("", "")),
    ],
)
def test_a_name_in_one_piece_is_divided_before_its_last_word(name: str | None, divided: tuple[str, str]) -> None:
    kari = changed_customer(KARI, CustomerPatch(name=name), "NO")
    assert (kari.first_name, kari.last_name) == divided


def test_a_customer_is_meant_by_its_contacts_or_else_by_its_name() -> None:
    assert matches_patch(KARI, CustomerPatch(email=" kari@example.org", first_name="K."), "NO")
    assert not matches_patch(KARI, CustomerPatch(phone="22 33 44 55", name="Kari Anne Berg"), "NO")
    assert matches_patch(KARI, CustomerPatch(name="Kari Anne Berg"), "NO")
