"""Commands that act for one account, and say a refusal in one line."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from kalends.actions.context import Context
from kalends.cli.house import Wrong, plainly, run
from kalends.cli.key import context
from kalends.engine.refusals import Duplicate, Invalid, NotFound
from kalends.store.db import Pool

T = TypeVar("T")


def acted(slug: str, act: Callable[[Context], Awaitable[T]]) -> T:
    """What the act on the account of that slug answers; what is refused ends the command with 1."""

    async def on(pool: Pool) -> T:
        try:
            return await act(await context(pool, slug))
        except NotFound as no:
            raise Wrong(f"There is no {no.what} {no.which}.") from no
        except Duplicate as no:
            raise Wrong(f"That can't be: {no.field} taken.") from no
        except Invalid as no:
            raise Wrong(f"That can't be: {', '.join(f'{fault.field} {fault.reason}' for fault in no.faults)}.") from no

    with plainly():
        return run(on)
