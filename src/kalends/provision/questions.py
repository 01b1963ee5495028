"""Questions that services ask of whoever books them, as a description has them."""

from collections.abc import Mapping

import msgspec
from msgspec import UNSET

from kalends.actions.catalog.custom_fields import add_field, change_field, list_questions
from kalends.actions.context import Context
from kalends.engine.catalog.custom_field import CustomField, CustomFieldPatch
from kalends.engine.patch import patch_from
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description, InvalidDescription
from kalends.provision.tables import DescribedQuestion


async def apply_questions(
    ctx: Context, description: Description, services: Mapping[str, int], applied: Applied
) -> None:
    """Add or change the described questions. One that depends on another comes after it; `services` are the ids of all
    services by title."""
    questions = {question.title: question for question in await list_questions(ctx, with_inactive=True)}
    for described in description.questions:
        name, present = f"question {described.title}", questions.get(described.title)
        with error_context(name):
            patch = _patch(described, questions, services)
            question = await change_field(ctx, present.id, patch) if present else await add_field(ctx, patch)
        applied.note(name, present, question)
        questions[question.title] = question


def _patch(
    described: DescribedQuestion, questions: Mapping[str, CustomField], services: Mapping[str, int]
) -> CustomFieldPatch:
    """Raises InvalidDescription."""
    patch = msgspec.structs.replace(patch_from(CustomFieldPatch, described), subject="booking")
    if described.services is not UNSET:
        if unknown := [title for title in described.services if title not in services]:
            raise InvalidDescription(f"there is no service `{unknown[0]}`")
        patch = msgspec.structs.replace(patch, service_ids=frozenset(services[title] for title in described.services))
    if described.asked_if is not UNSET:
        other = questions.get(described.asked_if.question)
        if other is None:
            raise InvalidDescription(f"there is no question `{described.asked_if.question}` before it")
        patch = msgspec.structs.replace(patch, asked_if_id=other.id, asked_if_value=described.asked_if.answer)
    return patch
