"""Values that were shown, kept to be opened, saved and copied: those shown last, up to a size."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from backend.models import MimeBundle
from backend.records import dataclass

if TYPE_CHECKING:
    from .table import Table

LIMIT = 64_000_000
"""Bytes of bundles that are kept; history has the others."""


@dataclass(slots=True, eq=False)
class Kept:
    """A value or display of an execution. `bundle` is None when it had to go."""

    entry_id: str
    number: int
    bundle: MimeBundle | None
    table: Table | None = None


class Shelf:
    """Keeps what was shown."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._size = 0
        self._kept: deque[tuple[Kept, int]] = deque()

    def keep(self, entry_id: str, number: int, bundle: MimeBundle, table: Table | None) -> Kept:
        """Keep a bundle; the oldest go when there are too many."""
        kept = Kept(entry_id, number, bundle, table)
        size = sum(bytes_of(mime, content) for mime, content in bundle.items()) + 1_000
        self._kept.append((kept, size))
        self._size += size
        while self._size > self._limit and len(self._kept) > 1:
            oldest, freed = self._kept.popleft()
            oldest.bundle = oldest.table = None
            self._size -= freed
        return kept

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
        self._size = 0


def bytes_of(mime: str, content: Any) -> int:
    """How large a form is: base64 text stands for three bytes in four characters."""
    if isinstance(content, str):
        text = mime.startswith("text/") or mime.endswith(("+xml", "json", "javascript"))
        return len(content) if text else len(content) * 3 // 4
    return len(str(content)) if isinstance(content, (Mapping, list)) else 0
