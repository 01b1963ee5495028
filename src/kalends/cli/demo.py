"""`kalends demo`: an account to try things on."""

import tomllib
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files

import msgspec

from kalends.actions.accounts.keys import create_key
from kalends.actions.context import Context
from kalends.cli.house import plainly, run, typed
from kalends.cli.story import tell
from kalends.engine.accounts.principal import system
from kalends.main import DOORS
from kalends.provision.apply import apply
from kalends.provision.description import Description, read
from kalends.settings import load as read_settings
from kalends.store.accounts.accounts import find_account
from kalends.store.db import Db, transaction

SLUG = "demo"
BASE = "http://127.0.0.1:8000"
WHO = "demo"
FIRST_CALLS = {
    "makeplans": 'curl -H "Authorization: Bearer {key}" {base}/resources',
    "locaboo": 'curl "{base}/booking_list?show_details=true&api_secret_key={key}"',
}


class DemoReport(msgspec.Struct, frozen=True):
    """What there is to try: the secrets of new keys by door, none when the account was there already."""

    keys: dict[str, str]
    made: dict[str, int]


def demo() -> None:
    """Load a demo account, once, and print how to try it."""
    with plainly():
        run(partial(load, command=typed(read_settings())), creating=True)


async def load(db: Db, base: str = BASE, command: str = "kalends") -> None:
    """Load the demo unless it is there, and print what to open.

    `base` is where the doors are served, `command` what to type for `kalends`.
    """
    print("\n".join(lines(await fill(db, datetime.now(UTC)), base, command)), flush=True)


async def fill(db: Db, now: datetime) -> DemoReport:
    """Make the demo account around a day, whole or not at all; nothing when there is one."""
    async with transaction(db) as tx:
        if await find_account(tx, SLUG):
            return DemoReport({}, {})
        await apply(tx, now, description())
        account = await find_account(tx, SLUG)
        assert account is not None
        ctx = Context(system(WHO), account, now, tx)
        keys = {door.name: (await create_key(ctx, door.name, "demo"))[1] for door in DOORS}
        return DemoReport(keys, await tell(ctx))


def description() -> Description:
    """The demo's own description of its account."""
    return read(tomllib.loads(files("kalends.cli").joinpath("demo.toml").read_text(encoding="utf-8")))


def lines(report: DemoReport, base: str, command: str) -> list[str]:
    """What to print."""
    made = ", ".join(f"{count} {what}" for what, count in report.made.items())
    said = [f"The account {SLUG!r} is loaded: {made}." if made else f"The account {SLUG!r} is there already."]
    for door in DOORS:
        key = report.keys.get(door.name, f"make one with: {command} key create --account {SLUG} --door {door.name}")
        said += [f"{door.name}", f"  open  {base}{door.base_path}", f"  key   {key}"]
        if door.name in report.keys and door.name in FIRST_CALLS:
            said.append(f"  try   {FIRST_CALLS[door.name].format(base=base + door.base_path, key=key)}")
    return said
