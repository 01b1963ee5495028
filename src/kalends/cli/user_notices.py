"""`kalends user notices`: what a user is told of bookings."""

import re
import sys
from typing import Annotated

import typer

from kalends.actions.accounts.change_user import change_user
from kalends.cli.for_account import Slug, run_for_account
from kalends.engine.accounts.user import NOTICES, StaffNotices, UserPatch

Email = Annotated[str, typer.Argument(help="The e-mail address that the user logs in with.")]
_HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


def minute_of(text: str) -> int:
    """The minutes past midnight of a time of day. Raises typer.BadParameter."""
    match = _HOUR.fullmatch(text)
    if match is None:
        raise typer.BadParameter(f"{text!r} is no time of day such as 07:00")
    return int(match[1]) * 60 + int(match[2])


def notices(
    account: Slug,
    email: Email,
    fact: Annotated[
        list[str] | None, typer.Option(help=f"One of: {', '.join(NOTICES)}; repeat for more; without one, nothing.")
    ] = None,
    only_own: Annotated[
        bool, typer.Option("--only-own", help="Only of bookings with the person who the user is.")
    ] = False,
    daily: Annotated[
        int | None, typer.Option(parser=minute_of, help="All of a day in one mail, at this time: 07:00.")
    ] = None,
    *,
    by_role: Annotated[
        bool, typer.Option("--by-role", help="What the role is told: all for owners and managers, else nothing.")
    ] = False,
) -> None:
    """Say what a user is told of bookings by mail."""
    chosen = None if by_role else StaffNotices(facts=tuple(fact or ()), only_own=only_own, digest_minute=daily)
    run_for_account(account, lambda ctx: change_user(ctx, email, UserPatch(notices=chosen)))
    print("Noted.", file=sys.stderr)
