"""What a service is called in other languages: the list of them, and the form for one."""

from collections.abc import Mapping

from kalends.console.values import Values
from kalends.console.views.forms import Form
from kalends.console.views.records import Fields
from kalends.console.views.tables import Cell, Row, Table
from kalends.engine.catalog.own_texts import own_text_faults
from kalends.engine.catalog.service import Service, ServicePatch
from kalends.engine.version import version_of
from kalends.notices.texts import LANGUAGES, Message, language_of_tag

FIELDS = ("title", "description")


def texts_table(service: Service, locale: str) -> Table:
    """The languages of the booking page but for that of the account, each with the title that customers are shown."""
    own = language_of_tag(locale)
    rows = tuple(_row(service, language) for language in LANGUAGES if language != own)
    return Table("servicetexts.list", ("servicetexts.language", "services.title"), rows, "servicetexts.none")


def texts_path(service: Service, language: str) -> str:
    """Where they are written in a language."""
    return f"/services/{service.id}/texts/{language}"


def texts_form(service: Service, language: str) -> Form:
    """The form; what is left empty is as the service has it, which stands in it faintly."""
    written = service.texts.get(language, {})
    fields = Fields("services", None, {name: written.get(name, "") for name in FIELDS})
    return Form(
        texts_path(service, language),
        (fields.line("title", placeholder=service.title), fields.text("description")),
        "form.save",
        hidden={"version": version_of(service)},
        back=f"/services/{service.id}",
    )


def with_sent_texts(service: Service, language: str, sent: Mapping[str, str]) -> tuple[ServicePatch, Values]:
    """What the form says, with what is written in the other languages, which stays."""
    values = Values(sent)
    texts = {name: values.text(name) for name in FIELDS}
    for name, text in texts.items():
        for fault in own_text_faults({language: {name: text}}):
            values.faults[name] = Message(f"fault.{fault.reason}")
    written = {name: text for name, text in texts.items() if text and name not in values.faults}
    others = {each: texts for each, texts in service.texts.items() if each != language}
    return ServicePatch(texts={**others, language: written} if written else others), values


def _row(service: Service, language: str) -> Row:
    written = service.texts.get(language, {})
    hint = "" if written else Message("servicetexts.as_usual")
    title = service.title_in(language)
    return Row((Cell(Message(f"language.{language}")), Cell(title, hint)), texts_path(service, language))
