"""Joining a sandbox that bubblewrap has made: the worker, forked outside and warm, moves in."""

from __future__ import annotations

import ctypes
import fcntl
import os
import select
import signal
from typing import List, Tuple

from . import kernel

NS_GET_USERNS = 0xB701  # ioctl_ns(2)
PIDFD_SEND_SIGNAL, PIDFD_OPEN = 424, 434  # the same numbers on every architecture
END_LIMIT = 2000  # milliseconds
KINDS = (
    ("cgroup", kernel.CLONE_NEWCGROUP),
    ("ipc", kernel.CLONE_NEWIPC),
    ("uts", kernel.CLONE_NEWUTS),
    ("net", kernel.CLONE_NEWNET),
    ("mnt", kernel.CLONE_NEWNS),
)

Doors = List[Tuple[int, int]]


def hold(pid: int) -> int:
    """A descriptor that goes on meaning this process. Raises OSError."""
    return kernel.call(PIDFD_OPEN, ctypes.c_int(pid), ctypes.c_uint(0))


def end(held: int) -> None:
    """Kill the process that `hold` gave: the first of its pid namespace takes all others along.

    Daemons in there are children of that first process, never of ours. Waits until they are gone.
    """
    try:
        kernel.call(
            PIDFD_SEND_SIGNAL, ctypes.c_int(held), ctypes.c_int(signal.SIGKILL), None, ctypes.c_uint(0)
        )
    except OSError:  # it is gone
        return
    poll = select.poll()
    poll.register(held, select.POLLIN)
    poll.poll(END_LIMIT)


def enter(pid: int) -> Doors:
    """Join the sandbox of process `pid` so far that children are born in its pid namespace.

    Gives the other namespaces for `move_in`, which such a child calls. The rights to enter them come with
    the user namespace that owns them; as an ordinary user bubblewrap runs its payload in one below that,
    which comes last. Raises OSError.
    """
    pids, inner = _door(pid, "pid"), _door(pid, "user")
    owner: int = fcntl.ioctl(pids, NS_GET_USERNS)
    doors = [(_door(pid, name), kind) for name, kind in KINDS]
    last = not os.path.sameopenfile(owner, inner)
    for fd, kind in ((owner, kernel.CLONE_NEWUSER), (pids, kernel.CLONE_NEWPID)):
        kernel.setns(fd, kind)
        os.close(fd)
    if last:
        doors.append((inner, kernel.CLONE_NEWUSER))
    else:
        os.close(inner)
    return doors


def move_in(doors: Doors) -> None:
    """Join what `enter` gave, if anything: root and working directory are the sandbox's. Raises OSError."""
    if not doors:
        return
    for fd, kind in doors:
        kernel.setns(fd, kind)
        os.close(fd)
    os.chdir("/")


def _door(pid: int, name: str) -> int:
    return os.open("/proc/%d/ns/%s" % (pid, name), os.O_RDONLY | os.O_CLOEXEC)
