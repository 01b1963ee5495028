"""`make bench`: fill a house in a folder of its own, measure, compare with the bars, and throw the folder away.

`BENCH_ITEMS` asks for more than 40,000 items, in houses alike beside the measured one, and compares availability with
what it was before they were there. Exits with 1 when a bar is missed, with 2 when wrk is missing.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from bench import measures
from bench.load import WRK
from bench.report import save, show
from bench.run import Bench
from kalends.store import embedded, migrations

MISSING = "wrk is missing (on Debian: apt-get install wrk): the doors were not put under load."


def main() -> int:
    """The whole benchmark."""
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="kalends-bench-") as folder:
        data = Path(folder)
        with embedded.running(data) as server:
            asyncio.run(migrations.migrate(server.url()))
            bench = Bench(data, server.url(), asked.seconds, asked.workers)
            measures.measure(bench, asked.items, asked.only)
        if "start" in asked.only:
            measures.start(bench)
    print()
    show(bench.figures)
    save(bench.figures, asked.items)
    if WRK is None:
        print(MISSING, file=sys.stderr)
        return 2
    return int(any(figure.passed is False for figure in bench.figures))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--items", type=int, default=int(os.environ.get("BENCH_ITEMS") or 40_000))
    parser.add_argument("--seconds", type=int, default=4, help="of each load")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1), help="web processes")
    parser.add_argument("--only", nargs="+", choices=measures.PARTS, default=measures.PARTS)
    return parser.parse_args()


sys.exit(main())
