"""Users change their own password."""

import pytest

from tests.console.browsing import Visitor
from tests.console.conftest import EMAIL
from tests.world import World

NEW = "four plain words here"


async def send(visitor: Visitor, old: str, new: str, again: str) -> None:
    await visitor.open("/account")
    for name, value in (("old_password", old), ("password", new), ("again", again)):
        await visitor.page.fill(f"[name={name}]", value)
    await visitor.page.press("[name=again]", "Enter")
    await visitor.page.wait_for_selector("#summary, [role=status]")


async def test_a_new_password_counts_from_now_on(clinic: World, marit: Visitor, password: str) -> None:
    await send(marit, password, NEW, NEW)
    assert "Your password is changed" in await marit.text("[role=status]")
    await marit.check()
    await marit.log_in(clinic.account.slug, EMAIL, password)
    assert marit.path == "/login"
    await marit.log_in(clinic.account.slug, EMAIL, NEW)
    assert marit.path == f"/sites/{clinic.site}/day/2027-03-01"


@pytest.mark.parametrize(
    ("old", "new", "again", "fault"),
    [
        ("", "", "", "New password: is missing"),
        ("guessed wrong", NEW, NEW, "Present password: is not right"),
        ("guessed wrong", "short", "short", "New password: has fewer than 10 characters"),
        ("guessed wrong", "x" * 1001, "x" * 1001, "New password: has more than 1000 characters"),
        ("guessed wrong", NEW, NEW + "s", "New password again: is not the same"),
    ],
)
async def test_what_is_wrong_stands_at_the_field(marit: Visitor, old: str, new: str, again: str, fault: str) -> None:
    await send(marit, old, new, again)
    assert fault in await marit.text("#summary")
    assert fault in await marit.page.locator("p.fault").all_inner_texts()
    await marit.check()
