"""Templates of messages: texts of an account's own in place of the built-in ones."""

from kalends.actions.access import allow, internal
from kalends.actions.context import Context, transaction
from kalends.actions.save import add, save
from kalends.engine.messages.template import MessageTemplate, TemplateKey, TemplatePatch, changed_template, new_template
from kalends.engine.refusals import Fault, Invalid
from kalends.notices.messages.own import TemplateFault, check_template
from kalends.notices.texts import LANGUAGES
from kalends.store.ids import next_ids
from kalends.store.messages import templates


@allow("read")
async def list_templates(ctx: Context) -> list[MessageTemplate]:
    """List the account's templates, oldest first, inactive ones too."""
    return await templates.find_templates(ctx.db, ctx.account.id)


@allow("manage", whole_account=True)
async def set_template(ctx: Context, key: TemplateKey, patch: TemplatePatch) -> MessageTemplate:
    """Add the template with this key, or change the one that there is.

    Raises Forbidden to a key that is limited to sites, NotFound(service), Duplicate(kind) if another request adds it
    meanwhile, Invalid(kind, channel, locale: unknown; subject: invalid, too_long; body: blank, invalid, too_long).
    """
    async with transaction(ctx) as tx:
        present = await templates.lock_template(tx.db, ctx.account.id, key)
        if present is None:
            (template_id,) = await next_ids(tx.db, "message_template")
            template = _checked(new_template(key, patch, ctx.account.id, template_id, ctx.now))
            await add(tx, template)
            return template
        return await save(tx, present, _checked(changed_template(present, patch)))


@internal
async def note_fault(ctx: Context, template_id: int, fault: str) -> bool:
    """Keep why a template could not be used; returns whether that was not known yet. In the action's transaction."""
    return await templates.save_fault(ctx.db, ctx.account.id, template_id, fault)


def _checked(template: MessageTemplate) -> MessageTemplate:
    """The template. Raises Invalid(locale: unknown; subject, body: invalid)."""
    faults = [] if template.locale in ("", *LANGUAGES) else [Fault("locale", "unknown")]
    for name in ("subject", "body"):
        try:
            check_template(getattr(template, name))
        except TemplateFault:
            faults.append(Fault(name, "invalid"))
    if faults:
        raise Invalid(*faults)
    return template
