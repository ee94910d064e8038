"""What became of a session's files between two listings of them."""

from __future__ import annotations

from collections.abc import Mapping

from backend.models import Change, FileChange

Facts = tuple[float, ...]
"""What is known of a file, its size in bytes first: two that differ are of a file that has changed."""


def compare(
    before: Mapping[str, Facts] | None, after: Mapping[str, Facts] | None
) -> tuple[FileChange, ...] | None:
    """The files created, changed and deleted, by path; None when one of the listings is missing."""
    if before is None or after is None:
        return None
    if before == after:
        return ()
    changes = [
        FileChange(path, Change.CHANGED if path in before else Change.CREATED, int(facts[0]))
        for path, facts in after.items()
        if before.get(path) != facts
    ]
    changes += [FileChange(path, Change.DELETED) for path in before if path not in after]
    return tuple(sorted(changes, key=lambda change: change.path))
