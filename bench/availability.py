"""How long it takes to say which slots there are in 14 days, in-process."""

import time
from datetime import timedelta
from statistics import median

from bench.fill import FIRST_DAY, House
from kalends.actions.bookings.slots import slots
from kalends.cli.processes import tune_garbage_collector
from kalends.engine.time.span import Span
from kalends.store.db import Pool, connection

FORTNIGHT = timedelta(days=14)
WARM_UP, ROUNDS = 10, 60


async def milliseconds(pool: Pool, house: House, resources: int) -> float:
    """The median over fortnights that start on different days and, of one resource, over different ones."""
    taken = []
    tune_garbage_collector()  # as a web worker does
    async with connection(pool) as db:  # as a request has one
        for nr in range(WARM_UP + ROUNDS):
            starts = FIRST_DAY + timedelta(days=60 + nr)
            asked = house.resources if resources > 1 else [house.resources[nr % len(house.resources)]]
            began = time.perf_counter()
            found = await slots(house.ctx(db), house.service, Span(starts, starts + FORTNIGHT), asked)
            taken.append((time.perf_counter() - began) * 1000)
            assert found
    return median(taken[WARM_UP:])
