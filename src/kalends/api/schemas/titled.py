"""What has a title and nothing else: groups of customers, and categories of resources."""

from typing import Annotated

import msgspec
from msgspec import Meta

from kalends.api.ids import CategoryId, CategoryRef, GroupId, GroupRef, write_id
from kalends.api.lists import Listing
from kalends.engine.catalog.category import Category as EngineCategory
from kalends.engine.customers.customer import CustomerGroup as EngineGroup
from kalends.engine.limits import LONGEST_LINE

GroupTitle = Annotated[str, Meta(extra={"form": "named"}, max_length=LONGEST_LINE, examples=["Members"])]
CategoryTitle = Annotated[str, Meta(extra={"form": "named"}, max_length=LONGEST_LINE, examples=["Meeting rooms"])]


class CustomerGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A group of customers, that prices can be for."""

    id: GroupId
    title: GroupTitle


class CustomerGroupInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group, new or renamed; no other has its title."""

    title: GroupTitle


class Category(msgspec.Struct, frozen=True, kw_only=True):
    """A category of resources."""

    id: CategoryId
    title: CategoryTitle


class CategoryInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A category, new or renamed; no other has its title."""

    title: CategoryTitle


class CustomerGroupPath(msgspec.Struct, frozen=True, kw_only=True):
    """One group."""

    group_id: GroupRef


class CategoryPath(msgspec.Struct, frozen=True, kw_only=True):
    """One category."""

    category_id: CategoryRef


class ListTitled(Listing, frozen=True, kw_only=True):
    """All of them, the oldest first."""


def shown_group(group: EngineGroup) -> CustomerGroup:
    """A group as it is answered."""
    return CustomerGroup(id=write_id("group", group.id), title=group.title)


def shown_category(category: EngineCategory) -> Category:
    """A category as it is answered."""
    return Category(id=write_id("category", category.id), title=category.title)
