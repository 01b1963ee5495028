"""The form that changes a booking."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kalends.console.at_site import AtSite
from kalends.console.change_booking import Around, extra_name, other_name, present_values
from kalends.console.views.custom_values import ON, custom_fields, field_name
from kalends.console.views.forms import Choice, Complaint, Field, Form, Group, once, own_name
from kalends.console.views.outlook import Outlook
from kalends.console.views.panel import customer_title, title_of
from kalends.console.views.people import Person, person_fields, person_of
from kalends.console.views.scopes import Scopes
from kalends.console.views.telling import NoticeView
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.customers.customer import Customer
from kalends.engine.time.span import Span
from kalends.notices.texts import Message

_OF_PERSON = 4
"""The fields of somebody new, which come first."""


class People(msgspec.Struct, frozen=True):
    """Who is found, and who may be the same as somebody new."""

    found: Sequence[Customer]
    doubles: Sequence[Customer] = ()


class ChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """The form. `who` is its customer now; who else it could be for is as in NewView. `told`: something is different of
    which customers are told; `when_then` is when it would be and `price` what it would cost then, "" if that is not
    known or the same; `outlook` why it can't be."""

    form: Form
    title: str
    when: str
    hidden: Mapping[str, str]
    who: str
    sent: Mapping[str, str]
    chosen: str
    found: tuple[Person, ...]
    doubles: tuple[Person, ...]
    scopes: Scopes
    told: bool
    when_then: str
    notice: NoticeView | None
    price: str
    outlook: Outlook | None

    @property
    def person(self) -> tuple[Field | Group, ...]:
        """As `person_fields` has them."""
        return self.form.fields[:_OF_PERSON]

    @property
    def rest(self) -> tuple[Field | Group, ...]:
        """All other fields."""
        return self.form.fields[_OF_PERSON:]


def change_view(
    at: AtSite,
    around: Around,
    sent: Mapping[str, str],
    people: People,
    complaint: Complaint | None,
    **foreseen: Any,
) -> ChangeView:
    """The form with what was sent; `foreseen` are the other fields of the view."""
    item = around.view.item
    found, doubles = tuple(map(person_of, people.found)), tuple(map(person_of, people.doubles))
    only = found[0].value if len(found) == 1 else ""
    return ChangeView(
        form=_form(at, around, sent).with_complaint(complaint, at.say),
        title=title_of(at, around.view),
        when=at.words.when(Span(item.starts_at, item.ends_at), at.zone),
        hidden={
            "revision": sent["revision"] or str(item.revision),
            "was": sent["was"] or msgspec.json.encode(present_values(around)).decode(),
            **once(),
        },
        who=customer_title(around.view.customer) if around.view.customer else at.say(Message("panel.nobody")),
        sent=sent,
        chosen=sent["customer"] or only,
        found=found,
        doubles=doubles,
        **foreseen,
    )


def _form(at: AtSite, around: Around, sent: Mapping[str, str]) -> Form:
    path = at.path_of(around.view)
    texts = (
        Field("title", "panel.title", value=sent["title"], required=False),
        Field("notes", "panel.notes", kind="textarea", value=sent["notes"], required=False),
    )
    groups = (
        Group("change.what", _what(around, sent), beside=True),
        Group("panel.extras", tuple(_extra(extra, sent) for extra in around.extras), beside=True),
        Group("change.staff", (*texts, *_own(around, sent)), hint="change.staff_hint"),
    )
    fields: tuple[Field | Group, ...] = (*person_fields(sent), *(group for group in groups if group.fields))
    return Form(f"{path}/change", fields, "form.save", back=path)


def _what(around: Around, sent: Mapping[str, str]) -> tuple[Field, ...]:
    choices = tuple(Choice(str(each.id), own_name(each.title)) for each in around.services)
    blank = () if around.view.item.service_id else (Choice("", "new.any_service"),)
    service = Field("service", "panel.service", kind="select", value=sent["service"], choices=(*blank, *choices))
    length = Field(
        "length",
        "new.length",
        kind="number",
        value=sent["length"],
        hint="change.length_hint",
        required=False,
        attributes={"min": "1"},
    )
    units = Field("units", "panel.units", kind="number", value=sent["units"], attributes={"min": "1"})
    has_places = around.view.resource is None or around.view.resource.capacity > 1 or around.view.item.units > 1
    return (*((service, length) if choices else ()), *((units,) if has_places else ()))


def _extra(extra: LinkedAddOn, sent: Mapping[str, str]) -> Field:
    name = extra_name(extra)
    return Field(
        name, own_name(extra.thing.title), kind="number", value=sent[name], required=False, attributes={"min": "0"}
    )


def _own(around: Around, sent: Mapping[str, str]) -> tuple[Field, ...]:
    """The account's own fields, and values that are in none of these."""
    values = {field.id: ON if field.kind == "checkbox" and sent[name] else sent[name] for field, name in _named(around)}
    others = [(other_name(index), title) for index, title in enumerate(around.others)]
    return (
        *custom_fields(around.fields, values),
        *(Field(name, own_name(title), value=sent[name], required=False) for name, title in others),
    )


def _named(around: Around) -> list[tuple[CustomField, str]]:
    return [(field, field_name(field)) for field in around.fields]
