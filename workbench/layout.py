"""The layout that one start of the app leaves to the next: sizes, and what is hidden."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from backend.records import dataclass
from workbench.config.paths import private_directory
from workbench.documents.disk import write_atomic

LEAST, MOST = 0.1, 0.9
"""Bounds of a share, so that no pane is lost by accident."""
WIDEST = 500
_LONGEST = 10_000  # bytes of a file; ours has 150
_PANES = frozenset(("editor", "output", "history", "files"))


@dataclass(frozen=True, slots=True)
class KeptLayout:
    """Sizes and what is hidden. The defaults are those of the style sheets."""

    editor: float = 0.55
    """The editor's share of the room that it has together with the output."""
    history: float = 0.55
    """The history's share of the sidebar."""
    side: int = 0
    """Columns of the sidebar; 0 as many as the style sheet gives it."""
    sidebar: bool = True
    """Whether the sidebar is shown where there is room for it."""
    hidden: tuple[str, ...] = ()
    """Names of panes that are not shown."""


class LayoutError(ValueError):
    """A layout file that cannot be used; the message says why."""


def load_layout(path: Path) -> KeptLayout:
    """The layout in a file, the default one where there is none. Raises LayoutError."""
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST + 1)
    except FileNotFoundError:
        return KeptLayout()
    except OSError as error:
        raise LayoutError(f"it cannot be read ({error.strerror})") from error
    try:
        found = json.loads(data) if len(data) <= _LONGEST else None
    except (ValueError, RecursionError) as error:
        raise LayoutError("it is not JSON") from error
    if not isinstance(found, dict):
        raise LayoutError("it is no layout")
    names = {field.name for field in fields(KeptLayout)}
    return _checked({name: value for name, value in found.items() if name in names})


def save_layout(path: Path, layout: KeptLayout) -> None:
    """Write a layout, whole or not at all. Raises OSError."""
    private_directory(path.parent)
    write_atomic(path, (json.dumps(asdict(layout)) + "\n").encode())


def _checked(found: dict[str, Any]) -> KeptLayout:
    for name in ("editor", "history"):
        share = found.get(name, 0.5)
        if type(share) is not float or not LEAST <= share <= MOST:
            raise LayoutError(f"{name} must be a share from {LEAST} to {MOST}")
    side, hidden = found.get("side", 0), found.get("hidden", [])
    if type(side) is not int or not 0 <= side <= WIDEST:
        raise LayoutError(f"side must be a number of columns up to {WIDEST}")
    if type(found.get("sidebar", True)) is not bool:
        raise LayoutError("sidebar must be true or false")
    if not isinstance(hidden, list) or not all(isinstance(name, str) and name in _PANES for name in hidden):
        raise LayoutError("hidden must be a list of panes")
    if {"editor", "output"} <= set(hidden):
        raise LayoutError("editor and output cannot both be hidden")
    return KeptLayout(**{**found, "hidden": tuple(hidden)})
