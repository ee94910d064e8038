"""Joining a sandbox that bubblewrap has made: the worker, forked outside and warm, moves in."""

from __future__ import annotations

import os
from typing import List, Tuple

from . import kernel

# the user namespace first: it brings the right to enter the others (setns(2))
OF_KEEPER = (("user", kernel.CLONE_NEWUSER), ("pid", kernel.CLONE_NEWPID))
OF_WORKER = (
    ("cgroup", kernel.CLONE_NEWCGROUP),
    ("ipc", kernel.CLONE_NEWIPC),
    ("uts", kernel.CLONE_NEWUTS),
    ("net", kernel.CLONE_NEWNET),
    ("mnt", kernel.CLONE_NEWNS),
)

Doors = List[Tuple[int, int]]


def enter(pid: int) -> Doors:
    """Join the user and pid namespaces of process `pid`; children are then born inside.

    Gives the other namespaces for `move_in`, which such a child calls. Raises OSError.
    """
    doors = _open(pid, OF_KEEPER)
    rest = _open(pid, OF_WORKER)
    for fd, kind in doors:
        kernel.setns(fd, kind)
        os.close(fd)
    return rest


def move_in(doors: Doors) -> None:
    """Join what `enter` gave; root and working directory are then the sandbox's. Raises OSError."""
    for fd, kind in doors:
        kernel.setns(fd, kind)
        os.close(fd)
    os.chdir("/")


def _open(pid: int, kinds: Tuple[Tuple[str, int], ...]) -> Doors:
    return [
        (os.open("/proc/%d/ns/%s" % (pid, name), os.O_RDONLY | os.O_CLOEXEC), kind) for name, kind in kinds
    ]
