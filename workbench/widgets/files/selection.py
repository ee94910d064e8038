"""Which files are selected, and what a command asks of them; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import field

from backend.models import FileInfo
from backend.records import dataclass
from workbench import format
from workbench.commands.command import Needs


@dataclass(slots=True)
class Selection:
    """The selected paths. An extension goes from the anchor, the row where it began, to the cursor."""

    paths: set[str] = field(default_factory=set)
    anchor: str | None = None
    _before: frozenset[str] = frozenset()

    def toggle(self, path: str) -> None:
        """Select what is not, and let go what is; the next extension begins here."""
        self.paths ^= {path}
        self._begin(path)

    def extend(self, start: str, rows: Iterable[str]) -> None:
        """Select the rows from the anchor to the cursor in place of the last extension's.

        Without an anchor it begins at `start`.
        """
        if self.anchor is None:
            self._begin(start)
        self.paths = {*self._before, *rows}

    def replace(self, paths: Iterable[str]) -> None:
        """Select these and no others."""
        self.paths = set(paths)
        self._begin(None)

    def keep(self, known: Collection[str]) -> None:
        """Let go what is not known any more."""
        self.paths &= set(known)
        self._before &= set(known)

    def settle(self) -> None:
        """The cursor has moved alone: the next extension begins where it is then."""
        self._begin(None)

    def _begin(self, anchor: str | None) -> None:
        self.anchor = anchor
        self._before = frozenset(self.paths)


def fits(needs: Needs, chosen: Sequence[FileInfo]) -> bool:
    """Whether a command can do its work on these files."""
    match needs:
        case Needs.NOTHING:
            return True
        case Needs.ONE:
            return len(chosen) == 1
        case Needs.FILE:
            return len(chosen) == 1 and chosen[0].kind == "file"
        case Needs.FILES:
            return any(info.kind == "file" for info in chosen)
        case Needs.SOME:
            return bool(chosen)


def told(chosen: Sequence[FileInfo]) -> str:
    """How much is selected: `3 selected · 1.2 kB`."""
    amount = sum(info.size for info in chosen if info.kind == "file")
    return f"{len(chosen):,} selected · {format.size(amount)}"


def topmost(chosen: Iterable[FileInfo]) -> tuple[FileInfo, ...]:
    """The chosen ones without those that lie in a chosen folder."""
    found = tuple(chosen)
    folders = {info.path for info in found if info.kind == "directory"}
    return tuple(info for info in found if not _inside(info.path, folders))


def _inside(path: str, folders: Collection[str]) -> bool:
    parts = path.split("/")
    return any("/".join(parts[:count]) in folders for count in range(1, len(parts)))
