"""What may become of a booking."""

import pytest

from tests.dialects.makeplans.clinic import Clinic, errors, unwrapped
from tests.dialects.makeplans.conftest import Open


async def held(clinic: Clinic) -> str:
    """The path of a booking that is not confirmed yet."""
    made = unwrapped(await clinic.post("/bookings", {"booking": clinic.massage(9), "confirm": False}))
    return f"/bookings/{made['id']}"


async def test_verifying_confirms(clinic_with: Open) -> None:
    clinic = await clinic_with(verification="email")
    made = unwrapped(await clinic.client.put(f"{await held(clinic)}/verify"))
    assert (made["state"], made["expires_at"], made["revision_count"]) == ("confirmed", None, 1)


async def test_verifying_with_the_code(clinic_with: Open) -> None:
    clinic = await clinic_with(verification="sms", confirm_manually=True)
    path = await held(clinic)
    code = await clinic.world.db.fetchval(
        "select verification_code from item where account_id = $1", clinic.world.account.id
    )
    for wrong in ({"verification_code": "no"}, {}, None):
        assert errors(await clinic.put(f"{path}/verify_code", wrong)) == {"verification_code": ["is invalid"]}
    made = unwrapped(await clinic.client.put(f"{path}/verify_code", data={"verification_code": code}))
    assert made["state"] == "awaiting_confirmation"


async def test_a_code_is_tried_five_times_and_then_a_new_one_is_asked_for(clinic_with: Open) -> None:
    clinic = await clinic_with(verification="email")
    path = await held(clinic)
    texts = [errors(await clinic.put(f"{path}/verify_code", {"verification_code": "no"})) for _ in range(5)]
    assert texts[3:] == [
        {"verification_code": ["is invalid"]},
        {"verification_code": ["was tried too often; ask for a new one"]},
    ]
    too_soon = await clinic.put(f"{path}/send_code")
    assert (too_soon.status_code, too_soon.headers["Retry-After"]) == (429, "30")
    await clinic.world.db.execute("update verification set sent_at = sent_at - interval '1 minute'")
    assert unwrapped(await clinic.put(f"{path}/send_code"))["state"] == "awaiting_verification"
    assert errors(await clinic.put(f"{path}/verify_code", {"verification_code": "no"})) == {
        "verification_code": ["is invalid"]
    }


async def test_verifying_with_a_code_of_ones_own(clinic_with: Open) -> None:
    clinic = await clinic_with(verification="email")
    sent = {"booking": {**clinic.massage(9), "verification_code": "4711"}, "confirm": False}
    made = unwrapped(await clinic.post("/bookings", sent))
    assert "verification_code" not in made
    verified = await clinic.put(f"/bookings/{made['id']}/verify_code", {"verification_code": 4711})
    assert unwrapped(verified)["state"] == "confirmed"


async def test_a_code_may_come_as_a_number_and_inside_the_booking(clinic_with: Open) -> None:
    clinic = await clinic_with(verification="email")
    sent = {"booking": {**clinic.massage(9), "verification_code": "047778"}, "confirm": False}
    path = f"/bookings/{unwrapped(await clinic.post('/bookings', sent))['id']}/verify_code"
    assert errors(await clinic.put(path, {"booking": {"verification_code": 7778}})) == {
        "verification_code": ["is invalid"]
    }
    assert unwrapped(await clinic.put(path, {"booking": {"verification_code": 47778}}))["state"] == "confirmed"


@pytest.mark.parametrize(
    ("action", "state", "active"),
    [("confirm", "confirmed", True), ("decline", "declined", False), ("cancel", "cancelled", False)],
)
async def test_what_waits_is_decided(clinic_with: Open, action: str, state: str, active: bool) -> None:
    clinic = await clinic_with(confirm_manually=True)
    made = unwrapped(await clinic.put(f"{await held(clinic)}/{action}"))
    assert (made["state"], made["active"]) == (state, active)


async def test_deleting_gives_the_booking_back(clinic: Clinic) -> None:
    made = await clinic.book(9)
    gone = unwrapped(await clinic.client.delete(f"/bookings/{made['id']}"))
    assert (gone["id"], gone["state"], gone["active"]) == (made["id"], "deleted", False)
    assert errors(await clinic.client.delete(f"/bookings/{made['id']}")) == {
        "state": ['cannot transition via "remove"']
    }


@pytest.mark.parametrize("verb", ["verify", "confirm", "decline", "cancel"])
async def test_what_is_over_stays_over(clinic: Clinic, verb: str) -> None:
    made = await clinic.book(9)
    await clinic.put(f"/bookings/{made['id']}/cancel")
    assert errors(await clinic.put(f"/bookings/{made['id']}/{verb}")) == {"state": [f'cannot transition via "{verb}"']}


async def test_a_cancelled_time_is_free_again(clinic: Clinic) -> None:
    made = await clinic.book(9)
    await clinic.put(f"/bookings/{made['id']}/cancel")
    assert (await clinic.book(9))["state"] == "confirmed"


async def test_the_status_is_noted_and_taken_back(clinic: Clinic) -> None:
    path = f"/bookings/{(await clinic.book(9))['id']}/status"
    assert unwrapped(await clinic.put(path, {"status": "no_show"}))["status"] == "no_show"
    assert unwrapped(await clinic.put(path, {"booking": {"status": "completed"}}))["status"] == "completed"
    assert unwrapped(await clinic.put(f"{path}?status=checked_in"))["status"] == "checked_in"
    assert unwrapped(await clinic.put(path, {"status": None}))["status"] is None
    assert errors(await clinic.put(path, {"status": "asleep"})) == {"status": ["is not included in the list"]}
    assert errors(await clinic.put(path)) == {"status": ["can't be blank"]}


async def test_a_confirmation_waits_for_what_it_confirms(clinic_with: Open) -> None:
    clinic = await clinic_with(verification="email")
    flags = {"confirmation_send_email": True, "confirmation_send_sms": True}
    made = unwrapped(await clinic.post("/bookings", {"booking": clinic.massage(9), "confirm": False, **flags}))
    rows = await clinic.world.db.fetch("select template, channel from outbox where item_id = $1", made["id"])
    assert [tuple(row) for row in rows] == [("verification", "email")]


async def test_messages_of_a_cancellation_are_as_asked(clinic: Clinic) -> None:
    made = await clinic.book(9)
    await clinic.put(f"/bookings/{made['id']}/cancel", {"cancellation_send_email": "true"})
    rows = await clinic.world.db.fetch("select template, channel from outbox where item_id = $1", made["id"])
    assert ("cancellation", "email") in [tuple(row) for row in rows]
