"""What Olga of the staff does, and what the worker then sends."""

import msgspec

from kalends.actions.context import Context
from kalends.engine.accounts.principal import Principal
from tests.desk import MINUTE
from tests.jobs.delivery import deliver
from tests.mail import MailServer
from tests.world import World

SECOND = MINUTE / 60


def staff(clinic: World, olga: int, seconds: float = 0) -> Context:
    """What is asked by Olga, so many seconds from now."""
    principal = Principal(kind="user", id=olga, name="Olga", door="tests", scopes=frozenset({"read", "book"}))
    return msgspec.structs.replace(clinic.ctx(clinic.now + seconds * SECOND), principal=principal)


async def deliver_all(clinic: World, mail: MailServer) -> list[str]:
    """Let the worker take a turn every five seconds for three minutes; returns the subjects of what it sent."""
    return [
        subject
        for seconds in range(0, 180, 5)
        for subject in await deliver(clinic, mail, clinic.now + seconds * SECOND)
    ]
