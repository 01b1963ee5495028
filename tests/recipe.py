"""The steps of the Dockerfile, for those who run them without a container."""

import json
import re
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
    [variables] = arguments("ENV")
    pairs = dict(pair.split("=", 1) for pair in variables.split())
    return {name: value for name, value in pairs.items() if name != "PATH"}
