"""Landlock: which files a process may touch, by its own decision (landlock(7))."""

from __future__ import annotations

import ctypes
import os
from typing import Iterable, List

from . import kernel

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
VERSION = 1  # LANDLOCK_CREATE_RULESET_VERSION
PATH_BENEATH = 1
NEEDED = 3  # before ABI 3 a file anywhere could be truncated
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV  # rights that a single file can have
READING = EXECUTE | READ_FILE | READ_DIR
TCP = 0b11  # bind and connect, from ABI 4
SCOPES = 0b11  # abstract sockets and signals stay within, from ABI 6


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("access", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def abi() -> int:
    """The version that the running kernel offers; 0 without Landlock."""
    try:
        return kernel.call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION))
    except OSError:
        return 0


def restrict(read: Iterable[str], write: Iterable[str], devices: Iterable[str]) -> None:
    """From now on: reading and running below `read`, all below `write`, the `devices` read and written.

    Paths that do not exist are left out. TCP, and from ABI 6 signals and abstract sockets to others outside,
    are denied too. Raises OSError.
    """
    version = abi()
    if version < NEEDED:
        raise OSError("this kernel offers Landlock ABI %d, and %d is needed (Linux 6.2)" % (version, NEEDED))
    handled = (1 << 15) - 1
    if version >= 5:
        handled |= IOCTL_DEV
    ruleset = _Ruleset(handled, TCP if version >= 4 else 0, SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = kernel.call(CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for access, paths in (
            (READING, read),
            (handled & ~IOCTL_DEV, write),
            (READ_FILE | WRITE_FILE | TRUNCATE, devices),
        ):
            for path in paths:
                _allow(rules, path, access)
        kernel.no_new_privileges()
        kernel.call(RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint32(0))
    finally:
        os.close(rules)


def _allow(rules: int, path: str, access: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir("/proc/self/fd/%d" % fd):
            access &= OF_FILES
        rule = _Beneath(access, fd)
        kernel.call(
            ADD_RULE, ctypes.c_int(rules), ctypes.c_int(PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0)
        )
    finally:
        os.close(fd)


def existing(paths: Iterable[str]) -> List[str]:
    """Those of `paths` that exist."""
    return [path for path in paths if os.path.exists(path)]
