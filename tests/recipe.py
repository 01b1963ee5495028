"""The steps of the Dockerfile, for those who run them without a container.

`make recipe` does those of its first stage in a temporary folder: it installs from the lock what the image has.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def instructions() -> list[tuple[str, str]]:
    """Each instruction and its arguments, as written; continued lines are one."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", "").splitlines()
    pairs = [line.partition(" ") for line in lines if line.strip()]
    return [(name, " ".join(rest.split())) for name, _, rest in pairs]


def arguments(name: str) -> list[str]:
    """The arguments of all instructions of this name."""
    return [rest for instruction, rest in instructions() if instruction == name]


def health_check() -> list[str]:
    """The command that says whether the container is well."""
    [check] = arguments("HEALTHCHECK")
    command: list[str] = json.loads(check.partition(" CMD ")[2])
    return command


def environment() -> dict[str, str]:
    """The variables that the image sets, but for PATH."""
    *_, variables = arguments("ENV")
    pairs = dict(pair.split("=", 1) for pair in variables.split())
    return {name: value for name, value in pairs.items() if name != "PATH"}


def first_stage() -> list[tuple[str, str]]:
    """The instructions up to the second FROM."""
    steps = instructions()
    second = [number for number, (name, _) in enumerate(steps) if name == "FROM"][1]
    return steps[1:second]


def install(home: Path) -> str:
    """Do the first stage with its folder there; answers what the installed program says of its version."""
    workdir = home / "app"
    workdir.mkdir()
    for name, rest in first_stage():
        if name == "COPY":
            for copied in rest.split()[:-1]:
                _copy(ROOT / copied, workdir / copied)
        elif name == "RUN":
            step = rest.replace("/opt/kalends", str(home)).replace("python -m venv", f"{sys.executable} -m venv")
            subprocess.run(step, shell=True, cwd=workdir, check=True)
    version = subprocess.run([home / "venv/bin/kalends", "--version"], capture_output=True, text=True, check=True)
    return version.stdout.strip()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="kalends-recipe-") as folder:
        sys.stdout.write(f"{install(Path(folder))} is installed by the steps of the Dockerfile\n")
