"""The container recipe: it is linted, has what it copies, and what runs in it runs without one as it would there: as
process 1, as a user without privileges, on a file system that can't be written to but for the data and /tmp."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from kalends.settings import read
from tests.cli.running import KALENDS, PATIENCE, surroundings
from tests.folders import passable
from tests.ports import free_port
from tests.recipe import ROOT, arguments, environment, health_check

HADOLINT = Path(sys.executable).parent / "hadolint"
# The data are shown at /mnt; all else is read-only, but for a fresh /tmp.
AS_IN_A_CONTAINER = """
set -e
mount --bind "$DATA" /mnt
mount --types tmpfs tmpfs /tmp
mount --options remount,bind,ro /
exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --bounding-set=-all "$@"
"""
UNSHARE = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]


def test_the_recipe_is_linted() -> None:
    linted = subprocess.run([HADOLINT, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (linted.returncode, linted.stdout) == (0, "")


def test_all_that_is_copied_is_there_and_not_ignored() -> None:
    copied = {word for rest in arguments("COPY") if not rest.startswith("--from") for word in rest.split()[:-1]}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert ignored[0] == "*"
    assert copied == {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert all((ROOT / name).exists() for name in copied)


def test_it_runs_as_nobody_special_with_settings_that_are_known() -> None:
    assert arguments("USER") == ["10001"]
    settings = read(environment())
    assert (settings.data, settings.host) == (Path("/data"), "0.0.0.0")


@pytest.mark.skipif(
    os.geteuid() != 0
    or shutil.which("setpriv") is None
    or subprocess.run([*UNSHARE, "true"], check=False).returncode != 0,
    reason="needs root, who may give a process a file system of its own",
)
@pytest.mark.skipif(ROOT.is_relative_to("/tmp"), reason="is itself in /tmp, which is empty in a container")
async def test_it_serves_is_well_and_ends_cleanly(tmp_path: Path) -> None:
    data = passable(tmp_path) / "data"
    data.mkdir(mode=0o700)
    os.chown(data, 65534, 65534)
    with free_port() as port:
        house = await begin("serve", data=data, port=port)
        try:
            await until_well(house, port)
        finally:
            os.kill(first_process(house), signal.SIGTERM)
            _, log = await asyncio.wait_for(house.communicate(), PATIENCE)
    assert house.returncode == 0, log.decode()
    assert "postgres.stopped" in log.decode()


async def begin(*command: str, data: Path, port: int) -> Process:
    said = environment() | {"KALENDS_DATA": "/mnt/kalends", "KALENDS_PORT": str(port), "DATA": str(data)}
    return await asyncio.create_subprocess_exec(
        *UNSHARE,
        "sh",
        "-c",
        AS_IN_A_CONTAINER,
        "sh",
        KALENDS,
        *command,
        env=surroundings(**said),
        cwd="/",
        stdout=PIPE,
        stderr=PIPE,
    )


async def until_well(house: Process, port: int) -> None:
    """Wait until the health check of the recipe says so, on this port."""
    python, *rest = health_check()
    assert python == "python"
    async with asyncio.timeout(PATIENCE):
        while True:
            check = await asyncio.create_subprocess_exec(
                sys.executable, *rest, env=surroundings(KALENDS_PORT=str(port)), stderr=PIPE
            )
            await check.communicate()
            if check.returncode == 0:
                return
            assert house.returncode is None, (await house.communicate())[1].decode()
            await asyncio.sleep(0.2)


def first_process(house: Process) -> int:
    """What is process 1 there: the one child of unshare."""
    processes = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdecimal()]
    [child] = [process for process in processes if _parent(process) == house.pid]
    return child


def _parent(process: int) -> int | None:
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return None
