"""What `workbench replay` is asked to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from backend.errors import UsageError
from backend.records import dataclass
from workbench.replay.rules import Rules


@dataclass(frozen=True, slots=True)
class Wish:
    """The flags of the command beside those that name the destination.

    `profile` is where the executions come from, None for anywhere. `keep` leaves the session that it ran in.
    """

    what: Sequence[str]
    query: str
    profile: str | None
    rules: Rules
    go_on: bool
    jobs: int
    all_files: bool
    keep: bool
    plan_only: bool
    as_json: bool
    reports: tuple[Path, ...] = ()


def report_paths(names: Sequence[str]) -> tuple[Path, ...]:
    """The files of `--report`, checked before anything runs. Raises UsageError."""
    paths = tuple(map(Path, names))
    for path in paths:
        if path.suffix.lower() not in (".json", ".md"):
            raise UsageError(
                f"A report is written as .json or .md, and {path} is neither.",
                "Name a file of such an ending.",
            )
        if path.is_dir() or not path.parent.is_dir():
            what = "is a directory" if path.is_dir() else "is in a directory that is not there"
            raise UsageError(f"{path} {what}.", "Name a file in a directory that is there.")
    return paths
