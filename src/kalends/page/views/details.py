"""The form in which visitors say who they are."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from kalends.engine.accounts.account import Policy
from kalends.engine.billing.quote import Quote
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.refusals import Duplicate, Invalid, Refusal, Unreachable
from kalends.notices.messages.language import MessageLanguage
from kalends.notices.texts import Message
from kalends.page.views.booking import difference
from kalends.page.views.faults import Fault
from kalends.page.views.questions import QuestionView, faults_of_answers

MOST_OF_EXTRA = 20
"""How many of one extra can be chosen on the page."""
CONSENT = "consent"
FIELDS = ("name", "email", "phone")
"""The fields that are there always, and the faults of which they can have: `fault.FIELD_FAULT`."""
FAULTS = ("blank", "invalid")
_OF_CUSTOMER = {"first_name": "name", "last_name": "name", "email": "email", "phone": "phone"}
"""Which field of the form a fault of a customer's field belongs to."""


class ExtraView(msgspec.Struct, frozen=True):
    """An extra that can be added: the name of its field, up to how many, how many are chosen, and what one costs
    more."""

    field: str
    title: str
    about: str
    most: int
    chosen: int
    price: str


class DetailsView(msgspec.Struct, frozen=True, kw_only=True):
    """The form with what was sent, and what was wrong with it: `problem` with the whole of it."""

    values: Mapping[str, str]
    origin: Mapping[str, str]
    extras: tuple[ExtraView, ...]
    questions: tuple[QuestionView, ...]
    email_required: bool
    phone_required: bool
    consent: str
    terms: str
    faults: tuple[Fault, ...] = ()
    problem: Message | None = None

    @property
    def by_field(self) -> Mapping[str, Message]:
        """The faults by the names of their fields."""
        return {fault.field: fault.message for fault in self.faults}


def offered_extras(add_ons: Sequence[LinkedAddOn], resource: Resource | None) -> list[LinkedAddOn]:
    """The add-ons that visitors are shown and that go with a resource."""
    return [each for each in add_ons if each.thing.public and _goes_with(each, resource)]


def extra_of(add_on: LinkedAddOn, units: int) -> Extra:
    """So many of an add-on."""
    if isinstance(add_on.thing, Service):
        return Extra(units, service_id=add_on.thing.id)
    return Extra(units, resource_id=add_on.thing.id)


def field_of(add_on: LinkedAddOn) -> str:
    """The name of the field with how many of an add-on are wanted."""
    return f"extra-{'service' if isinstance(add_on.thing, Service) else 'resource'}-{add_on.thing.id}"


def chosen_extras(add_ons: Sequence[LinkedAddOn], sent: Mapping[str, str]) -> tuple[Extra, ...]:
    """The extras that were sent; a number that is none counts as 0."""
    numbers = [(each, _number(sent.get(field_of(each), ""), each)) for each in add_ons]
    return tuple(extra_of(each, number) for each, number in numbers if number)


def extra_views(
    add_ons: Sequence[LinkedAddOn],
    sent: Mapping[str, str],
    base: Quote,
    with_one: Sequence[Quote],
    words: MessageLanguage,
) -> tuple[ExtraView, ...]:
    """The extras as the form shows them; `with_one` is what the booking costs with one of each."""
    return tuple(
        ExtraView(
            field=field_of(each),
            title=each.thing.title,
            about=each.thing.description if isinstance(each.thing, Service) else each.thing.notes,
            most=_most(each),
            chosen=_number(sent.get(field_of(each), ""), each),
            price=difference(quote, base, words),
        )
        for each, quote in zip(add_ons, with_one, strict=True)
    )


def blank_faults(sent: Mapping[str, str], policy: Policy) -> Iterator[Fault]:
    """What is missing of the details."""
    for name in ("name", *required_contacts(policy)):
        if not sent.get(name, "").strip():
            yield Fault(name, Message(f"fault.{name}_blank"))


def consent_faults(sent: Mapping[str, str], consent: str) -> Iterator[Fault]:
    """What is missing if there is a text to agree to."""
    if consent and not sent.get(CONSENT):
        yield Fault(CONSENT, Message("fault.consent"))


def required_contacts(policy: Policy) -> tuple[str, ...]:
    """Where customers must be reached: where the code is sent; without codes, by mail."""
    return ("phone",) if policy.verification == "sms" else ("email",)


def faults_of(refusal: Refusal, questions: Sequence[CustomField]) -> tuple[Fault, ...]:
    """What a refusal says of fields of the form; nothing if it is about something else."""
    if isinstance(refusal, Unreachable):
        return (Fault(refusal.field, Message(f"fault.{refusal.field}_{refusal.reason}")),)
    if isinstance(refusal, Duplicate) and refusal.field in _OF_CUSTOMER:
        return (Fault(_OF_CUSTOMER[refusal.field], Message("fault.taken")),)
    if not isinstance(refusal, Invalid):
        return ()
    answers = faults_of_answers(refusal, questions)
    fields = dict.fromkeys(_OF_CUSTOMER.get(fault.field, "") for fault in refusal.faults)
    return (*(Fault(field, Message(f"fault.{field}_invalid")) for field in fields if field), *answers)


def _goes_with(add_on: LinkedAddOn, resource: Resource | None) -> bool:
    if add_on.resource_ids is None:
        return True
    return resource is not None and not set(add_on.resource_ids).isdisjoint(resource.path)


def _most(add_on: LinkedAddOn) -> int:
    return MOST_OF_EXTRA if isinstance(add_on.thing, Service) else min(MOST_OF_EXTRA, add_on.thing.capacity)


def _number(text: str, add_on: LinkedAddOn) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    return min(number, _most(add_on))
