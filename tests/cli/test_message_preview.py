"""`kalends messages preview`."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kalends.provision.apply import apply
from kalends.provision.description import read
from kalends.store.db import open_pool
from tests.cli.running import kalends
from tests.desk import made, visit
from tests.world import World, open_clinic

TEMPLATE = {"kind": "reminder", "body": "Soon: {{ service }}.\n\n{{ details }}", "subject": "Soon"}


@pytest.fixture
async def clinic(own_database: str) -> World:
    """The clinic in a database of its own, with Kari's massage and a template for reminders."""
    pool = await open_pool(own_database, 1, 1)
    clinic = await open_clinic(pool)
    await made(clinic, visit(clinic))
    templates = read({"slug": clinic.account.slug, "message_templates": [TEMPLATE]})
    await apply(pool, datetime(2027, 3, 1, tzinfo=UTC), templates)
    await pool.close()
    return clinic


async def preview(clinic: World, url: str, *arguments: str) -> tuple[int | None, list[str], str]:
    command = ("messages", "preview", "--account", clinic.account.slug, *arguments)
    code, out, err = await kalends(*command, KALENDS_DATABASE_URL=url)
    return code, out.splitlines(), err.strip()


async def test_it_prints_the_latest_booking_with_the_template(clinic: World, own_database: str, tmp_path: Path) -> None:
    page = tmp_path / "mail.html"
    code, lines, _ = await preview(clinic, own_database, "--kind", "reminder", "--language", "de", "--html", str(page))
    assert (code, lines[:4]) == (0, ["Subject: Soon", "", "Soon: Massage.", ""])
    assert "<p>Soon: Massage.</p>" in page.read_text(encoding="utf-8")


async def test_a_verification_has_a_sample_code_and_an_sms_its_length(clinic: World, own_database: str) -> None:
    code, lines, _ = await preview(clinic, own_database, "--kind", "verification", "--channel", "sms")
    assert (code, lines[-1]) == (0, "GSM-7, 62 characters, 1 segment")
    assert "123456" in lines[0]


async def test_a_draft_that_can_not_be_used_is_told(clinic: World, own_database: str, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("{{ secret }}", encoding="utf-8")
    code, lines, error = await preview(clinic, own_database, "--body", str(draft))
    assert (code, lines[0][:8]) == (1, "Subject:")
    assert error.endswith("The template can't be used: line 1: there is no `secret`.")


async def test_what_there_is_not_is_said(clinic: World, own_database: str) -> None:
    code, _, error = await preview(clinic, own_database, "--kind", "poem", "--channel", "fax")
    assert (code, error.splitlines()[-1]) == (1, "kalends: Kind is not known; channel is not known.")
    _, _, error = await preview(clinic, own_database, "--item", "0")
    assert error.splitlines()[-1] == "kalends: There is no item 0."
