"""A private view of the file system: the session's data directory at /mnt/data, a /dev/shm of its own.

The mount namespace is unprivileged: an ordinary user makes it inside a user namespace that maps nobody but
that user (user_namespaces(7)). Other entries of /mnt stay visible.
"""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from typing import Iterable

from . import capabilities, kernel

PARENT, PLACE = "/mnt", "/mnt/data"
SHARED = "/dev/shm"  # noqa: S108 - its place, not a temporary file
# linux/mount.h
READ_ONLY, NO_SUID, NO_DEVICES, REMOUNT, BIND, RECURSIVE = 1, 2, 4, 32, 4096, 16384
SLAVE = 1 << 19
MOUNT_SETATTR, ATTR_READ_ONLY = 442, 1
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
SMALL = b"mode=755,size=1m"
SHARED_SIZE = b"mode=1777,size=25%"


def mount(source: str, target: str, kind: str, flags: int, data: bytes = b"") -> None:
    """mount(2). Raises OSError."""
    kernel.check(
        kernel.libc.mount(
            os.fsencode(source), os.fsencode(target), os.fsencode(kind), ctypes.c_ulong(flags), data or None
        ),
        "mount on %s" % target,
    )


def enter_private_view() -> bool:
    """A mount namespace of this process's own; whether a user namespace was needed. Raises OSError."""
    uid, gid = os.geteuid(), os.getegid()
    alone = uid != 0
    kernel.unshare(kernel.CLONE_NEWNS | (kernel.CLONE_NEWUSER if alone else 0))
    if alone:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", "%d %d 1" % (uid, uid))
        _write("/proc/self/gid_map", "%d %d 1" % (gid, gid))
    mount("none", "/", "none", SLAVE | RECURSIVE)
    return alone


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def place_data(folder: str) -> None:
    """Have `folder` at /mnt/data too. Raises OSError."""
    if not os.path.isdir(PLACE) or os.path.islink(PLACE):
        _rebuild_parent()
    mount(folder, PLACE, "none", BIND | RECURSIVE)


def _rebuild_parent() -> None:
    """An /mnt that has all its entries and one more, in memory and not to be written."""
    old = os.open(PARENT, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        names = os.listdir(PARENT)
        mount("tmpfs", PARENT, "tmpfs", NO_SUID | NO_DEVICES, SMALL)
        for name in names:
            if name != "data":
                _bring_back("/proc/self/fd/%d/%s" % (old, name), os.path.join(PARENT, name))
        os.mkdir(PLACE, 0o755)
        mount("none", PARENT, "none", REMOUNT | BIND | READ_ONLY | NO_SUID | NO_DEVICES)
    finally:
        os.close(old)


def _bring_back(old: str, new: str) -> None:
    kind = os.lstat(old).st_mode
    if stat.S_ISLNK(kind):
        os.symlink(os.readlink(old), new)
        return
    if stat.S_ISDIR(kind):
        os.mkdir(new, 0o755)
    else:
        os.close(os.open(new, os.O_CREAT | os.O_CLOEXEC, 0o644))
    mount(old, new, "none", BIND | RECURSIVE)


def own_shared_memory() -> None:
    """A /dev/shm that nobody else sees. Raises OSError."""
    mount("tmpfs", SHARED, "tmpfs", NO_SUID | NO_DEVICES, SHARED_SIZE)


class _Attributes(ctypes.Structure):
    """struct mount_attr of mount_setattr(2)."""

    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "users")]


def read_only_but(folders: Iterable[str]) -> None:
    """Make all mounts read-only for this process, `folders` apart: rights and times then stay too.

    Landlock does not look at chmod(2) and utime(2). Raises OSError, before Linux 5.12 for one.
    """
    kept = list(folders)
    for folder in kept:
        mount(folder, folder, "none", BIND | RECURSIVE)
    _set_attributes("/", _Attributes(ATTR_READ_ONLY, 0, 0, 0))
    for folder in kept:
        _set_attributes(folder, _Attributes(0, ATTR_READ_ONLY, 0, 0))


def _set_attributes(path: str, attributes: _Attributes) -> None:
    kernel.call(
        MOUNT_SETATTR,
        ctypes.c_int(AT_FDCWD),
        ctypes.c_char_p(os.fsencode(path)),
        ctypes.c_uint(AT_RECURSIVE),
        ctypes.byref(attributes),
        ctypes.c_size_t(ctypes.sizeof(attributes)),
    )


def why_not() -> str:
    """Why there can be no private view here, empty when there can; tried in a child: it cannot be undone."""
    if not sys.platform.startswith("linux"):
        return "this system has no private mounts"
    if not os.path.isdir(PARENT):
        return "this system has no /mnt"
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            reason = ""
            try:
                if enter_private_view():
                    capabilities.drop_all()
            except OSError as error:
                reason = error.strerror or str(error)
            os.write(write, os.fsencode(reason)[:1000])
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as answer:
        reason = os.fsdecode(answer.read())
    os.waitpid(pid, 0)
    return "the system denies private mounts (%s)" % reason if reason else ""
