"""A TypeScript program with a client whose types openapi-typescript makes from the document, as integrators do.

What it needs is pinned in `typescript/package-lock.json`, and installed once into `build/`.
"""

import asyncio
import os
import shutil
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Mapping
from pathlib import Path

import pytest

PINNED = Path(__file__).parent / "typescript"
FOLDER = Path(__file__).parents[2] / "build" / "typescript"
INSTALLED = FOLDER / "node_modules" / ".package-lock.json"
HINT = "node and npm run TypeScript (on Debian: apt-get install nodejs npm)"


async def run(command: str, *arguments: str, **environment: str) -> str:
    """What a command writes, run in the folder of the program. Fails if the command does."""
    process = await asyncio.create_subprocess_exec(
        command, *arguments, cwd=FOLDER, env={**os.environ, **environment}, stdout=PIPE, stderr=STDOUT
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
    return out.decode()


async def install() -> None:
    """Install what is pinned, unless it is there. Without npm, or what it asks, the test is skipped; not where
    REQUIRE_NODE is set, as where changes are judged."""
    required = bool(os.environ.get("REQUIRE_NODE"))
    if not shutil.which("npm") or not shutil.which("node"):
        assert not required, HINT
        pytest.skip(HINT)
    FOLDER.mkdir(parents=True, exist_ok=True)
    lock = (PINNED / "package-lock.json").read_bytes()
    if INSTALLED.exists() and (FOLDER / "package-lock.json").read_bytes() == lock:
        return
    for file in PINNED.iterdir():
        shutil.copy(file, FOLDER)
    try:
        await run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
    except AssertionError as failure:
        if required:
            raise
        pytest.skip(f"npm can't install what is pinned: {failure}")


async def compile_and_run(program: str, document: bytes, environment: Mapping[str, str]) -> str:
    """What the program writes, compiled with `--strict` against the types of the document, `schema.d.ts`."""
    await install()
    shutil.copy(PINNED / "tsconfig.json", FOLDER)
    (FOLDER / "openapi.json").write_bytes(document)
    (FOLDER / "quickstart.ts").write_text(program, encoding="utf-8")
    tools = FOLDER / "node_modules" / ".bin"
    await run(str(tools / "openapi-typescript"), "openapi.json", "--output", "schema.d.ts")
    await run(str(tools / "tsc"), "--project", ".")
    return await run("node", "built/quickstart.js", **environment)
