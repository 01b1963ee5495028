import pytest

from kalends.engine.messages.template import TemplateKey, TemplatePatch, changed_template, new_template
from kalends.engine.refusals import Fault, Invalid
from tests.world import NOW

KEY = TemplateKey(kind="reminder", channel="sms", locale="de")


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        new_template(TemplateKey(kind="poem", channel="fax"), TemplatePatch(subject="x" * 256), 1, 2, NOW)
    assert refused.value.faults == (
        Fault("kind", "unknown"),
        Fault("channel", "unknown"),
        Fault("subject", "too_long"),
        Fault("body", "blank"),
    )


@pytest.mark.parametrize("kind", ["digest", "template_fault", "webhook_disabled"])
def test_what_has_no_text_of_the_accounts_own(kind: str) -> None:
    with pytest.raises(Invalid) as refused:
        new_template(TemplateKey(kind=kind, channel="email"), TemplatePatch(body="See you"), 1, 2, NOW)
    assert refused.value.faults == (Fault("kind", "unknown"),)


def test_a_new_text_has_no_fault_yet() -> None:
    template = new_template(KEY, TemplatePatch(body="See you"), 1, 2, NOW)
    assert template.key == KEY
    known = changed_template(template, TemplatePatch())
    faulty = type(template)(**{name: getattr(known, name) for name in known.__struct_fields__} | {"fault": "line 1"})
    assert changed_template(faulty, TemplatePatch(active=False)).fault == "line 1"
    assert changed_template(faulty, TemplatePatch(body="Until then")).fault == ""
