"""Giving a file another name that nothing has yet."""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import stat
import sys
from collections.abc import Callable

_NOREPLACE = 1  # RENAME_NOREPLACE of linux/fs.h
# the kernel, the C library or the file system has no such call
_MISSING = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


def move(folder: int, name: str, new_folder: int, new_name: str) -> None:
    """Rename `name` in the directory `folder` (both directories are descriptors); never replaces anything.

    Raises FileExistsError when there is something called `new_name`, and OSError.
    """
    call = _renameat2()
    if call is None:
        _move_in_steps(folder, name, new_folder, new_name)
        return
    failed = call(folder, os.fsencode(name), new_folder, os.fsencode(new_name))
    if failed in _MISSING:
        _move_in_steps(folder, name, new_folder, new_name)
    elif failed:
        raise OSError(failed, os.strerror(failed))


def _move_in_steps(folder: int, name: str, new_folder: int, new_name: str) -> None:
    """The same where no call does it at once: what is taken first is the new name."""
    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISDIR(found.st_mode):
        os.link(name, new_name, src_dir_fd=folder, dst_dir_fd=new_folder, follow_symlinks=False)
        os.unlink(name, dir_fd=folder)
        return
    os.mkdir(new_name, 0o700, dir_fd=new_folder)
    try:  # a directory may replace an empty one
        os.rename(name, new_name, src_dir_fd=folder, dst_dir_fd=new_folder)
    except OSError:
        os.rmdir(new_name, dir_fd=new_folder)
        raise


@functools.cache
def _renameat2() -> Callable[[int, bytes, int, bytes], int] | None:
    """A function that gives 0 or an error number; None where the C library has no such call."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)

    def rename(folder: int, name: bytes, new_folder: int, new_name: bytes) -> int:
        done = call(folder, name, new_folder, new_name, _NOREPLACE)
        return ctypes.get_errno() if done else 0

    return rename
