"""The form in which visitors say who they are."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

import msgspec

from kalends.engine.accounts.account import Account, Policy
from kalends.engine.accounts.booking_page import BookingPage
from kalends.engine.all_refusals import all_of
from kalends.engine.billing.quote import Quote
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.consent import is_agreed
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.customers.customer import CustomerPatch, check_contacts
from kalends.engine.limits import LONGEST_TEXT, text_faults
from kalends.engine.refusals import Full, Invalid, Refusal, Unreachable
from kalends.notices.messages.language import MessageLanguage
from kalends.notices.texts import Message
from kalends.page.views.booking import difference
from kalends.page.views.faults import Fault
from kalends.page.views.questions import QuestionView, faults_of_answers

_DIGITS = 32
MOST_OF_EXTRA = 20
"""How many of one extra can be chosen on the page."""
CONSENT = "consent"
FIELDS = ("name", "email", "phone")
"""The fields that are there always, and the faults of which they can have: `fault.FIELD_FAULT`."""
FAULTS = ("blank", "invalid")
TEXTS = (*FIELDS, "comments", "reason")
"""All fields in which people write, in their order: `field.FIELD` is what they are called."""
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
    """The form with what was sent, and what was wrong with it: `problem` with the whole of it. `shown` is sent along,
    so that nothing else is booked than was shown."""

    shown: str
    values: Mapping[str, str]
    origin: Mapping[str, str]
    extras: tuple[ExtraView, ...]
    questions: tuple[QuestionView, ...]
    email_required: bool
    phone_required: bool
    consent: str
    consent_version: int
    agreed: bool
    terms: str
    faults: tuple[Fault, ...] = ()
    problem: Message | None = None

    @property
    def by_field(self) -> Mapping[str, Message]:
        """The faults by the names of their fields."""
        return {fault.field: fault.message for fault in self.faults}


def shown_of(bookings: Sequence[BookingWithItems], prices: Sequence[Quote]) -> str:
    """A digest of what there is to be booked, and of what each of it costs."""
    things = [
        ([_thing_of(view.item) for view in booking.items], price.total, price.currency)
        for booking, price in zip(bookings, prices, strict=True)
    ]
    return sha256(msgspec.json.encode(things)).hexdigest()[:_DIGITS]


def _thing_of(item: Item) -> tuple[object, ...]:
    """What makes a time another one to a visitor."""
    times = item.starts_at, item.ends_at, item.session_id
    return *times, item.service_id, item.resource_id, item.also_resource_ids, item.units, item.extras


def offered_extras(add_ons: Sequence[LinkedAddOn], resource: Resource | None) -> list[LinkedAddOn]:
    """The add-ons that visitors are shown and that go with a resource."""
    return [each for each in add_ons if each.thing.public and each.goes_with(resource)]


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
            title=each.title_in(words.code),
            about=each.thing.description_in(words.code) if isinstance(each.thing, Service) else each.thing.notes,
            most=_most(each),
            chosen=_number(sent.get(field_of(each), ""), each),
            price=difference(quote, base, words),
        )
        for each, quote in zip(add_ons, with_one, strict=True)
    )


def customer_of(sent: Mapping[str, str]) -> CustomerPatch:
    """Who the form says that the visitor is."""
    return CustomerPatch(
        name=sent.get("name", "").strip(),
        email=sent.get("email", "").strip() or None,
        phone=sent.get("phone", "").strip() or None,
    )


def detail_faults(sent: Mapping[str, str], account: Account) -> list[Fault]:
    """What is missing of the details, at what nobody can be reached, and what is too long, as the form is read."""
    required = ("name", *required_contacts(account.policy))
    faults = [Fault(name, Message(f"fault.{name}_blank")) for name in required if not sent.get(name, "").strip()]
    wrong = text_faults("comments", sent.get("comments", ""), LONGEST_TEXT)
    try:
        check_contacts(customer_of(sent), account.country)
    except Invalid as refusal:
        wrong += refusal.faults
    faults += faults_of(Invalid(*wrong), ())
    return sorted(faults, key=lambda fault: TEXTS.index(fault.field))


def extra_faults(refusal: Refusal, add_ons: Sequence[LinkedAddOn]) -> tuple[Fault, ...]:
    """The extras of which there are too few at that time; nothing if something else is in the way too."""
    inventory = {each.thing.id: each for each in add_ons if not isinstance(each.thing, Service)}
    refusals = all_of(refusal)
    conflicts = [conflict for each in refusals if isinstance(each, Full) for conflict in each.conflicts]
    lacking = dict.fromkeys(conflict.which for conflict in conflicts if conflict.what == "resource")
    is_all = all(isinstance(each, Full) for each in refusals) and all(each.what == "resource" for each in conflicts)
    if not is_all or not lacking.keys() <= inventory.keys():
        return ()
    return tuple(
        Fault(field_of(each), Message("fault.extra_full", {"extra": each.thing.title}))
        for which, each in inventory.items()
        if which in lacking
    )


def agreed_version(sent: Mapping[str, str]) -> int | None:
    """The version of the text that was agreed to; None for none."""
    version = sent.get(CONSENT, "")
    return int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else None


def consent_faults(sent: Mapping[str, str], page: BookingPage) -> Iterator[Fault]:
    """What is missing if there is a text to agree to: it is to be agreed to as it is now."""
    if not is_agreed(page, agreed_version(sent)):
        yield Fault(CONSENT, Message("fault.consent"))


def required_contacts(policy: Policy) -> tuple[str, ...]:
    """Where customers must be reached: where the code is sent; without codes, by mail."""
    return ("phone",) if policy.verification == "sms" else ("email",)


def faults_of(refusal: Refusal, questions: Sequence[CustomField]) -> tuple[Fault, ...]:
    """What a refusal says of fields of the form; nothing if it is about something else."""
    if isinstance(refusal, Unreachable):
        return (Fault(refusal.field, Message(f"fault.{refusal.field}_{refusal.reason}")),)
    if not isinstance(refusal, Invalid):
        return ()
    answers = faults_of_answers(refusal, questions)
    reasons = {_OF_CUSTOMER.get(fault.field, fault.field): fault.reason for fault in refusal.faults}
    texts = [Fault(name, _said(name, reasons[name])) for name in TEXTS if name in reasons]
    consent = [Fault(CONSENT, Message("fault.consent"))] if CONSENT in reasons else []
    return (*texts, *answers, *consent)


def _said(name: str, reason: str) -> Message:
    if reason == "too_long":
        return Message("fault.too_long", {"field": Message(f"field.{name}")})
    return Message(f"fault.{name}_invalid")


def _most(add_on: LinkedAddOn) -> int:
    return MOST_OF_EXTRA if isinstance(add_on.thing, Service) else min(MOST_OF_EXTRA, add_on.thing.capacity)


def _number(text: str, add_on: LinkedAddOn) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    return min(number, _most(add_on))
