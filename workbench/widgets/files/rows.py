"""The rows of the file tree as data, and what a listing becomes on the screen; pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import field
from enum import StrEnum
from pathlib import PurePosixPath

from backend.errors import WorkbenchError
from backend.models import Change, FileChange, FileInfo
from backend.records import dataclass
from workbench import format

# adding 10,000 leaves costs 170 ms and each later change 100 ms more; a page of 1,000 stays below a frame
PAGE = 1_000


class Order(StrEnum):
    """What the files of a folder are sorted by."""

    NAME = "name"
    SIZE = "size"
    TIME = "time"

    @property
    def next(self) -> Order:
        """The one after, and after the last the first."""
        known = list(Order)
        return known[(known.index(self) + 1) % len(known)]


class Kind(StrEnum):
    """What a row of the tree stands for."""

    FOLDER = "folder"
    FILE = "file"
    LOADING = "loading"
    EMPTY = "empty"
    ERROR = "error"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `path` is relative to the data directory; for a note it is the folder the note speaks of.

    `info` is None for the root and for notes; `note` is the text of a note.
    """

    kind: Kind
    path: str
    info: FileInfo | None = None
    note: str = ""


def same_row(one: Row | None, other: Row | None) -> bool:
    """Whether two rows stand for the same thing, whatever its size and age are now."""
    return one is not None and other is not None and (one.kind, one.path) == (other.kind, other.path)


def ordered(entries: Iterable[FileInfo], order: Order = Order.NAME) -> tuple[FileInfo, ...]:
    """Folders first, then by name without regard to case, or the largest or the newest first."""
    found = sorted(entries, key=_by_name)
    if order is Order.SIZE:
        found.sort(key=lambda info: (info.kind != "directory", -info.size))
    elif order is Order.TIME:
        found.sort(key=lambda info: (info.kind != "directory", -info.modified))
    return tuple(found)


def _by_name(info: FileInfo) -> tuple[bool, str, str]:
    name = info.name
    return info.kind != "directory", name.casefold(), name


@dataclass(slots=True)
class Folders:
    """What is known of a data directory: listings as read, errors, and how many pages of each are shown.

    `needle` is what names have to contain, without regard to case; listings are in `order`.
    """

    listings: dict[str, tuple[FileInfo, ...]] = field(default_factory=dict)
    errors: dict[str, WorkbenchError] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    order: Order = Order.NAME
    needle: str = ""
    _sought: str = ""
    _found: dict[str, tuple[FileInfo, ...]] = field(default_factory=dict)
    _folded: dict[str, list[str]] = field(default_factory=dict)

    def sort(self, order: Order) -> None:
        """Have all listings in another order."""
        self.order = order
        self._forget()
        self.listings = {path: ordered(listing, order) for path, listing in self.listings.items()}

    def keep(self, directory: str, entries: Iterable[FileInfo]) -> None:
        """A folder was read."""
        self.errors.pop(directory, None)
        self._forget()
        self.listings[directory] = ordered(entries, self.order)

    def matching(self, directory: str) -> tuple[FileInfo, ...] | None:
        """What of a folder is shown: all of it, or what matches or is known to have a match in it."""
        entries = self.listings.get(directory)
        if not self.needle or entries is None:
            return entries
        if self._sought != self.needle:
            self._sought, self._found = self.needle, {}
        found = self._found.get(directory)
        if found is None:
            needle, names = self.needle.casefold(), self._names(directory, entries)
            found = tuple(
                info
                for info, name in zip(entries, names, strict=True)
                if needle in name or (info.kind == "directory" and self.matching(info.path))
            )
            self._found[directory] = found
        return found

    def _names(self, directory: str, entries: Sequence[FileInfo]) -> list[str]:
        """The names of a listing without their case: 10,000 take 8 ms, so they are kept between keys."""
        if directory not in self._folded:
            self._folded[directory] = [info.name.casefold() for info in entries]
        return self._folded[directory]

    def _forget(self) -> None:
        self._sought, self._found, self._folded = "", {}, {}

    def find(self, paths: Container[str], directory: str = "") -> Iterator[FileInfo]:
        """What has one of these paths, as far as it was read, in the order of the rows."""
        for info in self.listings.get(directory, ()):
            if info.path in paths:
                yield info
            if info.path in self.listings:
                yield from self.find(paths, info.path)

    def shown(self, opened: Container[str], directory: str = "") -> Iterator[FileInfo]:
        """The files and folders in the root and in `opened` folders whose own name matches, all pages."""
        needle = self.needle.casefold()
        for info in self.listings.get(directory, ()):
            if needle in info.name.casefold():
                yield info
            if info.kind == "directory" and info.path in opened:
                yield from self.shown(opened, info.path)

    def rows(self, directory: str) -> list[Row]:
        """The rows inside one folder: its entries by pages, or a note on why there are none."""
        error = self.errors.get(directory)
        notes = [Row(Kind.ERROR, directory, note=f"✗ Enter tries again: {error.message}")] if error else []
        entries = self.matching(directory)
        if entries is None:
            return notes or [Row(Kind.LOADING, directory, note="loading…")]
        if not entries and not notes and (directory or self.needle):
            return [Row(Kind.EMPTY, directory, note=self._nothing(directory))]
        shown = entries[: self.pages.get(directory, 1) * PAGE]
        rows = [
            Row(Kind.FOLDER if info.kind == "directory" else Kind.FILE, info.path, info) for info in shown
        ]
        if left := len(entries) - len(shown):
            rows.append(Row(Kind.MORE, directory, note=f"… {left:,} more"))
        return notes + rows

    def _nothing(self, directory: str) -> str:
        if not self.listings.get(directory) and directory:
            return "empty"
        return "nothing here matches" if directory else f"nothing that was read matches “{self.needle}”"

    def next_page(self, directory: str) -> None:
        """Show one page more of a folder."""
        self.pages[directory] = self.pages.get(directory, 1) + 1


def marks(changes: Iterable[FileChange]) -> dict[str, Change]:
    """Path → what happened to it; the folders around a change count as changed."""
    found: dict[str, Change] = {}
    for change in changes:
        for parent in PurePosixPath(change.path).parents:
            found.setdefault(str(parent), Change.CHANGED)
        if change.change is not Change.DELETED:
            found[change.path] = change.change
    found.pop(".", None)
    return found


def summary(entries: Sequence[FileInfo]) -> str:
    """How much a folder holds: `2 folders, 5 files`; empty for an empty one."""
    folders = sum(info.kind == "directory" for info in entries)
    words = [(folders, "folder"), (len(entries) - folders, "file")]
    return ", ".join(format.count(number, word) for number, word in words if number)
