"""How long it takes to say what can be booked in 14 days, in-process."""

import time
from datetime import timedelta
from statistics import median

from bench.fill import FIRST_DAY, House
from kalends.actions.availability import offers
from kalends.engine.span import Span
from kalends.store.db import Pool

FORTNIGHT = timedelta(days=14)
WARM_UP, ROUNDS = 10, 60


async def milliseconds(pool: Pool, house: House, resources: int) -> float:
    """The median over fortnights that start on different days and, of one resource, over different ones."""
    taken = []
    for nr in range(WARM_UP + ROUNDS):
        starts = FIRST_DAY + timedelta(days=60 + nr)
        asked = house.resources if resources > 1 else [house.resources[nr % len(house.resources)]]
        began = time.perf_counter()
        found = await offers(house.ctx(pool), house.service, Span(starts, starts + FORTNIGHT), asked)
        taken.append((time.perf_counter() - began) * 1000)
        assert found
    return median(taken[WARM_UP:])
