"""schemathesis asks every operation of a served demo account what its document allows, and what it does not:

    python -m tests.api.fuzz --calls 100000

No answer is a server error, and each has a status, a media type, headers and a body that the document has. What is
valid by its schema alone may be refused all the same, as a time that is taken; that is no failure. Nor is what is said
twice in one way: `expand=` is a list of nothing, and one of an empty text.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from tests.cli.running import kalends, serving
from tests.folders import passable

SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
CONFIG = Path(__file__).parent / "schemathesis.toml"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
)
SCOPES = ("read", "book", "manage", "administer")


class Target(msgspec.Struct, frozen=True):
    """A served account, and a key of it that may do everything."""

    url: str
    key: str


class Round(msgspec.Struct, frozen=True):
    """What came of a run of schemathesis: its exit code, how many calls it made, and what it wrote."""

    code: int
    calls: int
    text: str


@asynccontextmanager
async def target(data: Path) -> AsyncIterator[Target]:
    """The demo account, served from a new folder while the block lasts."""
    async with serving("--demo", KALENDS_DATA=str(data), KALENDS_LOG_LEVEL="error") as house:
        scopes = [part for scope in SCOPES for part in ("--scope", scope)]
        create = ("key", "create", "--account", "demo", "--door", "api", *scopes)
        code, key, err = await kalends(*create, KALENDS_DATA=str(data))
        assert code == 0, err
        yield Target(f"http://127.0.0.1:{house.port}/api/v1", key.split()[-1])


async def fuzz(target: Target, *phases: str, seed: int, examples: int) -> Round:
    """Ask each operation, in these phases. `examples`: how many requests are made up for it, where any are."""
    command = [str(SCHEMATHESIS), "--config-file", str(CONFIG), "--no-color", "run", f"{target.url}/openapi.json"]
    command += ["--header", f"Authorization: Bearer {target.key}", "--checks", ",".join(CHECKS)]
    command += ["--phases", ",".join(phases), "--seed", str(seed), "--max-examples", str(examples)]
    command += ["--generation-database", "none", "--continue-on-failure", "--max-failures", "500"]
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=STDOUT, cwd=folder)
        out, _ = await process.communicate()
    text = out.decode()
    generated = re.search(r"(\d+) generated", text)
    return Round(process.returncode or 0, int(generated[1]) if generated else 0, text)


async def fuzz_long(data: Path, calls: int, seed: int) -> int:
    """Round after round until there were so many calls or one has failed; the exit code."""
    made = 0
    async with target(data) as served:
        while made < calls:
            phases = ("fuzzing", "stateful") if made else ("examples", "coverage", "fuzzing", "stateful")
            done = await fuzz(served, *phases, seed=seed, examples=50)
            made, seed = made + done.calls, seed + 1
            sys.stdout.write(f"{made:,} calls\n")
            if done.code != 0 or done.calls == 0:
                sys.stdout.write(done.text)
                return 1
    return 0


def main() -> int:
    """The long run."""
    parser = argparse.ArgumentParser(prog="python -m tests.api.fuzz", description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000, help="at least so many")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kalends-fuzz-") as folder:
        return asyncio.run(fuzz_long(passable(Path(folder)) / "data", asked.calls, asked.seed))


if __name__ == "__main__":
    sys.exit(main())
