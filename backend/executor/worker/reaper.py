"""Ending every descendant of this process: child-subreaper, parent-death signal, the kill loop."""

from __future__ import annotations

import functools
import os
import signal
import sys
import time
from typing import Callable, List, Optional, Set

# linux/prctl.h
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PASSES = 200  # of SIGSTOP over what forks, before the next try to kill it


def prctl(option: int, value: int) -> bool:
    """Call prctl(2); False where the platform or ctypes has none."""
    function = _prctl()
    return function is not None and function(option, value, 0, 0, 0) == 0


@functools.lru_cache(maxsize=None)
def _prctl() -> Optional[Callable[..., int]]:
    try:
        import ctypes

        function: Callable[..., int] = ctypes.CDLL(None).prctl
        return function
    except (ImportError, OSError, AttributeError):
        return None


def become_subreaper() -> bool:
    """From now on orphaned descendants become children of this process (prctl(2), Linux)."""
    return prctl(PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(parent: int) -> None:
    """Be killed when the parent ends. The parent must be single-threaded: the signal follows its thread.

    A parent outside of our pid namespace is 0.
    """
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def children() -> List[int]:
    """The pids of this process's children (Linux; empty elsewhere)."""
    me = os.getpid()
    try:
        with open("/proc/%d/task/%d/children" % (me, me)) as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return _children_by_scan(me)


def _children_by_scan(parent: int) -> List[int]:
    try:
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []
    return [pid for pid in pids if _status(pid)[:1] == [parent]]


def _status(pid: int) -> List[int]:
    """Parent and process group of a process (proc(5)); empty when it is gone."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return []
    return [int(fields[1]), int(fields[2])]


def kill_descendants(group: int = 0) -> None:
    """SIGKILL all children until none is left; as a subreaper that means all descendants.

    `group` is a process group to kill as well, where there are no subreapers. It never gives up: a keeper
    that did after five seconds let a fork bomb go on without it, on a machine that was too busy to kill it.
    """
    if group > 0 and not sys.platform.startswith("linux"):
        _kill_group(group)
    kill_families(children())
    while reap_all():
        freeze(descendants)
        for pid in descendants():
            kill(pid)
        time.sleep(0.0005)


def freeze(find: Callable[[], List[int]]) -> None:
    """SIGSTOP for all that `find` gives until it gives nothing new.

    What forks faster than it can be killed cannot outrun this: a stopped process still counts against the
    processes that a session may have, where a killed one makes room for the next.
    """
    stopped: Set[int] = set()
    for _ in range(PASSES):
        fresh = [pid for pid in find() if pid not in stopped]
        if not fresh:
            return
        for pid in fresh:
            kill(pid, signal.SIGSTOP)
        stopped.update(fresh)


def descendants() -> List[int]:
    """All processes below this one; orphans among them are its children, as a subreaper."""
    found = children()
    for pid in found:
        found += _children_of(pid)
    return found


def _children_of(pid: int) -> List[int]:
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
            return [int(child) for child in file.read().split()]
    except (OSError, ValueError):
        return []


def kill_families(pids: List[int]) -> None:
    """SIGKILL for unreaped children of ours and for their process groups, unless that is our own too.

    A fork bomb forks faster than its processes can be killed one by one; a group is killed as a whole.
    """
    for group in {status[1] for status in map(_status, pids) if status} - {os.getpgrp(), 0}:
        _kill_group(group)
    for pid in pids:
        kill(pid)


def kill(pid: int, number: int = signal.SIGKILL) -> None:
    """A signal for an unreaped process below us, whose pid cannot have been reused."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def reap_all() -> bool:
    """Collect all dead children; whether living ones are left."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            return True


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
