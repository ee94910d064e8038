"""A private view of the file system: the session's data directory at /mnt/data, a /dev/shm of its own.

The mount namespace is unprivileged: an ordinary user makes it inside a user namespace that maps nobody but
that user (user_namespaces(7)). Other entries of /mnt stay visible.
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any, Iterable

from . import capabilities, kernel

PARENT, PLACE = "/mnt", "/mnt/data"
SHARED = "/dev/shm"  # noqa: S108 - its place, not a temporary file
# linux/mount.h
READ_ONLY, NO_SUID, NO_DEVICES, REMOUNT, BIND, RECURSIVE = 1, 2, 4, 32, 4096, 16384
SLAVE = 1 << 19
DETACH = 2  # umount2(2): MNT_DETACH
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
    """A mount namespace of this process's own; whether it is in a new user namespace now.

    Raises OSError, and then leaves no capability that a new user namespace brought.
    """
    uid, gid = os.geteuid(), os.getegid()
    alone = uid != 0
    kernel.unshare(kernel.CLONE_NEWNS | (kernel.CLONE_NEWUSER if alone else 0))
    try:
        if alone:
            _write("/proc/self/setgroups", "deny")
            _write("/proc/self/uid_map", "%d %d 1" % (uid, uid))
            _write("/proc/self/gid_map", "%d %d 1" % (gid, gid))
        mount("none", "/", "none", SLAVE | RECURSIVE)
    except OSError:
        if alone:
            capabilities.drop_all()
        raise
    return alone


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def why_no_place(paths: Iterable[str]) -> str:
    """Why the data directory cannot be at /mnt/data, empty when it can; `paths` must stay visible."""
    if not os.path.isdir(PARENT):
        return "this system has no /mnt"
    if not os.path.lexists(PLACE):
        return ""
    hidden = {PLACE, os.path.join(os.path.realpath(PARENT), "data")}
    for path in paths:
        for name in (os.path.abspath(path), os.path.realpath(path)):
            if any(os.path.commonpath((place, name)) == place for place in hidden):
                return "it would hide %s" % path
    return ""


def place_data(folder: str) -> None:
    """Have `folder` at /mnt/data too. Raises OSError, and then /mnt is as it was."""
    rebuilt = not os.path.isdir(PLACE) or os.path.islink(PLACE)
    if rebuilt:
        _rebuild_parent()
    try:
        mount(folder, PLACE, "none", BIND | RECURSIVE)
    except OSError:
        if rebuilt:
            _uncover_parent()
        raise


def _rebuild_parent() -> None:
    """An /mnt that has all its entries and one more, in memory and not to be written."""
    old = os.open(PARENT, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with os.scandir(PARENT) as found:
            entries = list(found)
        mount("tmpfs", PARENT, "tmpfs", NO_SUID | NO_DEVICES, SMALL)
        try:
            for entry in entries:
                if entry.name != "data":
                    _bring_back(entry, "/proc/self/fd/%d/%s" % (old, entry.name))
            os.mkdir(PLACE, 0o755)
            mount("none", PARENT, "none", REMOUNT | BIND | READ_ONLY | NO_SUID | NO_DEVICES)
        except OSError:
            _uncover_parent()
            raise
    finally:
        os.close(old)


def _uncover_parent() -> None:
    kernel.check(kernel.libc.umount2(os.fsencode(PARENT), DETACH), "umount of %s" % PARENT)


def _bring_back(entry: Any, old: str) -> None:
    """An entry of the old /mnt; its kind is asked of the folder: a dead network mount does not answer."""
    new = os.path.join(PARENT, entry.name)
    if entry.is_symlink():
        os.symlink(os.readlink(old), new)
        return
    if entry.is_dir(follow_symlinks=False):
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
    """Why there can be no private view here, empty when there can; tried in a child: it cannot be undone.

    Raises OSError when there is no room to try it.
    """
    if not sys.platform.startswith("linux"):
        return "this system has no private mounts"
    read, write = os.pipe()
    try:
        pid = os.fork()
    except OSError:
        os.close(read)
        os.close(write)
        raise
    if pid == 0:
        try:
            reason = ""
            try:
                if enter_private_view():
                    capabilities.drop_all()
            except OSError as error:
                reason = str(error.strerror or error)
            os.write(write, os.fsencode(reason)[:1000])
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as answer:
        reason = os.fsdecode(answer.read())
    os.waitpid(pid, 0)
    return "the system denies private mounts (%s)" % reason if reason else ""
