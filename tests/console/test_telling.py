"""Whoever changes a booking sees what its customer will be told, and says whether and when."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from kalends.actions.accounts.settings import change_settings
from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.resource_blocks import add_resource_blocks
from kalends.actions.catalog.sites import change_site
from kalends.actions.customers.change import change_customer, remove_customer
from kalends.actions.messages.bounces import mark_bounced
from kalends.actions.messages.log import list_messages
from kalends.actions.messages.refusals import refuse_messages
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.bookings.block import ResourceBlockRequest
from kalends.engine.bookings.telling import TOLD_BY
from kalends.engine.catalog.site import SitePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.messages.message import MessageQuery, OutboxMessage
from tests.console.desk_client import Desk, desk
from tests.console.office import readable
from tests.console.screens import item_screen, physio
from tests.console.test_moving import weekly
from tests.desk import DAY, HOUR, SOON
from tests.world import World


async def waiting(clinic: World) -> list[OutboxMessage]:
    """What was to be sent to customers."""
    return [each for each in await list_messages(clinic.ctx(), MessageQuery()) if each.audience == "customer"]


async def still_waiting(clinic: World) -> list[OutboxMessage]:
    """What is still to be sent to customers."""
    return [each for each in await waiting(clinic) if each.state == "waiting"]


def letter(page: str) -> str:
    """The message that a page shows."""
    return page.partition('class="paper"')[2].partition("</div>")[0]


async def test_a_move_shows_the_message_with_the_new_time(clinic: World, password: str, address: str) -> None:
    path = item_screen(clinic, await physio(clinic))
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/move")
        assert letter(marit.page) == ""
        await marit.open(f"{path}/move?take={clinic.ada} 0 2027-03-02T09:30")
        assert "Free: Tuesday, 2 March 2027, 09:30–10:15, Ada" in marit.page
        assert "tirsdag 2. mars 2027, 09:30–10:15" in letter(marit.page)
        assert "mandag 1. mars 2027, 11:00–11:45" in letter(marit.page)
        await marit.open(f"{path}/move?start=2027-03-01T11:00&end=2027-03-01T11:45")
        assert letter(marit.page) == ""
    assert await waiting(clinic) == []


async def test_a_time_that_is_taken_says_by_whom_and_what_is_free_near_it(
    clinic: World, password: str, address: str
) -> None:
    path = item_screen(clinic, await physio(clinic))
    await physio(clinic, 2 * HOUR, customer_id=clinic.ola)
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/move?start=2027-03-01T13:00&end=2027-03-01T13:45&resource={clinic.ada}")
        assert "Ola Nordmann" in marit.page
        assert 'value="2027-03-01T13:00"' in marit.page
        assert "Free near that time:" in marit.page


async def test_all_dates_of_a_series_are_in_the_message_and_on_the_button(
    clinic: World, password: str, address: str
) -> None:
    path = item_screen(clinic, (await weekly(clinic))[1])
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/move?start=2027-03-08T13:00&scope=following")
        assert "Move 3 dates" in marit.page
        assert all(f"{day}. mars 2027, 13:00–13:45" in letter(marit.page) for day in (8, 15, 22))
        await marit.open(f"{path}/cancel?scope=all&reason=Ada is ill.")
        assert "Cancel 4 dates" in marit.page
        assert "Ada is ill." in letter(marit.page)


@pytest.mark.parametrize(("tell", "waits"), [("yes", timedelta(seconds=30)), ("later", 5 * HOUR), ("no", None)])
async def test_a_customer_is_told_at_once_later_or_not(
    clinic: World, password: str, address: str, tell: str, waits: timedelta | None
) -> None:
    path = item_screen(clinic, await physio(clinic, DAY))
    chosen = {"tell": tell, "tell_at": "2027-03-01T15:00"}
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/move")
        assert await marit.send(f"{path}/move", start="2027-03-02T14:00", end="2027-03-02T14:45", **chosen) == 200
    due = [each.due_at - clinic.now for each in await waiting(clinic)]
    assert [round(each / timedelta(seconds=1)) for each in due] == (
        [round(waits / timedelta(seconds=1))] if waits else []
    )


@pytest.mark.parametrize(("at", "fault"), [("2027-03-01T09:00", "must be in the future"), ("soon", "is not valid")])
@pytest.mark.parametrize("form", ["move", "cancel"])
async def test_later_is_soon_to_come_and_what_was_typed_stays(
    clinic: World, password: str, address: str, form: str, at: str, fault: str
) -> None:
    booked = await physio(clinic, DAY)
    path = item_screen(clinic, booked)
    sent = {"start": "2027-03-02T14:00", "end": "2027-03-02T14:45", "tell": "later", "tell_at": at, "reason": "Ill."}
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/{form}")
        assert await marit.send(f"{path}/{form}", **sent) == 422
        assert fault in marit.page
        assert ("2027-03-02T14:00" if form == "move" else "Ill.") in marit.page
    assert await waiting(clinic) == []


async def test_of_a_new_booking_the_message_is_seen_before_it_is_made(
    clinic: World, password: str, address: str
) -> None:
    path = f"/sites/{clinic.site}/new"
    asked = {"customer": clinic.kari, "service": clinic.physio, "resource": clinic.ada, "start": "2027-03-02T11:00"}
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}?resource={clinic.ada}&at=2027-03-02T11:00")
        assert letter(marit.page) == ""
        await marit.open(f"{path}?{urlencode(asked)}")
        assert "tirsdag 2. mars 2027, 11:00–11:45" in letter(marit.page)
        assert "Bestillingsnummer" not in letter(marit.page)
        assert await waiting(clinic) == []
        assert await marit.send(path, **asked, tell="later", tell_at="2027-03-01T09:00") == 422
        assert "must be in the future" in marit.page
        assert await marit.send(path, **asked, tell="later", tell_at="2027-03-01T15:00") == 200
    (message,) = await waiting(clinic)
    assert (message.template, round((message.due_at - clinic.now) / HOUR, 2)) == ("confirmation", 5)


async def unreached(clinic: World, how: str) -> None:
    """Let no message reach Kari."""
    if how == "bounced":
        await mark_bounced(clinic.ctx(), "kari@example.org", "550 no such user")
        await mark_bounced(clinic.ctx(), "22 33 44 55")
    elif how == "refused":
        await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(email=None))
        for kind in TOLD_BY.values():
            await refuse_messages(clinic.ctx(), clinic.kari, kind, "sms")
    elif how == "removed":
        await remove_customer(clinic.ctx(), clinic.kari)
    else:
        await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(email=None, phone=None))


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("bounced", "kari@example.org takes none any more."),
        ("refused", "the customer does not want any at +4722334455."),
        ("removed", "the customer was removed."),
        ("no_address", "the customer has no e-mail address or phone number for it."),
    ],
)
async def test_of_who_can_not_be_reached_it_is_said_why_and_nothing_is_offered(
    clinic: World, password: str, address: str, how: str, why: str
) -> None:
    path = item_screen(clinic, await physio(clinic, DAY))
    await tells_by(clinic, "email")
    await unreached(clinic, how)
    async with desk(address, clinic, password) as marit:
        for form in ("/move", "/cancel", "/change?title=Knee"):
            await marit.open(f"{path}{form}")
            assert ('name="tell"' in marit.page, why in marit.page) == (False, "change" not in form)
        await marit.open(f"{path}/move")
        await moved(marit, path)
        assert why in marit.page
        assert "Tell the customer" not in marit.page
        await marit.open(f"{path}/message")
        assert why in marit.page
        assert 'name="tell"' not in marit.page
        assert await marit.send(f"{path}/message", tell="yes") == 409
    assert [each for each in await still_waiting(clinic) if each.channel == "sms"] == []


async def test_what_was_done_to_several_dates_is_taken_back_by_a_button_that_says_so(
    clinic: World, password: str, address: str
) -> None:
    items = await weekly(clinic)
    path = item_screen(clinic, items[1])
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/cancel")
        assert await marit.send(f"{path}/cancel", scope="following", tell="no") == 200
        assert "Undo 3 dates" in marit.page
        assert await marit.send(f"{path}/undo") == 200
    states = [(await get_item(clinic.ctx(), view.item.id)).item.state for view in items]
    assert states == ["confirmed"] * 4


async def test_a_block_is_moved_without_a_word_of_customers(clinic: World, password: str, address: str) -> None:
    block = await add_resource_blocks(
        clinic.ctx(), ResourceBlockRequest(resource_id=clinic.ada, starts_at=SOON, ends_at=SOON + HOUR)
    )
    async with desk(address, clinic, password) as marit:
        assert await marit.open(f"/sites/{clinic.site}/items/{block.items[0].item.id}/move") == 200
        assert "customer" not in marit.page.partition("<main")[2]


async def test_the_panel_promises_no_message_that_will_not_be_sent(clinic: World, password: str, address: str) -> None:
    await tells_by(clinic, "email")
    path = item_screen(clinic, await physio(clinic, DAY))
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/move")
        assert await marit.send(f"{path}/move", start="2027-03-02T14:00", end="2027-03-02T14:45") == 200
        assert "Change by e-mail goes out, Mon, 01/03/2027 10:00" in readable(marit.page)
        await marit.open(f"{path}/undo")
        assert await marit.send(f"{path}/undo") == 200
        assert "Change by e-mail will not be sent. It was taken back." in readable(marit.page)
        assert f"{path}/message" not in marit.page


@pytest.mark.parametrize(("fold", "hour"), [("0", 15), ("1", 16)])
@pytest.mark.parametrize("form", ["move", "cancel", "message"])
async def test_of_two_times_that_clocks_show_alike_one_is_chosen(
    clinic: World, password: str, address: str, form: str, fold: str, hour: int
) -> None:
    await change_site(clinic.ctx(), clinic.site, SitePatch(time_zone="Australia/Sydney"))
    path = item_screen(clinic, await physio(clinic, DAY))
    sent = {"start": "2027-03-02T14:00", "end": "2027-03-02T14:45", "tell": "later", "tell_at": "2027-04-04T02:30"}
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/move")
        if form == "message":
            await moved(marit, path)
        await marit.open(f"{path}/{form}")
        assert await marit.send(f"{path}/{form}", **sent) == 422
        assert "is a time that comes twice" in marit.page
        assert re.findall(r'<option value="\d">(.*)</option>', marit.page) == ["02:30 (UTC+11)", "02:30 (UTC+10)"]
        assert await marit.send(f"{path}/{form}", **sent, tell_at_fold=fold) == 200
    due = [each.due_at.replace(second=0, microsecond=0) for each in await still_waiting(clinic)]
    assert due == [datetime(2027, 4, 3, hour, 30, tzinfo=UTC)]


async def test_a_time_at_which_clocks_skip_is_refused(clinic: World, password: str, address: str) -> None:
    path = item_screen(clinic, await physio(clinic, DAY))
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/cancel")
        assert await marit.send(f"{path}/cancel", tell="later", tell_at="2027-03-28T02:30") == 422
        assert "is a time that clocks skip" in marit.page


async def tells_by(clinic: World, verification: str) -> None:
    """Have customers told by this, or not."""
    policy = PolicyPatch(verification=verification)
    await change_settings(clinic.ctx(), SettingsPatch(account=AccountPatch(policy=policy)))


_LATER = {"tell": "later", "tell_at": "2027-03-01T15:00"}


async def moved(marit: Desk, path: str) -> None:
    """Move a booking as a drag does, which says nothing of its customer."""
    assert await marit.send(f"{path}/move", start="2027-03-02T14:00", end="2027-03-02T14:45") == 200
    await marit.open(f"{path}/undo")


@pytest.mark.parametrize("verification", ["email", "none"])
@pytest.mark.parametrize(
    ("tell", "wait"), [({"tell": "yes", "tell_at": ""}, 0), (_LATER, 5 * 3600), ({"tell": "no", "tell_at": ""}, None)]
)
async def test_after_a_drag_the_same_is_chosen(
    clinic: World, password: str, address: str, verification: str, tell: dict[str, str], wait: int | None
) -> None:
    await tells_by(clinic, verification)
    path = item_screen(clinic, await physio(clinic, DAY))
    is_usual = verification == "email"
    async with desk(address, clinic, password) as marit:
        await moved(marit, path)
        assert ("The customer is told by e-mail: 10:00." in marit.page) == is_usual
        assert ("Tell the customer…" in marit.page) != is_usual
        await marit.open(f"{path}/message")
        assert "tirsdag 2. mars 2027, 14:00–14:45" in letter(marit.page)
        assert 'value="2027-03-01T11:15"' in marit.page  # what is offered for later is to come
        assert await marit.send(f"{path}/message", **tell) == 200
        assert ("The customer is not told." if wait is None else "The customer is told then.") in marit.page
        await marit.open(f"{path}/undo")
        assert ("Tell the customer…" in marit.page) == (wait is None)
    due = [round((each.due_at - clinic.now) / timedelta(seconds=1)) for each in await still_waiting(clinic)]
    assert due == ([] if wait is None else [wait or (30 if is_usual else 0)])


async def test_what_can_not_be_read_is_told_and_who_is_late_sees_that_nothing_waits(
    clinic: World, password: str, address: str
) -> None:
    path = item_screen(clinic, await physio(clinic, DAY))
    async with desk(address, clinic, password) as marit:
        await moved(marit, path)
        assert await marit.send(f"{path}/message", tell="later", tell_at="soon") == 422
        assert "is not valid" in marit.page
        assert await marit.send(f"{path}/message", **_LATER) == 200
        (message,) = await still_waiting(clinic)
        await clinic.db.execute("update outbox set attempts = 1 where id = $1", message.id)
        for chosen in ("no", "yes"):
            assert await marit.send(f"{path}/message", tell=chosen) == 409
            assert "There is nothing to choose any more" in marit.page
