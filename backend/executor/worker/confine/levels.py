"""The levels of isolation as a worker enters them. What cannot be entered is refused, never weakened."""

from __future__ import annotations

import os
import sys
from typing import Any, Dict, Iterator, List, Tuple

from . import capabilities, kernel, landlock, mounts, seccomp

PROCESS, CONFINED, SEALED = "process", "confined", "sealed"
DEVICES = ("/dev/null", "/dev/zero", "/dev/full")
SOURCES = ("/dev/random", "/dev/urandom", "/proc")


class Refused(Exception):  # noqa: N818 - what happened, not what went wrong
    """A level cannot be entered; the message is a sentence."""


class Confinement:
    """Takes a worker into the level that its session asks for.

    `why_no_view` tells why no private view of files is possible here, empty when it is. Afterwards `place`
    is the data directory as the code sees it, `remark` a sentence when that is not /mnt/data though it was
    asked for, `own_users` whether the process is in a user namespace of its own.
    """

    def __init__(self, request: Dict[str, Any], why_no_view: str) -> None:
        self.level = str(request.get("level") or PROCESS)
        self.data = str(request.get("data") or "/")
        self.place = self.data
        self.remark = ""
        self.own_users = self.level == SEALED
        self._read: List[str] = [str(path) for path in request.get("read") or ()]
        self._write: List[str] = [str(path) for path in request.get("write") or ()]
        self._wants_place = bool(request.get("mnt_data"))
        self._why_no_view = why_no_view
        self._shared = self._own_ipc = self.level == SEALED

    def arrange(self) -> None:
        """The session's own view of files; it needs rights that `close_up` gives away. Raises Refused."""
        if self.level == SEALED:
            self.place = mounts.PLACE
            return
        if self.level == CONFINED:
            self._check_kernel()
        why = self._why_no_view or (self._wants_place and mounts.why_no_place(self._visible()))
        if why:
            self._go_without(str(why))
        if self._why_no_view or not (self._wants_place or self.level == CONFINED):
            return
        try:
            self.own_users = mounts.enter_private_view()
        except OSError as error:
            self._go_without(error.strerror or str(error))
            return
        if self._wants_place:
            self._place_data()
        if self.level == CONFINED:
            self._share_memory()
            self._own_ipc = _leave_ipc()
            self._keep_rights()
        if self.own_users:
            capabilities.drop_all()

    def _visible(self) -> List[str]:
        """What this process and its code go on using by its path."""
        return [self.data, *self._write, *self._read, sys.prefix, sys.base_prefix, __file__]

    def _place_data(self) -> None:
        try:
            mounts.place_data(self.data)
            self.place = mounts.PLACE
        except OSError as error:
            self._go_without(error.strerror or str(error))

    def _share_memory(self) -> None:
        """Locks of multiprocessing need it; where it cannot be had they fail."""
        try:
            mounts.own_shared_memory()
            self._shared = True
        except OSError:
            pass

    def _keep_rights(self) -> None:
        """Nothing outside can be changed in any way; where the kernel is too old for it, nothing written."""
        shared = [mounts.SHARED] if self._shared else []
        places = [place for place in (*self._write, self.place, *shared) if os.path.exists(place)]
        try:
            mounts.read_only_but(dict.fromkeys(places))
        except OSError:
            pass

    def _more_calls(self) -> Iterator[Dict[str, Tuple[int, int]]]:
        """What is denied beside what always is: what would reach things that are in sight here."""
        if self.level != SEALED:
            yield seccomp.BY_PATH
        if not self._own_ipc:
            yield seccomp.SHARED

    def _go_without(self, reason: str) -> None:
        if self._wants_place:
            self._wants_place = False
            self.remark = "The session's files are not at /mnt/data: %s. Relative paths work." % reason

    def _check_kernel(self) -> None:
        if not sys.platform.startswith("linux"):
            raise Refused("The level %s needs Linux." % self.level)
        if landlock.abi() < landlock.NEEDED:
            raise Refused("The level %s needs Landlock of Linux 6.2 or newer, switched on." % self.level)
        if not seccomp.supported():
            raise Refused("The level %s knows no system call filter for this machine." % self.level)

    def close_up(self) -> None:
        """From now on the level is in force. Raises Refused."""
        if self.level == PROCESS:
            return
        self._check_kernel()
        write = [*self._write, self.place]
        if self._shared:
            write.append(mounts.SHARED)
        try:
            capabilities.drop_all()
            landlock.restrict([*self._read, *SOURCES], write, DEVICES)
            seccomp.install(*self._more_calls())
        except OSError as error:
            raise Refused("The level %s cannot be entered: %s." % (self.level, error)) from None


def _leave_ipc() -> bool:
    """Have shared memory, semaphores and queues of our own (ipc_namespaces(7)), where that can be."""
    try:
        kernel.unshare(kernel.CLONE_NEWIPC)
    except OSError:
        return False
    return True
