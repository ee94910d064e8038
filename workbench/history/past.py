"""What the files of a session held, and when, as far as it was kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from backend.records import dataclass
from workbench.history.entry import KeptFile


@dataclass(frozen=True, slots=True)
class Past:
    """The contents of files by path, oldest first, and the numbers of executions that changed them.

    A content belongs to the file from the execution on whose number it has. One without a digest stands for
    what is not kept.
    """

    contents: Mapping[str, tuple[KeptFile, ...]] = field(default_factory=dict)
    changes: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, files: Iterable[KeptFile], changes: Iterable[tuple[str, int]]) -> Past:
        """Of contents and changes in any order."""
        contents: dict[str, dict[int, KeptFile]] = {}
        for file in files:
            contents.setdefault(file.path, {})[file.number or 0] = file
        changed: dict[str, set[int]] = {}
        for path, number in changes:
            changed.setdefault(path, set()).add(number)
        return cls(
            {path: tuple(found[number] for number in sorted(found)) for path, found in contents.items()},
            {path: frozenset(numbers) for path, numbers in changed.items()},
        )

    @property
    def newest(self) -> tuple[KeptFile, ...]:
        """What the files held last, of those of which that is kept."""
        return tuple(files[-1] for files in self.contents.values() if files[-1].digest)

    def before(self, path: str, number: int) -> KeptFile | None:
        """What a file held when an execution began; None where that is not known, or not kept."""
        files = self.contents.get(path, ())
        changes = self.changes.get(path, frozenset())
        earlier = next((file for file in reversed(files) if _number(file) < number), None)
        if earlier is not None and not any(_number(earlier) < change < number for change in changes):
            return earlier if earlier.digest else None
        later = next((file for file in files if _number(file) >= number), None)
        if later is None or any(number <= change <= _number(later) for change in changes):
            return None
        return later if later.digest else None

    def changed_since(self, path: str, number: int) -> bool:
        """Whether a file holds something else than when an execution began, as far as is known."""
        known = self.before(path, number)
        newest = self.contents.get(path, (None,))[-1]
        if known is not None and newest is not None and newest.digest != known.digest:
            return True
        return any(change >= number for change in self.changes.get(path, ()))

    def where(self, kept: Iterable[str]) -> Past:
        """The same with those contents only whose digests these are; the others are not kept."""
        digests = frozenset(kept)
        return Past(
            {
                path: tuple(
                    file if file.digest in digests else KeptFile(path, "", 0, file.kept_at, file.number)
                    for file in files
                )
                for path, files in self.contents.items()
            },
            self.changes,
        )


def _number(file: KeptFile) -> int:
    return file.number or 0
