"""Templates of messages, as a description has them."""

from collections.abc import Mapping

from kalends.actions.context import Context
from kalends.actions.messages.templates import list_templates, set_template
from kalends.engine.messages.template import TemplateKey, TemplatePatch
from kalends.engine.patch import changes, patch_from
from kalends.notices.messages.own import TemplateFault, check_template
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description, InvalidDescription
from kalends.provision.tables import DescribedTemplate


async def apply_templates(
    ctx: Context, description: Description, services: Mapping[str, int], applied: Applied
) -> None:
    """Add or change the described templates. `services` are the ids of all services by title."""
    present = {template.key: template for template in await list_templates(ctx)}
    for described in description.message_templates:
        name = _name(described)
        with error_context(name):
            if described.service is not None and described.service not in services:
                raise InvalidDescription(f"there is no service `{described.service}`")
            patch = patch_from(TemplatePatch, described)
            _check(patch)
            key = TemplateKey(
                kind=described.kind,
                channel=described.channel,
                service_id=None if described.service is None else services[described.service],
                locale=described.language,
            )
            template = await set_template(ctx, key, patch)
        applied.note(name, present.get(key), template)


def _name(described: DescribedTemplate) -> str:
    """`message template email confirmation Massage de`."""
    words = ("message template", described.channel, described.kind, described.service, described.language)
    return " ".join(word for word in words if word)


def _check(patch: TemplatePatch) -> None:
    """Raises InvalidDescription that says what is wrong and in which line, which the action does not."""
    for name, text in changes(patch).items():
        if isinstance(text, str):
            try:
                check_template(text)
            except TemplateFault as fault:
                raise InvalidDescription(f"{name}: {fault}") from fault
