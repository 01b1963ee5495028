"""Load: pgbench on the database, wrk on the doors, and what each says of it in the same words."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from urllib.parse import parse_qs, urlsplit

import msgspec

from kalends.store.embedded import SUPERUSER, program_folder

WRK = shutil.which("wrk")
SCRIPTS = Path(__file__).parent


# Seconds that don't count: each connection of pgbench begins with nothing planned, unlike those of a pool.
WARM_UP = 2


class Load(msgspec.Struct, frozen=True):
    """What came of some seconds under load; `done` counts all that was answered, `failed` those answered with no."""

    per_second: float
    ms: float
    done: int
    failed: int


def pgbench(url: str, script: str, variables: Mapping[str, int], clients: int, seconds: int) -> Load:
    """Run a script on prepared statements with so many clients. Raises RuntimeError when a statement fails."""
    socket = parse_qs(urlsplit(url).query)["host"][0]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        given = [part for name, value in variables.items() for part in ("-D", f"{name}={value}")]
        command = [str(program_folder() / "pgbench"), "-n", "-M", "prepared", "-h", socket, "-U", SUPERUSER]
        command += ["-f", file.name, *given]
        command += [
            "-c",
            str(clients),
            "-j",
            "1",
            "-T",
            str(WARM_UP + seconds),
            "-P",
            "1",
            urlsplit(url).path.strip("/"),
        ]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
    if said.returncode != 0:
        raise RuntimeError(said.stderr.strip()[:2000])
    each_second = re.findall(r"progress: .* s, ([\d.]+) tps, lat ([\d.]+|nan) ms", said.stderr)[WARM_UP:]
    rates = [float(rate) for rate, _ in each_second]
    return Load(fmean(rates), fmean(float(ms) for _, ms in each_second), round(sum(rates)), 0)


def wrk(url: str, script: str, arguments: Mapping[str, object], clients: int, seconds: int) -> Load:
    """Run one of the Lua scripts here with so many connections."""
    if WRK is None:
        raise RuntimeError("wrk is missing")
    given = [f"{name}={value}" for name, value in arguments.items()]
    command = [WRK, "-t", "1", "-c", str(clients), "-d", f"{seconds}s", "--timeout", "10s"]
    command += ["-s", str(SCRIPTS / script), url, "--", *given]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=SCRIPTS)
    answer = json.loads(said.stdout.rstrip().rpartition("\n")[2])
    return Load(answer["done"] / answer["seconds"], answer["ms"], answer["done"], answer["failed"])
