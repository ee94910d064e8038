"""What a replay will do, before it does anything: what runs, which files go first, what the target lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from enum import StrEnum

from backend.errors import WorkbenchError
from backend.models import Change, FileInfo, Status, Target
from backend.port import Backend
from backend.records import dataclass
from workbench.history.entry import Entry
from workbench.history.past import Past
from workbench.replay import inputs, needs
from workbench.replay.inputs import PlannedFile
from workbench.replay.needs import Needs

_FILE_NAME = re.compile(r"(?!/|~|\w+:)[^\n]*\.\w{1,8}")

LEFT_OUT: Mapping[Status, str] = {
    Status.QUEUED: "it has not run",
    Status.RUNNING: "it still runs",
    Status.REJECTED: "it never ran",
    Status.INTERRUPTED: "it was interrupted, and would not end by itself",
}
"""Statuses whose executions are not run again, and why."""


@dataclass(frozen=True, slots=True)
class Step:
    """An execution to run again. `fresh`: it began with no variables. `timeout` is in seconds, None: none."""

    entry: Entry
    fresh: bool = False
    timeout: float | None = None


class Lacking(StrEnum):
    """What a target may not have."""

    MODULE = "module"
    FOLDER = "folder"
    PATH = "path"
    NETWORK = "network"
    FILE = "file"
    FRESH = "fresh"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that the target lacks, or may lack, and the numbers of the executions that need it."""

    kind: Lacking
    what: str
    sentence: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What will happen. `left_out` are entries that are not run, each with the reason.

    `unused` are files of the session that no code names; they are not sent unless asked for. `there` is how
    many files are in the session already, and stay as they are.
    """

    steps: tuple[Step, ...]
    left_out: tuple[tuple[Entry, str], ...] = ()
    files: tuple[PlannedFile, ...] = ()
    unused: tuple[PlannedFile, ...] = ()
    lacks: tuple[Lack, ...] = ()
    there: int = 0

    @property
    def bytes(self) -> int:
        """How much is sent."""
        return sum(file.size for file in self.files)


async def make(
    entries: Sequence[Entry],
    backend: Backend,
    target: Target,
    files: Sequence[FileInfo] = (),
    kept: Past = Past(),  # noqa: B008 - frozen
    *,
    all_files: bool = False,
    here: bool = False,
) -> Plan:
    """The plan for running entries, in the order given, at a target.

    `files` are those that the session they come from has now, `kept` what history keeps of those it had. With
    `here` they run in that session itself, and only what is kept goes there. Asks the target what it has
    installed, where it tells; that needs no session.
    """
    steps, left_out = steps_of(entries)
    wanted = [needs.of(step.entry.code) for step in steps]
    made = _made([step.entry for step in steps])
    live = {file.path: file for file in files if file.kind == "file"}
    paths = [*live, *(file.path for file in kept.newest)]
    numbers = [step.entry.number for step in steps]
    used, unused = inputs.of(
        list(zip(numbers, wanted, strict=True)), made, live, kept, everything=all_files, here=here
    )
    lacks = [
        *await _modules(steps, wanted, backend, paths),
        *_paths(steps, wanted),
        *_network(steps, wanted, target),
        *_fresh(steps, target),
        *_folders(used, backend),
        *_gone(steps, wanted, {*paths, *made}),
    ]
    there = len(live.keys() - {file.path for file in used}) if here else 0
    return Plan(tuple(steps), tuple(left_out), tuple(used), tuple(unused), tuple(lacks), there)


def steps_of(entries: Iterable[Entry]) -> tuple[list[Step], list[tuple[Entry, str]]]:
    """The entries that run again, as steps, and those that do not, with the reason."""
    steps: list[Step] = []
    left_out: list[tuple[Entry, str]] = []
    fresh = False
    for entry in entries:
        fresh = fresh or entry.fresh
        reason = LEFT_OUT.get(entry.status)
        if reason is not None:
            left_out.append((entry, reason))
            continue
        steps.append(Step(entry, fresh, _limit(entry)))
        fresh = False
    return steps, left_out


def _limit(entry: Entry) -> float | None:
    """The limit that ended it before: it would end at no other."""
    if entry.status is Status.TIMED_OUT and entry.duration_ms:
        return max(entry.duration_ms / 1000, 0.1)
    return None


def _made(entries: Iterable[Entry]) -> dict[str, tuple[Change, int]]:
    """What the executions do first to each file that they change, and which one does."""
    made: dict[str, tuple[Change, int]] = {}
    for entry in entries:
        for change in entry.files_changed or ():
            made.setdefault(change.path, (change.change, entry.number))
    return made


async def _modules(
    steps: Sequence[Step], wanted: Sequence[Needs], backend: Backend, paths: Sequence[str]
) -> list[Lack]:
    modules = {module for one in wanted for module in one.modules}
    own = needs.own_modules(paths)
    if not needs.missing(modules, (), own):
        return []
    try:
        pool = await backend.pool()
    except WorkbenchError as error:
        return [Lack(Lacking.UNKNOWN, "", f"What is installed there is not known: {error.message}")]
    packages = [name for name, _ in pool.packages]
    if not packages and not pool.runtimes:
        return [Lack(Lacking.UNKNOWN, "", "The target does not tell what it has installed.")]
    return [
        Lack(
            Lacking.MODULE,
            module,
            f"{module} is not installed there",
            _numbers(steps, [module in one.modules for one in wanted]),
        )
        for module in needs.missing(modules, packages, own)
    ]


def _paths(steps: Sequence[Step], wanted: Sequence[Needs]) -> list[Lack]:
    paths = dict.fromkeys(path for one in wanted for path in one.absolute)
    return [
        Lack(
            Lacking.PATH,
            path,
            f"{path} is an absolute path: it may not be there",
            _numbers(steps, [path in one.absolute for one in wanted]),
        )
        for path in paths
    ]


def _network(steps: Sequence[Step], wanted: Sequence[Needs], target: Target) -> list[Lack]:
    used = dict.fromkeys(what for one in wanted for what in one.network)
    if not used:
        return []
    if target.kind == "remote":
        why = "a target has no network unless its pool allows it"
    elif target.isolation in ("confined", "sealed", "auto"):
        why = f"isolation {target.isolation} has no network"
    else:
        return []
    what = ", ".join(used)
    return [
        Lack(Lacking.NETWORK, what, f"{what}: {why}", _numbers(steps, [bool(one.network) for one in wanted]))
    ]


def _fresh(steps: Sequence[Step], target: Target) -> list[Lack]:
    numbers = tuple(step.entry.number for step in steps[1:] if step.fresh)
    if target.kind != "remote" or not numbers:
        return []
    sentence = "these began with no variables, and there the variables from before stay"
    return [Lack(Lacking.FRESH, "", sentence, numbers)]


def _folders(files: Sequence[PlannedFile], backend: Backend) -> list[Lack]:
    if backend.capabilities.folders:
        return []
    return [
        Lack(
            Lacking.FOLDER,
            file.path,
            f"{file.path} cannot be sent: the target's API version knows no folders",
        )
        for file in files
        if "/" in file.path
    ]


def _gone(steps: Sequence[Step], wanted: Sequence[Needs], known: Set[str]) -> list[Lack]:
    """Files that executions have read and that are nowhere any more, nor made by one of them."""
    written: set[str] = set()
    readers: dict[str, list[int]] = {}
    for step, one in zip(steps, wanted, strict=True):
        written |= one.texts - one.reads
        if step.entry.status is Status.SUCCEEDED:
            for path in one.reads - written - known:
                if _FILE_NAME.fullmatch(path):
                    readers.setdefault(path, []).append(step.entry.number)
    return [
        Lack(
            Lacking.FILE,
            path,
            f"{path} is read, and is neither in the session nor kept: it is missing",
            tuple(numbers),
        )
        for path, numbers in sorted(readers.items())
    ]


def _numbers(steps: Sequence[Step], concerned: Sequence[bool]) -> tuple[int, ...]:
    return tuple(step.entry.number for step, yes in zip(steps, concerned, strict=True) if yes)
