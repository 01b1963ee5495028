"""The names that a template of an account can print."""

from typing import TypeAlias

import msgspec

from kalends.engine.messages.facts import MessageFacts
from kalends.notices.messages.content import Content, Time, address_of
from kalends.notices.messages.mail import details_text


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
    number: str
    count: int
    code: str
    until: str
    reason: str
    head: str
    intro: str
    details: str


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


def names_of(facts: MessageFacts, content: Content) -> Names:
    """The names and their values for a message."""
    customer, profile, site, first = facts.customer, facts.profile, facts.items[0].site, content.times[0]
    person = Person()
    if customer:
        person = Person(
            customer.name, customer.first_name, customer.last_name, customer.email or "", customer.phone or ""
        )
    house = "\n".join(
        line
        for line in (f"{profile.street} {profile.house_number}".strip(), f"{profile.postcode} {profile.city}".strip())
        if line
    )
    return Names(
        customer=person,
        account=Place(facts.account.name, house, profile.phone, profile.email),
        site=Place(site.name, "\n".join(address_of(site)), site.phone, site.email) if site else Place(),
        times=content.times,
        count=len(facts.items),
        code=content.code,
        until=content.until,
        reason=content.reason,
        head=content.head,
        intro=content.intro,
        details=details_text(content),
        **{name: getattr(first, name) for name in TIME_FIELDS & PRINTABLE},
    )
