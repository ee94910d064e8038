"""Which Python runs a session."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from backend.errors import CannotStart
from backend.records import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """An interpreter's path and, in words, why it was chosen."""

    path: str
    origin: str


def choose(explicit: str | None, environ: Mapping[str, str], folder: Path) -> Choice:
    """The interpreter: the one named, else the active virtual environment, else `.venv` in `folder` or above,
    else our own. Raises CannotStart when the named one does not exist.
    """
    if explicit:
        return Choice(_named(explicit), "named")
    active = environ.get("VIRTUAL_ENV")
    if active and (found := _in_environment(Path(active))):
        return Choice(found, "active virtual environment")
    for above in (folder, *folder.parents):
        if found := _in_environment(above / ".venv"):
            return Choice(found, f".venv in {above}")
    return Choice(sys.executable, "the workbench's own")


def _named(name: str) -> str:
    path = Path(name).expanduser()
    if path.is_dir() and (found := _in_environment(path)):
        return found
    found_on_path = shutil.which(str(path))
    if found_on_path is None:
        raise CannotStart(
            f"There is no interpreter {name}.", "Give --python the path of a Python 3.9 or newer."
        )
    return os.path.abspath(found_on_path)  # noqa: PTH100 - resolve() would follow a venv's link to its base


def _in_environment(folder: Path) -> str | None:
    python = folder / "bin" / "python"
    return str(python) if os.access(python, os.X_OK) else None
