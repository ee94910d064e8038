"""Which program edits, pages or shows a file here, as the user's environment says."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from backend.errors import UsageError


def editor(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The command of `$VISUAL`, else of `$EDITOR`; the file comes behind it.

    Raises UsageError when neither is set, or when there is no such program.
    """
    for name in ("VISUAL", "EDITOR"):
        if environment.get(name, "").strip():
            return _command(name, environment)
    raise UsageError("Neither VISUAL nor EDITOR says which editor to open.", "Set one: export EDITOR=nano")


def pager(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The command of `$PAGER`, else `less` or `more`. Raises UsageError when there is none of them."""
    if environment.get("PAGER", "").strip():
        command = _command("PAGER", environment)
    else:
        found = [name for name in ("less", "more") if shutil.which(name, path=environment.get("PATH"))]
        if not found:
            raise UsageError("There is no pager here: neither less nor more.", "Set one: export PAGER=…")
        command = found[:1]
    if Path(command[0]).name == "less":
        # with LESS=F, which git has taught many to set, a short file would be gone before it is seen
        command.append("-+F")
    return command


def viewer(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> list[str]:
    """The command that opens a file the way a click on it would. Raises UsageError where there is none."""
    if platform == "darwin":
        return ["open"]
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        raise UsageError(
            "There is no display here for a viewer: neither DISPLAY nor WAYLAND_DISPLAY is set.",
            "Download the file, and open it where there is one.",
        )
    if shutil.which("xdg-open", path=environment.get("PATH")) is None:
        raise UsageError("There is no xdg-open here, which opens viewers.", "Install xdg-utils.")
    return ["xdg-open"]


def _command(name: str, environment: Mapping[str, str]) -> list[str]:
    said = environment[name]
    try:
        command = shlex.split(said)
    except ValueError as error:
        raise UsageError(f"{name} cannot be read: {said} ({error}).", "Quote it as for a shell.") from None
    if shutil.which(command[0], path=environment.get("PATH")) is None:
        raise UsageError(f"{name} names {command[0]}, and there is no such program.", f"Set {name} anew.")
    return command
