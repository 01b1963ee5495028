"""The names that a template of an account can print."""

from typing import TypeAlias

import msgspec


class Person(msgspec.Struct, frozen=True):
    """The customer."""

    name: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""


class Place(msgspec.Struct, frozen=True):
    """The account or a site. An address has several lines."""

    name: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""


class Time(msgspec.Struct, frozen=True):
    """One time of a message; each field is "" if there is none.

    `when` is all of `day`, `starts` and `ends`, `was` is when it was before a change, `number` is the item's. `kind` is
    the resource's.
    """

    service: str
    when: str
    day: str
    starts: str
    ends: str
    was: str
    resource: str
    kind: str
    place: str
    units: str
    extras: str
    number: str


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What a template can print; "" is what there is not.

    `details` are the facts as the built-in text has them, `head` its title and `intro` its first sentence. `service`
    to `number` are those of the first time if there are several; `times` are up to 100 of them, `count` how many there
    are.
    """

    customer: Person
    account: Place
    site: Place
    times: tuple[Time, ...]
    service: str
    resource: str
    day: str
    starts: str
    ends: str
    when: str
    was: str
    place: str
    units: str
    extras: str
    number: str
    count: int
    code: str
    until: str
    reason: str
    head: str
    intro: str
    details: str
    link: str


Fields: TypeAlias = dict[str, frozenset[str]]

FIELDS: Fields = {
    "customer": frozenset(Person.__struct_fields__),
    "account": frozenset(Place.__struct_fields__),
    "site": frozenset(Place.__struct_fields__),
    "loop": frozenset({"first", "index", "last", "length"}),
}
"""The names that have fields, which alone can be printed."""
PRINTABLE = frozenset(Names.__struct_fields__) - FIELDS.keys() - {"times"}
TIME_FIELDS = frozenset(Time.__struct_fields__)
