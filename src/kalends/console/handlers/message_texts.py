"""Texts of messages: list, write and change them, and see a message as it would be sent now."""

from collections.abc import Mapping

from kalends.actions.access import check_may
from kalends.actions.catalog.services import list_services
from kalends.actions.context import Context
from kalends.actions.messages.preview import Preview, preview_message
from kalends.actions.messages.templates import list_templates, set_template
from kalends.console.fields import attempt, expecting, read_fields
from kalends.console.pages import language
from kalends.console.screens import draw_screen, refilled
from kalends.console.views.forms import Complaint
from kalends.console.views.message_texts import FIELDS, PATH, printable, sent_text, text_form, texts_table
from kalends.console.views.times import times_of
from kalends.engine.messages.rendered import Rendered
from kalends.engine.messages.template import MessageTemplate, TemplatePatch
from kalends.engine.refusals import NotFound
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """The account's own texts."""
    check_may(ctx, set_template)
    services, templates = await list_services(ctx, with_inactive=True), await list_templates(ctx)
    table = texts_table(templates, services, times_of(ctx, language(call_of(request))))
    return await draw_screen(request, ctx, "message_texts.html", table=table)


async def new(request: WebRequest, ctx: Context) -> Answer:
    """The form to write one."""
    check_may(ctx, set_template)
    return await _draw(request, ctx, None)


async def create(request: WebRequest, ctx: Context) -> Answer:
    """Keep a text, and show it with a preview."""
    sent = await read_fields(request, *FIELDS)
    key, patch, values = sent_text(sent)
    made, complaint = await attempt(ctx, values, lambda tx: set_template(tx, key, patch))
    return redirect(call_of(request), f"{PATH}/{made.id}") if made else await _draw(request, ctx, None, sent, complaint)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """A text, with a message as it would be sent now."""
    check_may(ctx, set_template)
    return await _draw(request, ctx, await _named(request, ctx))


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Change a text, and show it with a preview."""
    sent, template = await read_fields(request, *FIELDS, "version"), await _named(request, ctx)
    _, patch, values = sent_text(sent)
    expected = expecting(ctx, "message_template", template.id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: set_template(tx, template.key, patch))
    if complaint:
        return await _draw(request, ctx, template, sent, complaint)
    return redirect(call_of(request), f"{PATH}/{template.id}")


async def _draw(
    request: WebRequest,
    ctx: Context,
    template: MessageTemplate | None,
    sent: Mapping[str, str] | None = None,
    complaint: Complaint | None = None,
) -> Answer:
    form = text_form(await list_services(ctx), template)
    return await draw_screen(
        request,
        ctx,
        "message_text.html",
        status=422 if complaint else 200,
        form=refilled(request, form, sent, complaint),
        own=template,
        preview=await _preview(ctx, template) if template else None,
        printable=printable(),
    )


async def _named(request: WebRequest, ctx: Context) -> MessageTemplate:
    template_id: int = request.path_params["text_id"]
    for template in await list_templates(ctx):
        if template.id == template_id:
            return template
    raise NotFound("message_template", template_id)


async def _preview(ctx: Context, template: MessageTemplate) -> Rendered | None:
    """The message about the latest booking; None if there is no booking yet."""
    draft = TemplatePatch(subject=template.subject, body=template.body)
    wanted = Preview(kind=template.kind, channel=template.channel, locale=template.locale, draft=draft)
    try:
        return await preview_message(ctx, wanted)
    except NotFound:
        return None
