"""Templates of messages in the file of `kalends apply`."""

from typing import Any

import pytest

from kalends.actions.messages.templates import list_templates
from kalends.provision.apply import apply
from kalends.provision.description import InvalidDescription, read
from tests.world import World

REMINDER = {"kind": "reminder", "channel": "sms", "service": "Massage", "language": "de", "body": "Bis {{ starts }}!"}


async def applied(clinic: World, **template: Any) -> dict[str, str]:
    description = read({"slug": clinic.account.slug, "message_templates": [{**REMINDER, **template}]})
    return (await apply(clinic.db, clinic.now, description)).outcomes


async def test_a_template_is_made_changed_and_left(clinic: World) -> None:
    name = "message template sms reminder Massage de"
    assert (await applied(clinic))[name] == "made"
    assert (await applied(clinic))[name] == "left"
    assert (await applied(clinic, body="Bis bald!"))[name] == "changed"
    assert (await applied(clinic, language=""))["message template sms reminder Massage"] == "made"
    templates = await list_templates(clinic.ctx())
    assert [(template.service_id, template.locale, template.body) for template in templates] == [
        (clinic.massage, "de", "Bis bald!"),
        (clinic.massage, "", "Bis {{ starts }}!"),
    ]


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ({"body": "Hello\n{{ secret }}"}, "body: line 2: there is no `secret`"),
        ({"subject": "{{ when"}, "subject: line 1: unexpected end of template, expected 'end of print statement'."),
        ({"service": "Tattoo"}, "there is no service `Tattoo`"),
        ({"language": "xx"}, "locale is not known"),
        ({"kind": "poem", "channel": "fax"}, "kind is not known, channel is not known"),
    ],
)
async def test_what_can_not_be_used_is_refused(clinic: World, template: dict[str, str], fault: str) -> None:
    with pytest.raises(InvalidDescription) as refused:
        await applied(clinic, **template)
    assert str(refused.value).endswith(fault)
