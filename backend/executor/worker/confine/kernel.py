"""System calls that Python does not offer, through ctypes."""

from __future__ import annotations

import ctypes
import os
from typing import Any

# linux/prctl.h
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
# linux/sched.h
CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)


def check(result: int, what: str) -> int:
    """`result`, unless it tells of an error. Raises OSError."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, "%s: %s" % (what, os.strerror(number)))
    return result


def call(number: int, *arguments: Any) -> int:
    """A system call by number (syscall(2)). Raises OSError."""
    return check(libc.syscall(ctypes.c_long(number), *arguments), "system call %d" % number)


def prctl(option: int, *arguments: int) -> int:
    """prctl(2). Raises OSError."""
    values = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    return check(libc.prctl(option, *values), "prctl %d" % option)


def unshare(flags: int) -> None:
    """unshare(2). Raises OSError."""
    check(libc.unshare(flags), "unshare")


def setns(fd: int, kind: int) -> None:
    """setns(2). Raises OSError."""
    check(libc.setns(fd, kind), "setns")


def no_new_privileges() -> None:
    """From now on no program gains rights by being started (prctl(2)): needed by Landlock and seccomp."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)
