"""Texts of messages: the account's own in place of the built-in ones, and the forms to write them."""

from collections.abc import Mapping, Sequence

from kalends.console.values import Values
from kalends.console.views.forms import Choice, Field, Form, own_name, ticked
from kalends.console.views.tables import Cell, Row, Table
from kalends.console.views.times import Times
from kalends.engine.bookings.request import CHANNELS
from kalends.engine.catalog.service import Service
from kalends.engine.messages.facts import TEMPLATED
from kalends.engine.messages.template import MessageTemplate, TemplateKey, TemplatePatch
from kalends.engine.version import version_of
from kalends.notices.messages.names import FIELDS as PARTS
from kalends.notices.messages.names import PRINTABLE
from kalends.notices.texts import LANGUAGES, Message

PATH = "/messages/texts"
FIELDS = ("kind", "channel", "service_id", "locale", "subject", "body", "active")


def texts_table(templates: Sequence[MessageTemplate], services: Sequence[Service], times: Times) -> Table:
    """The list."""
    names = {service.id: service.title for service in services}
    rows = tuple(_row(template, names, times) for template in templates)
    columns = ("texts.kind", "texts.channel", "texts.service", "texts.language", "texts.state")
    return Table("texts.title", columns, rows, "texts.empty")


def text_form(services: Sequence[Service], template: MessageTemplate | None = None) -> Form:
    """The form to write a text, or to change one; which messages it is for can't be changed."""
    written: tuple[Field, ...] = (
        Field(
            "subject",
            "texts.subject",
            value=template.subject if template else "",
            required=False,
            hint="texts.subject_hint",
        ),
        Field(
            "body", "texts.body", kind="textarea", value=template.body if template else "", attributes={"rows": "12"}
        ),
        Field(
            "active", "texts.active", kind="checkbox", value=ticked(template is None or template.active), required=False
        ),
    )
    if template is not None:
        hidden = {"version": version_of(template)}
        return Form(f"{PATH}/{template.id}", written, "form.save", hidden=hidden, back=PATH)
    kinds = tuple(Choice(kind, f"template.{kind}") for kind in TEMPLATED)
    channels = tuple(Choice(channel, f"channel.{channel}") for channel in CHANNELS)
    of_services = (Choice("", "texts.all"), *(Choice(str(each.id), own_name(each.title)) for each in services))
    languages = (Choice("", "texts.all"), *(Choice(code, f"language.{code}") for code in LANGUAGES))
    which = (
        Field("kind", "texts.kind", kind="select", value="confirmation", choices=kinds),
        Field("channel", "texts.channel", kind="select", value="email", choices=channels),
        Field("service_id", "texts.service", kind="select", choices=of_services, required=False),
        Field("locale", "texts.language", kind="select", choices=languages, required=False),
    )
    return Form(PATH, (*which, *written), "form.save", back=PATH)


def sent_text(sent: Mapping[str, str]) -> tuple[TemplateKey, TemplatePatch, Values]:
    """What the form says, and what could not be read of it."""
    values = Values(sent)
    key = TemplateKey(
        kind=values.text("kind"),
        channel=values.text("channel"),
        service_id=values.id("service_id") or None,
        locale=values.text("locale"),
    )
    patch = TemplatePatch(subject=values.text("subject"), body=values.text("body"), active=values.flag("active"))
    return key, patch, values


def printable() -> tuple[str, ...]:
    """What a text can print, as it is written there."""
    parts = (f"{name}.{part}" for name, own in PARTS.items() if name != "loop" for part in own)
    return tuple(f"{{{{ {name} }}}}" for name in sorted({*PRINTABLE, *parts}))


def _row(template: MessageTemplate, services: Mapping[int, str], times: Times) -> Row:
    service = services.get(template.service_id, str(template.service_id)) if template.service_id else None
    cells = (
        Cell(Message(f"template.{template.kind}"), template.subject),
        Cell(Message(f"channel.{template.channel}")),
        Cell(service or Message("texts.all")),
        Cell(Message(f"language.{template.locale}" if template.locale in LANGUAGES else "texts.all")),
        _state(template, times),
    )
    return Row(cells, f"{PATH}/{template.id}")


def _state(template: MessageTemplate, times: Times) -> Cell:
    if template.fault:
        return Cell(Message("texts.faulty"), template.fault, "wrong")
    day = times.day(template.updated_at)
    return Cell(Message("texts.used"), day, "good") if template.active else Cell(Message("texts.unused"), day, "done")
