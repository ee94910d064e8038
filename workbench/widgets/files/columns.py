"""The columns at the right edge of a row: kind, size and age, as many as there is room for."""

from __future__ import annotations

from backend.models import FileInfo
from workbench import format
from workbench.widgets.files.kinds import LONGEST, kind_of
from workbench.widgets.fit import right

_SIZE = 7
_AGE = 7
# below these widths of the whole row first the kind, then the age, then the size makes room for the name
_ROOM_FOR_KIND = 38
_ROOM_FOR_AGE = 30
_ROOM_FOR_SIZE = 22


def columns(info: FileInfo, width: int, now: float) -> str:
    """The columns of a row that is `width` cells wide; `now` is in seconds since the epoch.

    What has no size says its kind in that place: the name of a file shows its kind where the column does not.
    """
    kind, sized = kind_of(info), info.kind == "file"
    shown = f" {kind:<{LONGEST}}" if width >= _ROOM_FOR_KIND else ""
    amount = format.size(info.size) if sized else "" if shown else kind
    if width >= _ROOM_FOR_SIZE:
        shown += right(amount, _SIZE + 1)
    if width >= _ROOM_FOR_AGE:
        shown += right(format.age(info.modified, now), _AGE)
    return shown
