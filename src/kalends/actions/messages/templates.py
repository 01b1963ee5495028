"""Templates of messages: texts of an account's own in place of the built-in ones."""

from kalends.actions.access import allow, internal
from kalends.actions.context import Context, transaction
from kalends.actions.save import add, save
from kalends.engine.all_refusals import AllRefusals
from kalends.engine.limits import raise_if_faults
from kalends.engine.messages.template import (
    BODY_LIMIT,
    MessageTemplate,
    TemplateKey,
    TemplatePatch,
    changed_template,
    new_template,
)
from kalends.engine.refusals import Fault
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
        refusals = AllRefusals()
        with refusals:
            _check_texts(key, patch)
        with refusals:
            if present is not None:
                changed = changed_template(present, patch)
            else:
                (template_id,) = await next_ids(tx.db, "message_template")
                changed = new_template(key, patch, ctx.account.id, template_id, ctx.now)
        refusals.raise_any()
        if present is not None:
            return await save(tx, present, changed)
        await add(tx, changed)
        return changed


@internal
async def note_fault(ctx: Context, template_id: int, fault: str) -> bool:
    """Keep why a template could not be used; returns whether that was not known yet. In the action's transaction."""
    return await templates.save_fault(ctx.db, ctx.account.id, template_id, fault)


def _check_texts(key: TemplateKey, patch: TemplatePatch) -> None:
    """Raises Invalid(locale: unknown; subject, body: invalid)."""
    faults = [] if key.locale in ("", *LANGUAGES) else [Fault("locale", "unknown")]
    texts = {"subject": patch.subject or "", "body": patch.body or ""}
    for name, text in texts.items():
        try:
            check_template(text if len(text) <= BODY_LIMIT else "")
        except TemplateFault:
            faults.append(Fault(name, "invalid"))
    raise_if_faults(faults)
