"""What somebody does in the office with screens about the account, by requests as browsers make them; and a list of
these screens."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import httpx

from kalends.actions.accounts.keys import create_key
from kalends.actions.accounts.logins import LoginAttempt, log_in
from kalends.actions.accounts.users import create_user
from kalends.actions.catalog.prices import set_prices
from kalends.actions.catalog.resources import change_resource
from kalends.actions.messages.webhooks import add_webhook, call_for_test
from kalends.console.cookies import SESSION
from kalends.engine.accounts.principal import Role
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.messages.webhook import WebhookPatch
from tests.acts import book_item, issue_invoice, request
from tests.desk import DAY, HOUR, PATIENCE, SOON
from tests.world import World

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
_TAG = re.compile(r"<[^>]+>")


class Office:
    """Somebody who is logged in, without a browser: much faster, and enough where nothing is seen or clicked."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def open(self, path: str, status: int = 200) -> str:
        """What is to be read on a page, without its tags."""
        answer = await self.client.get(path)
        assert answer.status_code == status, answer.text
        return readable(answer.text)

    async def send(self, path: str, form_at: str = "", **fields: Any) -> httpx.Response:
        """Send a form, with the hidden fields that it has on the page where it stands."""
        hidden = dict(_HIDDEN.findall((await self.client.get(form_at)).text)) if form_at else {}
        return await self.client.post(path, data={**hidden, **fields})

    async def refused(self, path: str, form_at: str = "", **fields: Any) -> str:
        """Send a form with which something is wrong; what the page says then."""
        answer = await self.send(path, form_at, **fields)
        assert answer.status_code == 422, answer.text
        return readable(answer.text)

    async def done(self, path: str, form_at: str = "", **fields: Any) -> str:
        """Send a form that leads to another page; its path below the console."""
        answer = await self.send(path, form_at, **fields)
        assert answer.status_code == 303, readable(answer.text)
        url = urlsplit(answer.headers["location"])
        return url.path.removeprefix("/console") + (f"?{url.query}" if url.query else "")


@asynccontextmanager
async def office_of(
    clinic: World, address: str, role: Role = "owner", name: str = "", **limits: Any
) -> AsyncIterator[Office]:
    """A new user of the clinic, logged in; a practitioner is Ada."""
    user, password = await create_user(clinic.ctx(), f"{name or role}@example.org", role, f"The {role}", **limits)
    if role == "practitioner":
        await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(user_id=user.id))
    attempt = LoginAttempt(
        account=clinic.account.slug,
        staff=True,
        login=user.email,
        password=password,
        door="console",
        address="",
        lifetime=HOUR,
    )
    _, secret = await log_in(clinic.db, clinic.now, attempt)
    headers = {"cookie": f"{SESSION.name}={secret}", "accept-language": "en"}
    async with httpx.AsyncClient(base_url=f"{address}/console", headers=headers, timeout=PATIENCE) as client:
        yield Office(client)


async def rented(clinic: World, after: timedelta = timedelta()) -> int:
    """Kari rents the hall for an hour, for 100 and 25 % tax; answers the booking's id."""
    await set_prices(clinic.ctx(), [Price(amount=Decimal(100), tax_rate=Decimal(25))], resource_id=clinic.hall)
    starts_at = SOON + after
    asked = request(
        resource_id=clinic.hall,
        customer_id=clinic.kari,
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
        title="Rehearsal",
    )
    return (await book_item(clinic.ctx(), asked)).item.booking_id


def readable(page: str) -> str:
    """The text of a page, in one line."""
    return " ".join(html.unescape(_TAG.sub(" ", page.partition("<main")[2])).split())


async def office_screens(clinic: World) -> list[str]:
    """The paths of the screens, each of which has another heading."""
    key, _ = await create_key(clinic.ctx(), "api", "Till")
    user, _ = await create_user(clinic.ctx(), "olga@example.org", "manager", "Olga von Berg")
    invoice = await issue_invoice(clinic.ctx(), [await rented(clinic, 30 * DAY)])
    webhook = await add_webhook(clinic.ctx(), "api", WebhookPatch(url="https://www.example.com/x", events=("*",)))
    delivery = await call_for_test(clinic.ctx(), webhook.id)
    return [
        "/journal",
        "/messages",
        "/messages/texts",
        "/messages/texts/new",
        "/webhooks",
        "/webhooks/new",
        f"/webhooks/{webhook.id}",
        f"/webhooks/deliveries/{delivery.id}",
        "/account/passkeys",
        "/invoices",
        f"/invoices/new?booking={await rented(clinic, 31 * DAY)}",
        f"/invoices/{invoice.id}",
        f"/invoices/{invoice.id}/cancel",
        f"/invoices/{invoice.id}/credit",
        "/settings",
        "/settings/business",
        "/settings/rules",
        "/settings/booking-page",
        "/settings/identity-provider",
        "/settings/keys",
        "/settings/keys/new",
        f"/settings/keys/{key.id}",
        "/settings/users",
        "/settings/users/new",
        f"/settings/users/{user.id}",
    ]
