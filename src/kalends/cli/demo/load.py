"""`kalends demo`: an account to try things on."""

import tomllib
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files

import msgspec

from kalends.actions.accounts.users import create_user
from kalends.actions.context import Context
from kalends.cli.database import command_line, run
from kalends.cli.demo.bookings import add_demo_data
from kalends.cli.errors import reporting_errors
from kalends.cli.new_key import new_key
from kalends.console.routes import door as console
from kalends.engine.accounts.principal import KEY_SCOPES, system
from kalends.main import DOORS
from kalends.page.routes import door as page
from kalends.provision.apply import apply
from kalends.provision.description import Description, read
from kalends.settings import load as read_settings
from kalends.store.accounts.accounts import find_account
from kalends.store.db import Db, transaction
from kalends.web.door import LoginTerms

SLUG = "demo"
BASE = "http://127.0.0.1:8000"
ACTOR_NAME = "demo"
OWNER, OWNER_NAME = "marit@fjordstudio.example", "Marit Fjord"
FIRST_CALLS = {
    "api": 'curl -H "Authorization: Bearer {key}" {base}/sites',
    "bookio": 'curl -H "Authorization: Bearer {key}" {base}/calendars',
    "carecloud": (
        'curl {base}/enterprise-interface/v1.0/users/actions/login -d "login={parts[0]}" -d "password={parts[1]}" '
        '-d "user_external_application_id={parts[2]}"'
    ),
    "cliniko": 'curl -u "{key}:" "{base}/patients?per_page=5"',
    "makeplans": 'curl -H "Authorization: Bearer {key}" {base}/resources',
    "locaboo": 'curl "{base}/booking_list?show_details=true&api_secret_key={key}"',
}


class DemoReport(msgspec.Struct, frozen=True):
    """What was loaded: a new key's secret by door, how many of each thing, the owner's password; all empty when the
    account existed."""

    keys: dict[str, str]
    made: dict[str, int]
    password: str


def demo() -> None:
    """Load a demo account, once, and print how to try it."""
    with reporting_errors():
        run(partial(load, command=command_line(read_settings())), creating=True)


async def load(db: Db, base: str = BASE, command: str = "kalends") -> None:
    """Load the demo account unless it exists, and print what to open.

    `base` is the URL under which the doors are served, `command` what to type for `kalends`.
    """
    print("\n".join(lines(await fill(db, datetime.now(UTC)), base, command)), flush=True)


async def fill(db: Db, now: datetime) -> DemoReport:
    """Create the demo account with dates around `now`, in one transaction; when it exists, nothing is changed."""
    async with transaction(db) as tx:
        if await find_account(tx, SLUG):
            return DemoReport({}, {}, "")
        await apply(tx, now, description())
        account = await find_account(tx, SLUG)
        assert account is not None
        ctx = Context(system(ACTOR_NAME), account, now, tx)
        _, password = await create_user(ctx, OWNER, "owner", OWNER_NAME)
        keys = {door.name: await new_key(ctx, door, LoginTerms("demo", KEY_SCOPES)) for door in DOORS}
        return DemoReport(keys, await add_demo_data(ctx), password)


def description() -> Description:
    """The demo account as `kalends apply` reads it."""
    return read(tomllib.loads(files("kalends.cli.demo").joinpath("demo.toml").read_text(encoding="utf-8")))


def lines(report: DemoReport, base: str, command: str) -> list[str]:
    """The lines that tell what was loaded and how to try it."""
    made = ", ".join(f"{count} {what}" for what, count in report.made.items())
    output = [f"The account {SLUG!r} is loaded: {made}." if made else f"The account {SLUG!r} exists already."]
    for door in DOORS:
        key = report.keys.get(door.name, f"make one with: {command} key create --account {SLUG} --door {door.name}")
        output += [f"{door.name}", f"  open  {base}{door.base_path}", f"  key   {key}"]
        if door.name in report.keys and door.name in FIRST_CALLS:
            output.append(
                f"  try   {FIRST_CALLS[door.name].format(base=base + door.base_path, key=key, parts=key.split(':'))}"
            )
    password = report.password or f"make one with: {command} user password --account {SLUG} {OWNER}"
    output += [console.name, f"  open      {base}{console.base_path}", f"  account   {SLUG}"]
    output += [f"  e-mail    {OWNER}", f"  password  {password}"]
    output += ["booking page", f"  open  {base}{page.base_path}/{SLUG}"]
    output += ["messages, with the codes of verifications", f"  see   {command} messages list --account {SLUG}"]
    return output
