"""Clients that openapi-python-client generates from the documents of vendors, as integrators do."""

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

NO_HOOKS = "post_hooks: []\n"
"""Generated code is not formatted."""
LITERAL_ENUMS = "literal_enums: true\n"


class Generated:
    """A generated package: its modules and operations."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.client = self._module("client")
        self.models = self._module("models")

    def operation(self, name: str, tag: str = "default") -> ModuleType:
        """The module of an operation, with its function `asyncio_detailed`."""
        return self._module(f"api.{tag}.{name}")

    def _module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.package}.{name}")


def generate(document: Path, package: str, folder: Path, *, literal_enums: bool = False) -> Generated:
    """Generate a client of this name in a folder that Python then imports from.

    `literal_enums`: values of enumerations are texts, as where two of them would have one name.
    """
    config = folder / "config.yml"
    config.write_text(NO_HOOKS + (LITERAL_ENUMS if literal_enums else ""), encoding="utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(document), "--meta", "none"]
    command += ["--output-path", str(folder / package), "--config", str(config)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    sys.path.append(str(folder))
    return Generated(package)
