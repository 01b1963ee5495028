"""What a service is called in other languages, as customers are shown it."""

from collections.abc import Mapping

from kalends.actions.access import check_may
from kalends.actions.catalog.services import change_service, get_service
from kalends.actions.context import Context
from kalends.console.fields import attempt, expecting, read_fields
from kalends.console.handlers.settings import saved
from kalends.console.pages import text
from kalends.console.screens import draw_form, refilled
from kalends.console.views.forms import Complaint, own_name
from kalends.console.views.records import Section
from kalends.console.views.service_texts import FIELDS, texts_form, texts_path, texts_table, with_sent_texts
from kalends.engine.catalog.service import Service
from kalends.notices.texts import LANGUAGES, Message
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.problems import RouteNotFound


def texts_section(ctx: Context, service: Service) -> Section:
    """The languages, for the page of a service."""
    return Section(texts_table(service, ctx.account.locale), hint="servicetexts.hint")


async def show(request: WebRequest, ctx: Context) -> Answer:
    """The form for one language."""
    check_may(ctx, change_service)
    return await _draw(request, ctx)


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Write title and description in this language; what is left empty is as the service has it."""
    service, language = await get_service(ctx, request.path_params["service_id"]), _language(request)
    sent = await read_fields(request, *FIELDS, "version")
    patch, values = with_sent_texts(service, language, sent)
    expected = expecting(ctx, "service", service.id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: change_service(tx, service.id, patch))
    return await _draw(request, ctx, sent, complaint) if complaint else saved(request, texts_path(service, language))


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    service, language = await get_service(ctx, request.path_params["service_id"]), _language(request)
    title = own_name(f"{service.title} · {text(call_of(request), Message(f'language.{language}'))}")
    form = refilled(request, texts_form(service, language), sent, complaint)
    return await draw_form(request, ctx, title, form, "servicetexts.form_hint")


def _language(request: WebRequest) -> str:
    language: str = request.path_params["language"]
    if language not in LANGUAGES:
        raise RouteNotFound
    return language
