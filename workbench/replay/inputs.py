"""Which files a session has to have before a replay begins, and which content of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backend.models import Change, FileInfo
from backend.records import dataclass
from workbench.history.entry import KeptFile
from workbench.history.past import Past
from workbench.replay.needs import Needs

_CHANGED = "changed by what runs again: it is sent as it is now"


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file that the session has to have before the first step.

    `size` is in bytes. `digest` is the SHA-256 by which history keeps it, empty for a file that is fetched
    from its session. `remark` is a sentence on what is not as it was.
    """

    path: str
    size: int
    digest: str = ""
    remark: str = ""

    @property
    def words(self) -> str:
        """Where it comes from, and what is to be said of it."""
        return "; ".join(filter(None, ("kept by hash" if self.digest else "", self.remark)))


def of(
    wanted: Sequence[tuple[int, Needs]],
    made: Mapping[str, tuple[Change, int]],
    live: Mapping[str, FileInfo],
    past: Past,
    *,
    everything: bool = False,
    here: bool = False,
) -> tuple[list[PlannedFile], list[PlannedFile]]:
    """The files that code names, and those that are there beside them.

    `wanted` are the numbers of the executions and what they need, `made` what is done first to each file, and
    by which of them, `live` the files of their session now. Each file goes as it was when the first that
    names or changes it began.
    """
    used, unused = list[PlannedFile](), list[PlannedFile]()
    everything = everything or any(needs.lists for _, needs in wanted)
    start = wanted[0][0] if wanted else 0
    for path in dict.fromkeys((*live, *past.contents)):
        change, changer = made.get(path, (None, None))
        if change is Change.CREATED:
            continue
        named = next((number for number, needs in wanted if needs.names(path)), None)
        number = min((one for one in (named, changer) if one is not None), default=start)
        file = _file(path, number, live.get(path), past, changed=change is not None, here=here)
        if file is not None:
            (unused if named is None and not everything else used).append(file)
    return used, unused


def _file(
    path: str, number: int, live: FileInfo | None, past: Past, *, changed: bool, here: bool
) -> PlannedFile | None:
    """A file as it was when an execution began, or as near to that as can be had; None: nothing is sent."""
    changed = changed or past.changed_since(path, number)
    known = past.before(path, number)
    newest = next(iter(past.contents.get(path, ())[-1:]), None)
    if known is not None and (live is None or (changed and not (here and _unsaved(live, newest)))):
        remark = f"as it was before [{number}]" if changed else ""
        return PlannedFile(path, known.size, known.digest, remark)
    remark = _CHANGED if changed else ""
    if live is not None:
        return None if here else PlannedFile(path, live.size, remark=remark)
    if newest is None or not newest.digest:
        return None
    return PlannedFile(path, newest.size, newest.digest, remark)


def _unsaved(live: FileInfo, newest: KeptFile | None) -> bool:
    """Whether what the session has is kept nowhere, so that nothing may replace it."""
    return newest is None or not newest.digest or newest.size != live.size
