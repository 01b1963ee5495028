"""Folders in which PostgreSQL can work."""

import os
import tempfile
from pathlib import Path


def passable(folder: Path) -> Path:
    """The folder. For root PostgreSQL runs as another user, who may then pass through it and those above."""
    if os.geteuid() == 0:
        for each in (folder, *folder.parents):
            if each.is_relative_to(tempfile.gettempdir()) and each != Path(tempfile.gettempdir()):
                each.chmod(each.stat().st_mode | 0o011)
    return folder
